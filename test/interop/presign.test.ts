import { randomBytes } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { runCommand, TestHome } from '../helpers/servedVault.ts';
import { boto3 } from './clients/boto3.ts';
import { encodedKey } from './clients/curl.ts';
import { awsEnvironment, must } from './clients/realClient.ts';

const home = new TestHome();
const ready = await home.serve(['--sandbox']);
afterAll(() => home.remove());

await home.connect('api', 'chat');
const reports = await home.connect('s3', 'reports', '--prefix', 'in/');
await home.connect('s3', 'reader', '--read-only', '--ttl', '60s');

const presign = (name: string, method: string, key: string, ...more: readonly string[]) => [
  ...['connection', 'presign', name, '--method', method, '--bucket', 'demo', '--key', key],
  ...(more.includes('--expires') ? more : ['--expires', '600', ...more]),
];
/** No credential, no option: a URL and nothing else. */
const curl = async (url: string, ...args: readonly string[]) => {
  const { stdout } = await runCommand('/usr/bin/curl', ['-sS', '-w', '\n%{http_code}', ...args, url]);
  const end = stdout.lastIndexOf('\n');
  return { body: stdout.slice(0, end), status: stdout.slice(end + 1) };
};
const file = join(home.folder, 'report.bin');
await writeFile(file, randomBytes(100_000));

describe('a presigned URL for the loopback', () => {
  it.each(['in/report.bin', 'in/grüße & more+100%.bin'])(
    'carries %s by plain curl, once up and often down',
    async (key) => {
      const put = await home.json(presign('reports', 'PUT', key));
      expect(put).toEqual({
        url: expect.stringContaining(`${ready.s3}/demo/${encodedKey(key)}?X-Amz-`),
        expiresAt: expect.any(String),
        isSecret: false,
        shortenedBy: null,
      });
      expect((await curl(put.url, '-T', file)).status).toBe('200');
      expect(await curl(put.url, '-T', file)).toMatchObject({
        status: '403',
        body: expect.stringContaining('Sign each request anew'),
      });
      const get = await home.json(presign('reports', 'GET', key));
      const back = join(home.folder, 'back.bin');
      for (let round = 0; round < 2; round += 1) {
        expect((await curl(get.url, '-o', back)).status).toBe('200');
        expect(await readFile(back)).toEqual(await readFile(file));
      }
      expect((await curl(get.url, '-T', file)).status).toBe('403');
      expect((await curl(`${get.url}&versionId=1`)).status).toBe('403');
    },
  );

  it.skipIf(boto3(reports).absent !== null)('is made by the snippet for boto3, too', async () => {
    const { text } = await home.json(['connection', 'snippet', 'reports', '--for', 'boto3']);
    const source = [
      text.slice(0, text.indexOf('\n)') + 2),
      'print(s3.generate_presigned_url("get_object", Params={"Bucket": "demo", "Key": "in/report.bin"}))',
    ].join('\n');
    const url = await must(runCommand('/usr/bin/python3', ['-c', source], { env: awsEnvironment(reports) }));
    const back = join(home.folder, 'back.bin');
    expect((await curl(url.trim(), '-o', back)).status).toBe('200');
    expect(await readFile(back)).toEqual(await readFile(file));
  });

  it('ends with its connection, and says so', async () => {
    const { expiresAt, shortenedBy } = await home.json(presign('reader', 'GET', 'in/report.bin'));
    expect(shortenedBy).toBe('connection');
    const { stderr } = await home.run(presign('reader', 'GET', 'in/report.bin'));
    expect(stderr).toMatch(/^The URL works until \S+Z only: then its connection expires\.\n$/);
    expect(Date.parse(expiresAt) - Date.now()).toBeLessThanOrEqual(60_000);
  });

  it('is refused once its seconds are over', async () => {
    const { url } = await home.json(presign('reports', 'GET', 'in/report.bin', '--expires', '1'));
    await expect.poll(async () => (await curl(url)).body, { timeout: 10_000 }).toContain('too old');
  });
});

