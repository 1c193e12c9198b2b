import { runCommand } from '../../helpers/servedVault.ts';
import { awsEnvironment, type LocalPair, missing, program, type RealClient } from './realClient.ts';

const command = '/usr/bin/aws';

export const awsCli = (pair: LocalPair): RealClient => {
  const environment = awsEnvironment(pair);
  const endpoint = ['--endpoint-url', pair.endpoint, '--output', 'json'];
  const aws = (...args: readonly string[]) => program(command, environment)(...endpoint, ...args);
  const at = (bucket: string, key: string) => ['--bucket', bucket, '--key', key];
  return {
    name: 'AWS CLI',
    absent: missing(command),
    put: async (file, bucket, key) =>
      void (await aws('s3api', 'put-object', ...at(bucket, key), '--body', file)),
    describe: async (file, bucket, key, name, value) => {
      const metadata = ['--metadata', JSON.stringify({ [name]: value })];
      await aws('s3api', 'put-object', ...at(bucket, key), '--body', file, ...metadata);
    },
    get: async (bucket, key, file) => void (await aws('s3api', 'get-object', ...at(bucket, key), file)),
    head: async (bucket, key) =>
      JSON.parse(await aws('s3api', 'head-object', ...at(bucket, key))).ContentLength,
    list: async (bucket, prefix) => {
      const answer = await aws('s3api', 'list-objects-v2', '--bucket', bucket, '--prefix', prefix);
      const { Contents = [] } = JSON.parse(answer === '' ? '{}' : answer) as { Contents?: { Key: string }[] };
      return Contents.map(({ Key }) => Key);
    },
    copy: async (bucket, from, to) =>
      void (await aws('s3api', 'copy-object', ...at(bucket, to), '--copy-source', `${bucket}/${from}`)),
    remove: async (bucket, key) => void (await aws('s3api', 'delete-object', ...at(bucket, key))),
    removeMany: async (bucket, keys) => {
      const toDelete = JSON.stringify({ Objects: keys.map((Key) => ({ Key })) });
      await aws('s3api', 'delete-objects', '--bucket', bucket, '--delete', toDelete);
    },
    multipart: async (file, bucket, key) => void (await aws('s3', 'cp', file, `s3://${bucket}/${key}`)),
    range: async (bucket, key, first, last, file) =>
      void (await aws('s3api', 'get-object', ...at(bucket, key), '--range', `bytes=${first}-${last}`, file)),
    isUnchanged: async (bucket, key, etag) => {
      const args = ['s3api', 'get-object', ...at(bucket, key), '--if-none-match', etag, '/dev/null'];
      const { exitCode, stderr } = await runCommand(command, [...endpoint, ...args], { env: environment });
      return exitCode !== 0 && stderr.includes('(304)');
    },
    presign: async (bucket, key) =>
      (await aws('s3', 'presign', `s3://${bucket}/${key}`, '--expires-in', '60')).trim(),
    tag: async (bucket, key, name, value) => {
      const tagging = JSON.stringify({ TagSet: [{ Key: name, Value: value }] });
      await aws('s3api', 'put-object-tagging', ...at(bucket, key), '--tagging', tagging);
      return JSON.parse(await aws('s3api', 'get-object-tagging', ...at(bucket, key))).TagSet[0].Value;
    },
  };
};
