import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { type LocalPair, missing, program, type RealClient } from './realClient.ts';

const command = '/usr/bin/s3cmd';

/** It can be given its key pair in a file only. */
export const s3cmd = (pair: LocalPair, folder: string): RealClient => {
  const host = new URL(pair.endpoint).host;
  const configFile = join(folder, `s3cfg-${host.replace(':', '-')}`);
  const config = [
    '[default]',
    `access_key = ${pair.accessKeyId}`,
    `secret_key = ${pair.secretAccessKey}`,
    `host_base = ${host}`,
    `host_bucket = ${host}`,
    'use_https = False',
    'bucket_location = us-east-1',
    'signature_v2 = False',
    'multipart_chunk_size_mb = 5',
    '',
  ].join('\n');
  const run = async (...args: readonly string[]): Promise<string> => {
    await mkdir(dirname(configFile), { recursive: true });
    await writeFile(configFile, config, { mode: 0o600 });
    return program(command)('-c', configFile, '--no-progress', ...args);
  };
  const at = (bucket: string, key: string): string => `s3://${bucket}/${key}`;
  return {
    name: 's3cmd',
    absent: missing(command),
    put: async (file, bucket, key) => void (await run('put', file, at(bucket, key))),
    describe: async (file, bucket, key, name, value) =>
      void (await run('put', `--add-header=x-amz-meta-${name}: ${value}`, file, at(bucket, key))),
    get: async (bucket, key, file) => void (await run('get', '--force', at(bucket, key), file)),
    head: async (bucket, key) => {
      const [, size = ''] = /File size:\s+(\d+)/.exec(await run('info', at(bucket, key))) ?? [];
      return Number(size);
    },
    list: async (bucket, prefix) =>
      (await run('ls', '-r', at(bucket, prefix)))
        .split('\n')
        .filter(Boolean)
        .map((line) => line.slice(line.indexOf(at(bucket, '')) + at(bucket, '').length)),
    copy: async (bucket, from, to) => void (await run('cp', at(bucket, from), at(bucket, to))),
    remove: async (bucket, key) => void (await run('del', at(bucket, key))),
    removeMany: async (bucket, keys) => void (await run('del', ...keys.map((key) => at(bucket, key)))),
    multipart: async (file, bucket, key) => void (await run('put', file, at(bucket, key))),
    range: null,
    isUnchanged: null,
    // It signs URLs by Signature Version 2 only.
    presign: null,
    tag: null,
  };
};