describe('a presigned URL for outside', () => {
  it('is called a secret, beside it', async () => {
    const { stdout, stderr } = await home.run(presign('reports', 'GET', 'in/report.bin', '--outside'));
    expect(stdout).toMatch(/^http:\S+\n$/);
    expect(stderr).toContain('This URL is a secret');
  });

  it('works at the service itself, and is in no activity', async () => {
    const { url, isSecret } = await home.json(presign('reports', 'GET', 'in/report.bin', '--outside'));
    expect(isSecret).toBe(true);
    expect(new URL(url).origin).toBe(ready.sandbox?.s3);
    const { credentials } = await home.json(['key', 'list']);
    const realIds: string[] = credentials.map(({ accessKeyId }: { accessKeyId: string }) => accessKeyId);
    const [signedBy] = new URL(url).searchParams.get('X-Amz-Credential')?.split('/') ?? [];
    expect(realIds).toContain(signedBy);
    const { status, body } = await curl(url);
    expect(status).toBe('200');
    expect(body.length).toBeGreaterThan(0);
    const signature = new URL(url).searchParams.get('X-Amz-Signature') ?? 'none';
    const activity = await home.run(['activity', '--json', '--limit', '100']);
    expect(activity.stdout).not.toContain(signature);
  });

  it('ends with the key that signed it', async () => {
    const { credential } = await home.json([
      ...['key', 'create', '--workspace', 'sandbox', '--name', 'brief', '--bucket', 'demo'],
      ...['--permission', 'read', '--days', '1'],
    ]);
    await home.connect('s3', 'brief', '--credential', credential.id);
    const order = presign('brief', 'GET', 'in/report.bin', '--outside', '--expires', '604800');
    const { url, expiresAt, shortenedBy } = await home.json(order);
    expect(shortenedBy).toBe('credential');
    expect(Date.parse(expiresAt)).toBeLessThanOrEqual(Date.parse(credential.expiresAt));
    expect((await curl(url)).status).toBe('200');
    // Revoking the connection does not reach the service; deleting the key does.
    await home.json(['connection', 'revoke', 'brief']);
    expect((await curl(url)).status).toBe('200');
    await home.json(['key', 'delete', credential.id]);
    expect((await curl(url)).status).toBe('403');
  });

  it('uploads at the service itself', async () => {
    const { url } = await home.json(presign('reports', 'PUT', 'in/outside.bin', '--outside'));
    expect((await curl(url, '-T', file)).status).toBe('200');
  });
});

describe('a URL that its connection could not use', () => {
  it.each([
    ['PREFIX_FORBIDDEN', 5, presign('reports', 'GET', 'out/a')],
    ['READ_ONLY', 5, presign('reader', 'PUT', 'in/a')],
    ['CONNECTION_UNKNOWN', 1, presign('nobody', 'GET', 'in/a')],
    ['INVALID_INPUT', 2, presign('reports', 'GET', 'in/a', '--expires', '604801')],
    ['INVALID_INPUT', 2, presign('reports', 'GET', 'in/a', '--expires', '0')],
    ['INVALID_INPUT', 2, presign('reports', 'GET', 'in/../a')],
    ['INVALID_INPUT', 2, presign('reports', 'DELETE', 'in/a')],
    ['INVALID_INPUT', 2, presign('chat', 'GET', 'in/a')],
    ['INVALID_INPUT', 2, presign('chat', 'GET', 'in/a', '--outside')],
    ['INVALID_INPUT', 2, presign('reports', 'GET', 'in/a', '--expires', 'soon')],
    ['INVALID_INPUT', 2, presign('reports', 'GET', '')],
    ['PREFIX_FORBIDDEN', 5, presign('reports', 'GET', 'out/a', '--outside')],
    ['READ_ONLY', 5, presign('reader', 'PUT', 'in/a', '--outside')],
    ['CREDENTIAL_MISPLACED', 5, presign('reports', 'GET', `in/nfyio_lt_${'a'.repeat(32)}`)],
  ])('is not made: %s, exit code %i', async (code, exitCode, args) => {
    const result = await home.run([...args, '--json']);
    expect(result.exitCode).toBe(exitCode);
    expect(result.stdout).toBe('');
    const { error } = JSON.parse(result.stderr);
    expect(error.code).toBe(code);
    expect(error.hint.length).toBeGreaterThan(10);
  });

  it.each([
    { place: 'the loopback', more: [] },
    { place: 'outside', more: ['--outside'] },
  ])('is not made for $place while the vault is locked', async ({ more }) => {
    await home.json(['lock']);
    const result = await home.run([...presign('reports', 'GET', 'in/a', ...more), '--json']);
    await home.json(['unlock']);
    expect([result.exitCode, JSON.parse(result.stderr).error.code]).toEqual([3, 'VAULT_LOCKED']);
  });
});
