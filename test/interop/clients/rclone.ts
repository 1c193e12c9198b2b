import { writeFile } from 'node:fs/promises';
import { type LocalPair, missing, program, type RealClient } from './realClient.ts';

const command = '/usr/bin/rclone';

export const rclone = (pair: LocalPair): RealClient => {
  const run = program(command, {
    RCLONE_CONFIG: '/dev/null',
    RCLONE_CONFIG_VAULT_TYPE: 's3',
    RCLONE_CONFIG_VAULT_PROVIDER: 'Other',
    RCLONE_CONFIG_VAULT_ENDPOINT: pair.endpoint,
    RCLONE_CONFIG_VAULT_ACCESS_KEY_ID: pair.accessKeyId,
    RCLONE_CONFIG_VAULT_SECRET_ACCESS_KEY: pair.secretAccessKey,
    RCLONE_CONFIG_VAULT_REGION: 'us-east-1',
    RCLONE_CONFIG_VAULT_FORCE_PATH_STYLE: 'true',
    RCLONE_CONFIG_VAULT_NO_CHECK_BUCKET: 'true',
    RCLONE_CONFIG_VAULT_CHUNK_SIZE: '5M',
    RCLONE_CONFIG_VAULT_UPLOAD_CUTOFF: '6M',
  });
  const at = (bucket: string, key: string): string => `vault:${bucket}/${key}`;
  const copy = async (from: string, to: string): Promise<void> => void (await run('copyto', from, to));
  return {
    name: 'rclone',
    absent: missing(command),
    put: (file, bucket, key) => copy(file, at(bucket, key)),
    describe: async (file, bucket, key, name, value) =>
      void (await run('copyto', '--header-upload', `x-amz-meta-${name}: ${value}`, file, at(bucket, key))),
    get: (bucket, key, file) => copy(at(bucket, key), file),
    head: async (bucket, key) => JSON.parse(await run('lsjson', '--stat', at(bucket, key))).Size,
    list: async (bucket, prefix) =>
      (await run('lsf', '-R', '--files-only', at(bucket, prefix)))
        .split('\n')
        .filter(Boolean)
        .map((key) => `${prefix}${key}`),
    copy: (bucket, from, to) => copy(at(bucket, from), at(bucket, to)),
    remove: async (bucket, key) => void (await run('deletefile', at(bucket, key))),
    removeMany: null,
    multipart: (file, bucket, key) => copy(file, at(bucket, key)),
    range: async (bucket, key, first, last, file) => {
      const part = ['--offset', String(first), '--count', String(last - first + 1)];
      await writeFile(file, await run('cat', ...part, at(bucket, key)));
    },
    isUnchanged: null,
    presign: async (bucket, key) => (await run('link', '--expire', '1m', at(bucket, key))).trim(),
    tag: null,
  };
};
