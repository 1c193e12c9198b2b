import { randomUUID } from 'node:crypto';
import { chmodSync, existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { GetObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Ready, runCommand, TestHome } from '../helpers/servedVault.ts';

/** Files with a real key in them are imported and rewritten; then the tool that reads each works as before. */

const home = new TestHome();
const real = { accessKeyId: '', secretAccessKey: '', token: '' };
const content = randomUUID();
const inSandbox = ['--workspace', 'sandbox'];
let ready: Ready;

beforeAll(async () => {
  ready = await home.serve(['--sandbox']);
  const key = [
    'key',
    'create',
    ...inSandbox,
    '--name',
    'k',
    '--bucket',
    'demo',
    '--permission',
    'read-write',
  ];
  const created = await home.json([...key, '--reveal']);
  real.accessKeyId = created.credential.accessKeyId;
  real.secretAccessKey = created.secretAccessKey;
  const token = ['token', 'create', ...inSandbox, '--name', 't', '--scope', 'read', '--days', '5'];
  real.token = (await home.json([...token, '--reveal'])).token;
  const connection = await home.connect('s3', 'seed');
  await new S3Client({
    endpoint: connection.endpoint,
    region: connection.region,
    credentials: connection,
  }).send(
    new PutObjectCommand({
      Bucket: 'demo',
      Key: 'a.txt',
      Body: content,
    }),
  );
});
afterAll(() => home.remove());

/** Written, imported and rewritten. @returns its path */
const rewritten = async (name: string, text: string): Promise<string> => {
  const path = join(home.folder, name);
  writeFileSync(path, text);
  chmodSync(path, 0o640);
  const { import: done } = await home.json(['import', path, ...inSandbox, '--replace']);
  expect(done.replaced.length).toBeGreaterThan(0);
  const after = readFileSync(path, 'latin1');
  expect(after).not.toContain(real.secretAccessKey);
  expect(after).not.toContain(real.token);
  expect(statSync(path).mode & 0o777).toBe(0o640);
  return path;
};

const run = async (command: string, args: readonly string[], env: NodeJS.ProcessEnv): Promise<string> => {
  const { exitCode, stdout, stderr } = await runCommand(command, args, { env });
  expect([exitCode, exitCode === 0 ? '' : stderr]).toEqual([0, '']);
  return stdout;
};
const withClient = (command: string) => it.skipIf(!existsSync(command));

describe('~/.aws/credentials, rewritten', () => {
  let file: string;
  beforeAll(async () => {
    file = await rewritten(
      'credentials',
      [
        `# was: ${real.secretAccessKey}`,
        '[default]',
        `aws_access_key_id = ${real.accessKeyId}`,
        `aws_secret_access_key = ${real.secretAccessKey}`,
        'region = us-east-1',
        '',
      ].join('\n'),
    );
  });
  const environment = (): NodeJS.ProcessEnv => ({
    AWS_SHARED_CREDENTIALS_FILE: file,
    AWS_CONFIG_FILE: '/dev/null',
  });

  // Before release 2.13 the AWS CLI does not read `endpoint_url`.
  withClient('/usr/bin/aws')('serves the AWS CLI', async () => {
    const args = ['--endpoint-url', ready.s3, 's3', 'cp', 's3://demo/a.txt', '-'];
    expect(await run('/usr/bin/aws', args, environment())).toBe(content);
  });

  withClient('/usr/bin/python3')('serves boto3', async () => {
    const script = [
      'import boto3, sys',
      's = boto3.session.Session()',
      'url = s._session.get_scoped_config()["endpoint_url"]',
      'print(s.client("s3", endpoint_url=url).get_object(Bucket="demo", Key="a.txt")["Body"].read().decode(), end="")',
    ].join('\n');
    expect(await run('/usr/bin/python3', ['-c', script], environment())).toBe(content);
  });

  it('serves the AWS SDK for JavaScript, which finds the address in it by itself', async () => {
    const script = [
      "import { GetObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';",
      "const { Body } = await new S3Client({}).send(new GetObjectCommand({ Bucket: 'demo', Key: 'a.txt' }));",
      'process.stdout.write(await Body.transformToString());',
    ].join('\n');
    const { stdout, stderr } = await runCommand(process.execPath, ['--input-type=module', '-e', script], {
      env: environment(),
      cwd: process.cwd(),
    });
    expect([stdout, stderr]).toEqual([content, '']);
  });
});

withClient('/usr/bin/rclone')('rclone.conf, rewritten, serves rclone', async () => {
  const file = await rewritten(
    'rclone.conf',
    [
      '[store]',
      'type = s3',
      'provider = AWS',
      `access_key_id = ${real.accessKeyId}`,
      `secret_access_key = ${real.secretAccessKey}`,
      'region = us-east-1',
      'force_path_style = false',
      'acl = private',
      '',
      '[box]',
      'type = sftp',
      'pass = aGVsbG8gdGhlcmUgdGhpcyBpcyBvYnNjdXJlZA',
    ].join('\n'),
  );
  const args = ['--config', file, 'cat', 'store:demo/a.txt'];
  expect(await run('/usr/bin/rclone', args, {})).toBe(content);
});

withClient('/usr/bin/s3cmd')('.s3cfg, rewritten, serves s3cmd', async () => {
  const file = await rewritten(
    '.s3cfg',
    [
      '[default]',
      `access_key = ${real.accessKeyId}`,
      `secret_key = ${real.secretAccessKey}`,
      'host_base = s3.nfyio.com',
      'host_bucket = %(bucket)s.s3.nfyio.com',
      'use_https = True',
      'bucket_location = us-east-1',
      '',
    ].join('\r\n'),
  );
  const args = ['-c', file, '--no-progress', '--quiet', 'get', 's3://demo/a.txt', '-'];
  expect(await run('/usr/bin/s3cmd', args, {})).toBe(content);
});

it('.env, rewritten, serves a program that loads it, for storage and for the REST API', async () => {
  const file = await rewritten(
    '.env',
    [
      'AWS_REGION=us-east-1 # anywhere',
      `export AWS_ACCESS_KEY_ID="${real.accessKeyId}"`,
      `AWS_SECRET_ACCESS_KEY='${real.secretAccessKey}'`,
      `MY_TOKEN=${real.token}`,
      'NFYIO_API_URL=https://app.nfyio.com/api',
    ].join('\n'),
  );
  const { stdout } = await runCommand('/bin/sh', ['-c', `set -a; . "${file}"; env`]);
  const env = Object.fromEntries(
    stdout.split('\n').map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]),
  );
  const { Body } = await new S3Client({
    endpoint: env.AWS_ENDPOINT_URL_S3 ?? '',
    region: env.AWS_REGION ?? '',
    credentials: {
      accessKeyId: env.AWS_ACCESS_KEY_ID ?? '',
      secretAccessKey: env.AWS_SECRET_ACCESS_KEY ?? '',
    },
  }).send(new GetObjectCommand({ Bucket: 'demo', Key: 'a.txt' }));
  expect(await Body?.transformToString()).toBe(content);
  const headers = { authorization: `Bearer ${env.MY_TOKEN}` };
  expect((await fetch(`${env.NFYIO_API_URL}/auth/me`, { headers })).status).toBe(200);
});
