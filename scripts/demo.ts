/**
 * `npm run demo`: the main job without a window, in under a minute. Everything happens in a temporary home against
 * the sandbox and is removed at the end; every step goes through the same command line that a person uses.
 */
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import { GetObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { ensureBuilt } from './build.ts';

const run = promisify(execFile);
const cli = resolve(import.meta.dirname, '../out/main/cli.js');
const folder = mkdtempSync(join(tmpdir(), 'nfyio-vault-demo-'));
const env = {
  ...process.env,
  NFYIO_VAULT_HOME: join(folder, 'home'),
  NFYIO_VAULT_PASSPHRASE_FILE: join(folder, 'passphrase'),
};

const say = (text: string): void => console.log(text);
const step = (title: string): void => say(`\n▸ ${title}`);

// biome-ignore lint/suspicious/noExplicitAny: the command line's JSON, as documented
const vault = async (...args: readonly string[]): Promise<any> => {
  say(`  $ nfyio-vault ${args.join(' ')}`);
  const { stdout } = await run(process.execPath, [cli, ...args, '--json'], { env });
  return JSON.parse(stdout);
};

const curl = async (...args: readonly string[]): Promise<string> => {
  say(`  $ curl ${args.join(' ')}`);
  const { stdout } = await run('curl', ['--silent', '--show-error', ...args]);
  return stdout.trim();
};

const startHost = async (): Promise<ChildProcess> => {
  say('  $ nfyio-vault serve --sandbox');
  const ports = ['--api-port', '0', '--s3-port', '0'];
  const host = spawn(process.execPath, [cli, 'serve', '--sandbox', '--json', ...ports], {
    env,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const failed = once(host, 'exit').then(([code]) => {
    throw new Error(`serve ended with exit code ${code}`);
  });
  const [line] = await Promise.race([once(createInterface({ input: host.stdout }), 'line'), failed]);
  failed.catch(() => undefined);
  const { api, s3 } = JSON.parse(String(line));
  say(`  API listener ${api} · S3 listener ${s3}`);
  return host;
};

const show = async (): Promise<void> => {
  step('An upload by a tool that has no auth settings at all: curl through an open port');
  const open = await vault(
    'connection',
    'create',
    '--workspace',
    'sandbox',
    '--kind',
    's3',
    '--name',
    'plain-tool',
    '--open',
    '--port',
    '0',
  );
  writeFileSync(join(folder, 'hello.txt'), 'signed on the way, by someone else\n');
  await curl(
    '--fail-with-body',
    '--upload-file',
    join(folder, 'hello.txt'),
    `${open.connection.endpoint}/demo/hello.txt`,
  );
  say('  uploaded: the vault signed the request with the real key');

  step('A download by the AWS SDK with a local key pair that is worthless anywhere else');
  const pair = (
    await vault(
      'connection',
      'create',
      '--workspace',
      'sandbox',
      '--kind',
      's3',
      '--name',
      'sdk',
      '--read-only',
    )
  ).connection;
  const sdk = new S3Client({
    endpoint: pair.endpoint,
    region: pair.region,
    forcePathStyle: true,
    credentials: { accessKeyId: pair.accessKeyId, secretAccessKey: pair.secretAccessKey },
  });
  const { Body } = await sdk.send(new GetObjectCommand({ Bucket: 'demo', Key: 'hello.txt' }));
  say(`  downloaded: ${(await Body?.transformToString())?.trim()}`);

  step('A bearer call by a tool that can be given a base URL and nothing else');
  await vault(
    'token',
    'create',
    '--workspace',
    'sandbox',
    '--name',
    'reader',
    '--scope',
    'read',
    '--days',
    '7',
  );
  const api = (
    await vault(
      'connection',
      'create',
      '--workspace',
      'sandbox',
      '--kind',
      'api',
      '--name',
      'rest-tool',
      '--credential',
      'reader',
    )
  ).connection;
  say(`  ${await curl('--fail-with-body', `${api.baseUrl}/api/auth/me`)}`);

  step('A refusal, explained: the token may only read');
  say(`  ${await curl('--request', 'POST', '--data', '{}', `${api.baseUrl}/api/chat`)}`);
  const { id } = await vault('activity', '--limit', '1');
  const explained = await vault('explain', id);
  say(`  because: ${explained.because}\n  try:     ${explained.try}`);
};

let host: ChildProcess | undefined;
try {
  ensureBuilt();
  writeFileSync(env.NFYIO_VAULT_PASSPHRASE_FILE, 'a passphrase for the demo\n', { mode: 0o600 });
  step('A vault in a temporary home, with the embedded sandbox as its service');
  host = await startHost();
  await show();
  say('\nDone: no tool saw a real credential.');
} finally {
  if (host !== undefined && host.exitCode === null) {
    host.kill('SIGTERM');
    await once(host, 'exit');
  }
  rmSync(folder, { recursive: true, force: true });
}
