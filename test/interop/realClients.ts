import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import {
  CopyObjectCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { type CommandResult, runCommand } from '../helpers/servedVault.ts';

/** The local pair of a connection, as `connection create --kind s3 --json` prints it. */
export interface LocalPair {
  readonly endpoint: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

/** One real client, given nothing but an endpoint and the local pair. */
export interface RealClient {
  readonly name: string;
  /** Why it cannot run here; null when it can. */
  readonly absent: string | null;
  put(file: string, bucket: string, key: string): Promise<void>;
  get(bucket: string, key: string, file: string): Promise<void>;
  /** @returns the keys below the prefix as the client names them */
  list(bucket: string, prefix: string): Promise<readonly string[]>;
  remove(bucket: string, key: string): Promise<void>;
}

export const must = async (running: Promise<CommandResult>): Promise<string> => {
  const { exitCode, stdout, stderr } = await running;
  if (exitCode !== 0) throw new Error(`exited ${exitCode}: ${stderr.slice(0, 2000)}${stdout.slice(0, 2000)}`);
  return stdout;
};

const missing = (file: string): string | null => (existsSync(file) ? null : `${file} is not installed`);

/** Credentials of the person who runs the tests must not leak into a client. */
export const awsEnvironment = (pair: LocalPair): NodeJS.ProcessEnv => ({
  AWS_ACCESS_KEY_ID: pair.accessKeyId,
  AWS_SECRET_ACCESS_KEY: pair.secretAccessKey,
  AWS_REGION: 'us-east-1',
  AWS_DEFAULT_REGION: 'us-east-1',
  AWS_ENDPOINT_URL_S3: pair.endpoint,
  AWS_CONFIG_FILE: '/dev/null',
  AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
  AWS_EC2_METADATA_DISABLED: 'true',
});

export const awsCli = (pair: LocalPair): RealClient => {
  const command = '/usr/bin/aws';
  const aws = (...args: readonly string[]): Promise<string> =>
    must(runCommand(command, ['--endpoint-url', pair.endpoint, ...args], { env: awsEnvironment(pair) }));
  return {
    name: 'AWS CLI',
    absent: missing(command),
    put: async (file, bucket, key) =>
      void (await aws('s3api', 'put-object', '--bucket', bucket, '--key', key, '--body', file)),
    get: async (bucket, key, file) =>
      void (await aws('s3api', 'get-object', '--bucket', bucket, '--key', key, file)),
    list: async (bucket, prefix) => {
      const answer = await aws(
        's3api',
        'list-objects-v2',
        '--bucket',
        bucket,
        '--prefix',
        prefix,
        '--output',
        'json',
      );
      const { Contents = [] } = JSON.parse(answer === '' ? '{}' : answer) as { Contents?: { Key: string }[] };
      return Contents.map(({ Key }) => Key);
    },
    remove: async (bucket, key) =>
      void (await aws('s3api', 'delete-object', '--bucket', bucket, '--key', key)),
  };
};

const boto3Program = `
import json, sys, boto3
from botocore.config import Config
s3 = boto3.client('s3', config=Config(s3={'addressing_style': 'path'}), endpoint_url=sys.argv[1])
action, arguments = sys.argv[2], sys.argv[3:]
if action == 'put': s3.upload_file(arguments[0], arguments[1], arguments[2])
if action == 'get': s3.download_file(arguments[0], arguments[1], arguments[2])
if action == 'list': print(json.dumps([o['Key'] for o in s3.list_objects_v2(Bucket=arguments[0], Prefix=arguments[1]).get('Contents', [])]))
if action == 'remove': s3.delete_object(Bucket=arguments[0], Key=arguments[1])
`;

export const boto3 = (pair: LocalPair): RealClient => {
  const command = '/usr/bin/python3';
  const run = (...args: readonly string[]): Promise<string> =>
    must(runCommand(command, ['-c', boto3Program, pair.endpoint, ...args], { env: awsEnvironment(pair) }));
  return {
    name: 'boto3',
    absent: missing(command) ?? missing('/usr/lib/python3/dist-packages/boto3/__init__.py'),
    put: async (file, bucket, key) => void (await run('put', file, bucket, key)),
    get: async (bucket, key, file) => void (await run('get', bucket, key, file)),
    list: async (bucket, prefix) => JSON.parse(await run('list', bucket, prefix)),
    remove: async (bucket, key) => void (await run('remove', bucket, key)),
  };
};

export const sdkClient = (pair: LocalPair): S3Client =>
  new S3Client({
    endpoint: pair.endpoint,
    region: 'us-east-1',
    forcePathStyle: true,
    credentials: { accessKeyId: pair.accessKeyId, secretAccessKey: pair.secretAccessKey },
  });

export const awsSdkForJs = (pair: LocalPair): RealClient => {
  const client = sdkClient(pair);
  return {
    name: '@aws-sdk/client-s3',
    absent: null,
    put: async (file, bucket, key) => {
      const { readFile } = await import('node:fs/promises');
      await client.send(new PutObjectCommand({ Bucket: bucket, Key: key, Body: await readFile(file) }));
    },
    get: async (bucket, key, file) => {
      const { Body } = await client.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
      await writeFile(file, (await Body?.transformToByteArray()) ?? new Uint8Array());
    },
    list: async (bucket, prefix) => {
      const { Contents = [] } = await client.send(
        new ListObjectsV2Command({ Bucket: bucket, Prefix: prefix }),
      );
      return Contents.map(({ Key = '' }) => Key);
    },
    remove: async (bucket, key) =>
      void (await client.send(new DeleteObjectCommand({ Bucket: bucket, Key: key }))),
  };
};

export const copyWithSdk = (pair: LocalPair, bucket: string, from: string, to: string): Promise<unknown> =>
  sdkClient(pair).send(
    new CopyObjectCommand({ Bucket: bucket, Key: to, CopySource: `${bucket}/${encodeURIComponent(from)}` }),
  );

export const rclone = (pair: LocalPair): RealClient => {
  const command = '/usr/bin/rclone';
  const environment = {
    RCLONE_CONFIG: '/dev/null',
    RCLONE_CONFIG_VAULT_TYPE: 's3',
    RCLONE_CONFIG_VAULT_PROVIDER: 'Other',
    RCLONE_CONFIG_VAULT_ENDPOINT: pair.endpoint,
    RCLONE_CONFIG_VAULT_ACCESS_KEY_ID: pair.accessKeyId,
    RCLONE_CONFIG_VAULT_SECRET_ACCESS_KEY: pair.secretAccessKey,
    RCLONE_CONFIG_VAULT_REGION: 'us-east-1',
    RCLONE_CONFIG_VAULT_FORCE_PATH_STYLE: 'true',
    RCLONE_CONFIG_VAULT_NO_CHECK_BUCKET: 'true',
  };
  const run = (...args: readonly string[]): Promise<string> =>
    must(runCommand(command, args, { env: environment }));
  return {
    name: 'rclone',
    absent: missing(command),
    put: async (file, bucket, key) => void (await run('copyto', file, `vault:${bucket}/${key}`)),
    get: async (bucket, key, file) => void (await run('copyto', `vault:${bucket}/${key}`, file)),
    list: async (bucket, prefix) =>
      (await run('lsf', '-R', '--files-only', `vault:${bucket}/${prefix}`))
        .split('\n')
        .filter(Boolean)
        .map((key) => `${prefix}${key}`),
    remove: async (bucket, key) => void (await run('deletefile', `vault:${bucket}/${key}`)),
  };
};

export const s3cmd = (pair: LocalPair, folder: string): RealClient => {
  const command = '/usr/bin/s3cmd';
  const configFile = join(folder, 's3cfg');
  const host = new URL(pair.endpoint).host;
  const config = [
    '[default]',
    `access_key = ${pair.accessKeyId}`,
    `secret_key = ${pair.secretAccessKey}`,
    `host_base = ${host}`,
    `host_bucket = ${host}`,
    'use_https = False',
    'bucket_location = us-east-1',
    'signature_v2 = False',
    '',
  ].join('\n');
  const run = async (...args: readonly string[]): Promise<string> => {
    await mkdir(dirname(configFile), { recursive: true });
    await writeFile(configFile, config, { mode: 0o600 });
    return must(runCommand(command, ['-c', configFile, '--no-progress', ...args]));
  };
  return {
    name: 's3cmd',
    absent: missing(command),
    put: async (file, bucket, key) => void (await run('put', file, `s3://${bucket}/${key}`)),
    get: async (bucket, key, file) => void (await run('get', '--force', `s3://${bucket}/${key}`, file)),
    list: async (bucket, prefix) =>
      (await run('ls', '-r', `s3://${bucket}/${prefix}`))
        .split('\n')
        .filter(Boolean)
        .map((line) => line.slice(line.indexOf(`s3://${bucket}/`) + `s3://${bucket}/`.length)),
    remove: async (bucket, key) => void (await run('del', `s3://${bucket}/${key}`)),
  };
};

/** The path as a person would type it for curl: every byte outside the unreserved set percent-encoded. */
export const encodedKey = (key: string): string =>
  key
    .split('/')
    .map((segment) =>
      encodeURIComponent(segment).replace(
        /[!'()*]/g,
        (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`,
      ),
    )
    .join('/');

export const curl = (pair: LocalPair): RealClient => {
  const command = '/usr/bin/curl';
  const run = (...args: readonly string[]): Promise<string> =>
    must(
      runCommand(command, [
        '--silent',
        '--show-error',
        '--fail-with-body',
        '--path-as-is',
        '--aws-sigv4',
        'aws:amz:us-east-1:s3',
        '--user',
        `${pair.accessKeyId}:${pair.secretAccessKey}`,
        ...args,
      ]),
    );
  const url = (bucket: string, key: string): string => `${pair.endpoint}/${bucket}/${encodedKey(key)}`;
  return {
    name: 'curl',
    absent: missing(command),
    put: async (file, bucket, key) => void (await run('--upload-file', file, url(bucket, key))),
    get: async (bucket, key, file) => void (await run('--output', file, url(bucket, key))),
    list: async (bucket, prefix) => {
      const xml = await run(`${pair.endpoint}/${bucket}?list-type=2&prefix=${encodeURIComponent(prefix)}`);
      return [...xml.matchAll(/<Key>([^<]*)<\/Key>/g)].map(([, key = '']) => key);
    },
    remove: async (bucket, key) => void (await run('--request', 'DELETE', url(bucket, key))),
  };
};
