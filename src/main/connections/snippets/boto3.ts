import { LOCAL_REGION } from '../localKeys.ts';
import { localPair, type SnippetInput } from './snippetInput.ts';

/** JSON strings are Python strings for everything that can stand in a bucket name, prefix or key. */
const python = (text: string): string => JSON.stringify(text);

export const boto3Snippet = (input: SnippetInput): string => {
  const pair = localPair(input);
  const list =
    input.bucket === null
      ? ['for bucket in s3.list_buckets()["Buckets"]:', '    print(bucket["Name"])']
      : [
          `page = s3.list_objects_v2(Bucket=${python(input.bucket)}, Prefix=${python(input.prefix ?? '')})`,
          'for item in page.get("Contents", []):',
          '    print(item["Key"])',
        ];
  return [
    'import boto3',
    ...(pair === null ? ['from botocore import UNSIGNED'] : []),
    'from botocore.config import Config',
    '',
    's3 = boto3.client(',
    '    "s3",',
    `    endpoint_url=${python(input.local.endpoint)},`,
    `    region_name=${python(LOCAL_REGION)},`,
    ...(pair === null
      ? []
      : [
          `    aws_access_key_id=${python(pair.accessKeyId)},`,
          `    aws_secret_access_key=${python(pair.secretAccessKey)},`,
        ]),
    // Unless told, boto3 makes its presigned URLs and forms with Signature Version 2.
    `    config=Config(signature_version=${pair === null ? 'UNSIGNED' : '"s3v4"'}, s3={"addressing_style": "path"}),`,
    ')',
    ...list,
  ].join('\n');
};
