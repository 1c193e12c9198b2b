import { awsEnvironment, type LocalPair, missing, program, type RealClient } from './realClient.ts';

const command = '/usr/bin/python3';

const source = `
import json, sys, boto3
from botocore.config import Config
from botocore.exceptions import ClientError
s3 = boto3.client('s3', config=Config(s3={'addressing_style': 'path'}, signature_version='s3v4'), endpoint_url=sys.argv[1])

def get(bucket, key, file, **conditions):
    with open(file, 'wb') as out:
        out.write(s3.get_object(Bucket=bucket, Key=key, **conditions)['Body'].read())

def is_unchanged(bucket, key, etag):
    try:
        s3.get_object(Bucket=bucket, Key=key, IfNoneMatch=etag)
        return False
    except ClientError as error:
        return error.response['ResponseMetadata']['HTTPStatusCode'] == 304

def tag(bucket, key, name, value):
    s3.put_object_tagging(Bucket=bucket, Key=key, Tagging={'TagSet': [{'Key': name, 'Value': value}]})
    return s3.get_object_tagging(Bucket=bucket, Key=key)['TagSet'][0]['Value']

actions = {
    'put': lambda file, bucket, key: s3.put_object(Bucket=bucket, Key=key, Body=open(file, 'rb')) and None,
    'describe': lambda file, bucket, key, name, value: s3.put_object(Bucket=bucket, Key=key, Body=open(file, 'rb'), Metadata={name: value}) and None,
    'get': get,
    'head': lambda bucket, key: s3.head_object(Bucket=bucket, Key=key)['ContentLength'],
    'list': lambda bucket, prefix: [o['Key'] for o in s3.list_objects_v2(Bucket=bucket, Prefix=prefix).get('Contents', [])],
    'copy': lambda bucket, start, end: s3.copy_object(Bucket=bucket, Key=end, CopySource={'Bucket': bucket, 'Key': start}) and None,
    'remove': lambda bucket, key: s3.delete_object(Bucket=bucket, Key=key) and None,
    'removeMany': lambda bucket, *keys: s3.delete_objects(Bucket=bucket, Delete={'Objects': [{'Key': key} for key in keys]}) and None,
    'multipart': lambda file, bucket, key: s3.upload_file(file, bucket, key),
    'download': lambda bucket, key, file: s3.download_file(bucket, key, file),
    'range': lambda bucket, key, first, last, file: get(bucket, key, file, Range=f'bytes={first}-{last}'),
    'isUnchanged': is_unchanged,
    'presign': lambda bucket, key: s3.generate_presigned_url('get_object', Params={'Bucket': bucket, 'Key': key}, ExpiresIn=60),
    'tag': tag,
}
print(json.dumps(actions[sys.argv[2]](*sys.argv[3:])))
`;

export const boto3 = (pair: LocalPair): RealClient => {
  const run = async (...args: readonly string[]) =>
    JSON.parse(await program(command, awsEnvironment(pair))('-c', source, pair.endpoint, ...args));
  return {
    name: 'boto3',
    absent: missing(command) ?? missing('/usr/lib/python3/dist-packages/boto3/__init__.py'),
    put: (file, bucket, key) => run('put', file, bucket, key),
    describe: (file, bucket, key, name, value) => run('describe', file, bucket, key, name, value),
    get: (bucket, key, file) => run('download', bucket, key, file),
    head: (bucket, key) => run('head', bucket, key),
    list: (bucket, prefix) => run('list', bucket, prefix),
    copy: (bucket, from, to) => run('copy', bucket, from, to),
    remove: (bucket, key) => run('remove', bucket, key),
    removeMany: (bucket, keys) => run('removeMany', bucket, ...keys),
    multipart: (file, bucket, key) => run('multipart', file, bucket, key),
    range: (bucket, key, first, last, file) => run('range', bucket, key, String(first), String(last), file),
    isUnchanged: (bucket, key, etag) => run('isUnchanged', bucket, key, etag),
    presign: (bucket, key) => run('presign', bucket, key),
    tag: (bucket, key, name, value) => run('tag', bucket, key, name, value),
  };
};
