import { createHash, randomBytes } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runCommand, TestHome } from '../helpers/servedVault.ts';
import { awsCli } from './clients/awsCli.ts';
import { awsSdk } from './clients/awsSdk.ts';
import { boto3 } from './clients/boto3.ts';
import { encodedKey } from './clients/curl.ts';
import { everyClient } from './clients/everyClient.ts';
import { awsEnvironment, type LocalPair, must } from './clients/realClient.ts';

const home = new TestHome();
const folder = await mkdtemp(join(tmpdir(), 'nfyio-vault-clients-'));
await home.serve(['--sandbox']);
await home.json([
  'key',
  'create',
  '--workspace',
  'sandbox',
  '--name',
  'demo key',
  '--bucket',
  'demo',
  '--permission',
  'read-write',
]);
const pair: LocalPair = await home.connect('s3', 'clients');

const clients = everyClient(pair, folder);

const awkwardKeys = [
  'a space.txt',
  'a+plus.txt',
  'a%percent%20.txt',
  'tilde~file.txt',
  'ünï/日本 語.txt',
  "quote'(1)!*.txt",
];
/** rclone and s3cmd tidy these paths themselves before anything is sent. */
const doubleSlash = 'double//slash.txt';
const tidies = new Set(['rclone', 's3cmd']);

const sha256 = async (file: string): Promise<string> =>
  createHash('sha256')
    .update(await readFile(file))
    .digest('hex');
const small = join(folder, 'small.bin');
const large = join(folder, 'large.bin');

beforeAll(async () => {
  await writeFile(small, randomBytes(70_001));
  await writeFile(large, randomBytes(64 * 1024 * 1024));
});

afterAll(async () => {
  await home.remove();
  await rm(folder, { recursive: true, force: true });
});

describe.each(clients)('$name through the loopback', (client) => {
  const cell = it.skipIf(client.absent !== null);
  const prefix = `${client.name.replace(/\W/g, '')}/`;

  cell('stores, lists, reads back byte for byte and deletes', async () => {
    const back = join(folder, `${prefix.slice(0, -1)}-back.bin`);
    await client.put(small, 'demo', `${prefix}plain.bin`);
    expect(await client.list('demo', prefix)).toEqual([`${prefix}plain.bin`]);
    await client.get('demo', `${prefix}plain.bin`, back);
    expect(await sha256(back)).toBe(await sha256(small));
    await client.remove('demo', `${prefix}plain.bin`);
    expect(await client.list('demo', prefix)).toEqual([]);
  });

  cell.each([...awkwardKeys, ...(tidies.has(client.name) ? [] : [doubleSlash])])(
    'round-trips the key "%s"',
    async (name) => {
      const key = `${prefix}odd/${name}`;
      const back = join(folder, `${prefix.slice(0, -1)}-odd.bin`);
      await client.put(small, 'demo', key);
      await client.get('demo', key, back);
      expect(await sha256(back)).toBe(await sha256(small));
      // Another client, given the same name, must see the same object: the key on the server is what was meant.
      const witness = join(folder, `${prefix.slice(0, -1)}-witness.bin`);
      await awsSdk(pair).get('demo', key, witness);
      expect(await sha256(witness)).toBe(await sha256(small));
    },
  );
});

describe('larger work through the loopback', () => {
  it('boto3 uploads 64 MiB in parts and downloads the same bytes', async () => {
    const client = boto3(pair);
    const back = join(folder, 'large-back.bin');
    await client.multipart(large, 'demo', 'large.bin');
    const { stdout } = await runCommand('/usr/bin/curl', [
      '-sI',
      '--aws-sigv4',
      'aws:amz:us-east-1:s3',
      '--user',
      `${pair.accessKeyId}:${pair.secretAccessKey}`,
      `${pair.endpoint}/demo/large.bin`,
    ]);
    expect(stdout).toMatch(/^etag: "[0-9a-f]{32}-8"/im);
    await client.get('demo', 'large.bin', back);
    expect(await sha256(back)).toBe(await sha256(large));
  });

  it('aws s3 cp, ls and rm work as typed', async () => {
    const aws = (...args: readonly string[]) =>
      must(runCommand('/usr/bin/aws', args, { env: { ...awsEnvironment(pair) } }));
    const at = ['--endpoint-url', pair.endpoint];
    await aws('s3', 'cp', small, 's3://demo/typed/by hand.bin', ...at);
    expect(await aws('s3', 'ls', 's3://demo/typed/', ...at)).toContain('by hand.bin');
    expect(await aws('s3', 'ls', ...at)).toContain('demo');
    await aws('s3', 'rm', '--recursive', 's3://demo/typed/', ...at);
    expect(
      (
        await runCommand('/usr/bin/aws', ['s3', 'ls', 's3://demo/typed/', ...at], {
          env: awsEnvironment(pair),
        })
      ).exitCode,
    ).toBe(1);
  });

  it('rclone copies a folder and finds no difference', async () => {
    const source = await mkdtemp(join(folder, 'tree-'));
    await writeFile(join(source, 'one file.txt'), 'one');
    await writeFile(join(source, 'zwei+.txt'), 'two');
    const environment = {
      RCLONE_CONFIG: '/dev/null',
      RCLONE_S3_PROVIDER: 'Other',
      RCLONE_S3_ENDPOINT: pair.endpoint,
      RCLONE_S3_ACCESS_KEY_ID: pair.accessKeyId,
      RCLONE_S3_SECRET_ACCESS_KEY: pair.secretAccessKey,
      RCLONE_S3_REGION: 'us-east-1',
      RCLONE_S3_NO_CHECK_BUCKET: 'true',
    };
    await must(runCommand('/usr/bin/rclone', ['copy', source, ':s3:demo/tree'], { env: environment }));
    const { exitCode, stderr } = await runCommand('/usr/bin/rclone', ['check', source, ':s3:demo/tree'], {
      env: environment,
    });
    expect(exitCode, stderr).toBe(0);
  });
});

const open = await home.connect('s3', 'open door', '--open', '--port', '0');

describe.skipIf(awsCli(pair).absent !== null)('the AWS CLI, run by exec', () => {
  it.each(['clients', 'open door'])('lists what the connection “%s” reaches', async (name) => {
    await awsCli(pair).put(small, 'demo', 'by-exec.bin');
    // Before release 2.13 the AWS CLI does not look for the endpoint by itself.
    const list = '/usr/bin/aws --endpoint-url "$AWS_ENDPOINT_URL_S3" s3 ls s3://demo/by-exec';
    const exec = ['exec', '--connection', name, '--', 'sh', '-c', list];
    const { exitCode, stdout, stderr } = await home.run(exec);
    expect([exitCode, stderr]).toEqual([0, '']);
    expect(stdout).toContain('by-exec.bin');
  });
});

describe('curl without any credential', () => {
  it('is refused on the ordinary S3 listener with S3 XML that says why', async () => {
    const { stdout } = await runCommand('/usr/bin/curl', [
      '-s',
      '-w',
      '\n%{http_code}',
      `${pair.endpoint}/demo/large.bin`,
    ]);
    expect(stdout).toMatch(/<Error><Code>AccessDenied<\/Code>/);
    expect(stdout).toMatch(/\n403$/);
  });

  it('works on an open port, keys byte for byte', async () => {
    for (const key of [...awkwardKeys, doubleSlash].map((name) => `open/${name}`)) {
      const url = `${open.endpoint}/demo/${encodedKey(key)}`;
      await must(runCommand('/usr/bin/curl', ['-sS', '--fail-with-body', '--path-as-is', '-T', small, url]));
      const back = join(folder, 'open-back.bin');
      await awsSdk(pair).get('demo', key, back);
      expect(await sha256(back)).toBe(await sha256(small));
      await must(runCommand('/usr/bin/curl', ['-sS', '--fail-with-body', '--path-as-is', '-o', back, url]));
      expect(await sha256(back)).toBe(await sha256(small));
    }
  });
});
