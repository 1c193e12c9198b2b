import { spawnSync } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type RequestListener } from 'node:http';
import { type AddressInfo, createServer as createTcpServer } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cliFile, runCommand, TestHome } from '../helpers/servedVault.ts';

const home = new TestHome();
const cleanups: (() => void | Promise<void>)[] = [() => home.remove()];
afterAll(async () => {
  for (const cleanup of cleanups.reverse()) await cleanup();
});

/** What scripts rely on: 1 failed, 2 usage, 3 locked, 4 not running, 5 refused by policy. */
const documentedExitCodes: Readonly<Record<string, number>> = {
  ALREADY_RUNNING: 1,
  BACKEND_NOT_FOUND: 1,
  BACKEND_UNAUTHORIZED: 1,
  BACKEND_UNREACHABLE: 1,
  BACKEND_UNREADABLE: 1,
  DISK_FULL: 1,
  PASSPHRASE_FILE_UNREADABLE: 1,
  PORT_IN_USE: 1,
  STORAGE_FAILED: 1,
  WORKSPACE_UNKNOWN: 1,
  CREDENTIAL_WRONG_KIND: 2,
  INVALID_INPUT: 2,
  OPEN_NEEDS_PORT: 2,
  URL_NOT_ALLOWED: 2,
  PASSPHRASE_NEEDED: 3,
  VAULT_LOCKED: 3,
  WRONG_PASSPHRASE: 3,
  NOT_RUNNING: 4,
  CREDENTIAL_EXPIRED: 5,
};

/** The failure as a script sees it: exit code and one JSON object on stderr, with words and a remedy. */
const failure = async (on: TestHome, args: readonly string[], stdin?: string) => {
  const { exitCode, stdout, stderr } = await on.run([...args, '--json'], stdin);
  expect(stdout).toBe('');
  const document = JSON.parse(stderr);
  expect(Object.keys(document)).toEqual(['error']);
  const { error } = document;
  expect(Object.keys(error)).toEqual(['code', 'message', 'hint']);
  expect([error.code, exitCode]).toEqual([error.code, documentedExitCodes[error.code]]);
  expect(error.message.length).toBeGreaterThan(10);
  expect(error.hint.length).toBeGreaterThan(10);
  return error as { code: string; message: string; hint: string };
};

const listenOn = async (handler: RequestListener): Promise<string> => {
  const server = createServer(handler);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  cleanups.push(() => void server.close());
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
};

describe('with no host running', () => {
  it('a command says that nothing runs here and how to start', async () => {
    expect((await failure(home, ['status'])).code).toBe('NOT_RUNNING');
  });

  it('serve without any passphrase names the three ways to give one', async () => {
    const bare = { NFYIO_VAULT_HOME: join(home.folder, 'bare'), NFYIO_VAULT_PASSPHRASE_FILE: '' };
    const ports = ['--api-port', '0', '--s3-port', '0'];
    const { exitCode, stderr } = await runCommand(process.execPath, [cliFile, 'serve', ...ports, '--json'], {
      env: bare,
    });
    expect(exitCode).toBe(3);
    expect(JSON.parse(stderr).error).toMatchObject({
      code: 'PASSPHRASE_NEEDED',
      hint: expect.stringMatching(/--passphrase-file.*NFYIO_VAULT_PASSPHRASE_FILE.*terminal/),
    });
  });

  it('an empty passphrase file, and one that is not there, are named', async () => {
    const empty = join(home.folder, 'empty');
    writeFileSync(empty, '\n');
    const serve = ['serve', '--api-port', '0', '--s3-port', '0', '--passphrase-file'];
    expect(await failure(home, [...serve, empty])).toMatchObject({
      code: 'PASSPHRASE_NEEDED',
      message: expect.stringContaining(`${empty} is empty`),
    });
    const missing = join(home.folder, 'missing');
    expect(await failure(home, [...serve, missing])).toMatchObject({
      code: 'PASSPHRASE_FILE_UNREADABLE',
      message: expect.stringContaining(`${missing}: there is no such file`),
    });
  });

  it('a command for notices that cannot be run is told at the start, not at the first notice', async () => {
    const unmarked = join(home.folder, 'notify.sh');
    writeFileSync(unmarked, '#!/bin/sh\n');
    for (const command of [unmarked, join(home.folder, 'missing'), home.folder]) {
      const error = await failure(home, ['serve', '--notice-command', command]);
      expect(error.code).toBe('INVALID_INPUT');
      expect(error.message).toContain(`${command} is not a file that may be executed`);
    }
  });

  it('an unknown command or option is a usage error', async () => {
    expect((await home.run(['nonsense'])).exitCode).toBe(2);
    expect((await home.run(['status', '--nonsense'])).exitCode).toBe(2);
    expect((await home.run(['token', 'create', '--workspace', 'w'])).exitCode).toBe(2);
  });
});

describe('with a wrong passphrase', () => {
  it('serve does not start, and starts with the right one afterwards', async () => {
    const own = new TestHome();
    cleanups.push(() => own.remove());
    await own.serve();
    await own.stop();
    const wrong = join(own.folder, 'wrong');
    writeFileSync(wrong, 'not the passphrase\n');
    const ports = ['--api-port', '0', '--s3-port', '0'];
    const error = await failure(own, ['serve', ...ports, '--passphrase-file', wrong]);
    expect(error.code).toBe('WRONG_PASSPHRASE');
    expect((await failure(own, ['status'])).code).toBe('NOT_RUNNING');
    expect((await own.serve()).ready).toBe(true);
  });
});

describe('with a host running', () => {
  beforeAll(async () => {
    await home.serve(['--sandbox']);
  });

  it('a second host on the same home is refused and the first one named', async () => {
    const error = await failure(home, ['serve', '--api-port', '0', '--s3-port', '0']);
    expect(error.code).toBe('ALREADY_RUNNING');
    expect(error.message).toMatch(/\d+/);
  });

  it('a taken port is named together with the program that has it', async () => {
    const squatter = createTcpServer();
    await new Promise<void>((resolve) => squatter.listen(0, '127.0.0.1', resolve));
    cleanups.push(() => void squatter.close());
    const { port } = squatter.address() as AddressInfo;
    const other = new TestHome();
    cleanups.push(() => other.remove());
    const error = await failure(other, ['serve', '--api-port', String(port), '--s3-port', '0']);
    expect(error.code).toBe('PORT_IN_USE');
    expect(error.message).toContain(String(port));
    if (process.platform === 'linux') expect(error.message).toContain(`node (pid ${process.pid})`);
  });

  it('a key for a bucket that is not there names the bucket, and how to make it', async () => {
    const args = ['--workspace', 'sandbox', '--name', 'k', '--bucket', 'demo', '--bucket', 'not-there'];
    const error = await failure(home, ['key', 'create', ...args, '--permission', 'read']);
    expect(error.code).toBe('BACKEND_NOT_FOUND');
    expect(error.message).toContain('There is no bucket “not-there”');
    expect(error.hint).toContain('nfyio-vault bucket create not-there');
  });

  it('doctor says everything once', async () => {
    const { checks } = await home.json(['doctor']);
    const names = checks.map(({ name }: { name: string }) => name.toLowerCase());
    expect([...new Set(names)]).toEqual(names);
    expect(names).toEqual(expect.arrayContaining(['host', 'node', 'home folder']));
  });

  it('an unknown workspace is refused', async () => {
    const args = [
      'token',
      'create',
      '--workspace',
      'nowhere',
      '--name',
      'n',
      '--scope',
      'read',
      '--days',
      '1',
    ];
    expect((await failure(home, args)).code).toBe('WORKSPACE_UNKNOWN');
  });

  it.each([
    ['--scope', 'admin', '--days', '1'],
    ['--scope', 'read', '--days', '0'],
    ['--scope', 'read', '--days', '366'],
    ['--scope', 'read', '--days', 'soon'],
    ['--scope', 'read', '--days', '1', '--route', 'api/chat'],
  ])('a token with %s %s %s %s is a usage error', async (...options) => {
    const error = await failure(home, [
      'token',
      'create',
      '--workspace',
      'sandbox',
      '--name',
      'n',
      ...options,
    ]);
    expect(error.code).toBe('INVALID_INPUT');
  });

  const importKey = [
    ...['key', 'import', '--workspace', 'sandbox', '--name', 'k', '--bucket', 'demo'],
    ...['--permission', 'read'],
  ];

  it('malformed JSON for a key is refused without echoing it', async () => {
    const error = await failure(home, importKey, '{"accessKeyId": "AKIA1", "secretAccessKey": "VERYSECRET"');
    expect(error.code).toBe('INVALID_INPUT');
    expect(JSON.stringify(error)).not.toContain('VERYSECRET');
  });

  it('a token pasted where a key belongs, and the reverse, is told in words', async () => {
    const pasted = JSON.stringify({
      accessKeyId: 'nfyio_at_0123456789',
      secretAccessKey: 'nfyio_at_0123456789',
    });
    expect((await failure(home, importKey, pasted)).code).toBe('CREDENTIAL_WRONG_KIND');
    const bare = await failure(home, importKey, 'nfyio_at_0123456789\n');
    expect(bare).toMatchObject({ code: 'CREDENTIAL_WRONG_KIND' });
    expect(`${bare.message} ${bare.hint}`).not.toContain('0123456789');
    const token = ['token', 'import', '--workspace', 'sandbox', '--name', 't', '--scope', 'read'];
    expect((await failure(home, token, 'AKIAIOSFODNN7EXAMPLE')).code).toBe('CREDENTIAL_WRONG_KIND');
  });

  it('an unreachable backend is named, and nothing is stored', async () => {
    const args = ['workspace', 'add', '--name', 'gone', '--api-url', 'http://127.0.0.1:9', '--token-stdin'];
    const error = await failure(home, args, 'nfyio_at_0123456789abcdef');
    expect(error.code).toBe('BACKEND_UNREACHABLE');
    expect(error.message).toContain('127.0.0.1:9');
    const { workspaces } = await home.json(['workspace', 'list']);
    expect(workspaces.map(({ name }: { name: string }) => name)).toEqual(['sandbox']);
  });

  it('a control token that the service refuses is told so', async () => {
    const [sandbox] = (await home.json(['workspace', 'list'])).workspaces;
    const args = ['workspace', 'add', '--name', 'refused', '--api-url', sandbox.apiUrl, '--token-stdin'];
    expect((await failure(home, args, 'nfyio_at_not-a-token-of-this-service')).code).toBe(
      'BACKEND_UNAUTHORIZED',
    );
  });

  it('a control token that was deleted at the service is told so when it is used', async () => {
    const [sandbox] = (await home.json(['workspace', 'list'])).workspaces;
    const create = ['token', 'create', '--workspace', 'sandbox', '--name', 'short-lived'];
    const { credential, token } = await home.json([...create, '--scope', 'write', '--days', '1', '--reveal']);
    await home.json(
      ['workspace', 'add', '--name', 'brief', '--api-url', sandbox.apiUrl, '--token-stdin'],
      token,
    );
    await home.json(['token', 'delete', credential.id]);
    const error = await failure(home, ['bucket', 'list', '--workspace', 'brief']);
    expect(error.code).toBe('BACKEND_UNAUTHORIZED');
    expect(error.message).toContain('UNAUTHORIZED');
    expect(error.hint).toContain('nfyio-vault workspace set-token');
    const next = [...create.slice(0, -1), 'next', '--scope', 'write', '--days', '1', '--reveal'];
    const given = await home.json(['workspace', 'set-token', 'brief'], (await home.json(next)).token);
    expect(given.workspace).toMatchObject({ name: 'brief', apiUrl: sandbox.apiUrl });
    expect((await home.json(['bucket', 'list', '--workspace', 'brief'])).buckets).not.toEqual([]);
    await home.json(['workspace', 'remove', 'brief']);
  });

  it('a service that answers something other than JSON is told so', async () => {
    const url = await listenOn((_request, response) => response.end('<html>It works!</html>'));
    const args = ['workspace', 'add', '--name', 'html', '--api-url', url, '--token-stdin'];
    expect((await failure(home, args, 'nfyio_at_0123456789abcdef')).code).toBe('BACKEND_UNREADABLE');
  });

  it('an address that cannot be an endpoint is refused', async () => {
    for (const url of [
      'http://example.com',
      'https://user:hunter2@example.com',
      'https://example.com/path',
      'ftp://example.com',
      'nonsense',
    ]) {
      const error = await failure(home, ['workspace', 'add', '--name', 'bad', '--s3-url', url]);
      expect([url, error.code]).toEqual([url, 'URL_NOT_ALLOWED']);
      expect(error.message + error.hint).not.toContain('hunter2');
    }
  });

  it('a connection on an expired token is refused, and the reason is told', async () => {
    const token = [
      'token',
      'import',
      '--workspace',
      'sandbox',
      '--name',
      'old',
      '--scope',
      'read',
      '--unverified',
    ];
    await home.json([...token, '--expires', '2026-01-01T00:00:00.000Z'], 'nfyio_at_old0123456789');
    const { due } = await home.json(['status']);
    expect(due).toContainEqual(expect.objectContaining({ name: 'old', daysLeft: expect.any(Number) }));
    const create = ['connection', 'create', '--workspace', 'sandbox', '--kind', 'api', '--name', 'old'];
    expect((await failure(home, [...create, '--credential', 'old'])).code).toBe('CREDENTIAL_EXPIRED');
  });

  it('an open port needs both flags', async () => {
    const create = ['connection', 'create', '--workspace', 'sandbox', '--kind', 's3', '--name', 'half'];
    expect((await failure(home, [...create, '--open'])).code).toBe('OPEN_NEEDS_PORT');
    expect((await failure(home, [...create, '--port', '0'])).code).toBe('OPEN_NEEDS_PORT');
  });

  it('a locked vault answers 423 to tools and exit code 3 to commands; a wrong passphrase does not open it', async () => {
    const connection = await home.connect('api', 'lock test');
    await home.json(['lock']);
    expect((await failure(home, ['token', 'list'])).code).toBe('VAULT_LOCKED');
    const tool = await runCommand('/usr/bin/curl', [
      '-s',
      '-o',
      '/dev/null',
      '-w',
      '%{http_code}',
      `${connection.baseUrl}/api/auth/me`,
    ]);
    expect(tool.stdout).toBe('423');
    const wrong = join(home.folder, 'wrong');
    writeFileSync(wrong, 'not the passphrase\n');
    expect((await failure(home, ['unlock', '--passphrase-file', wrong])).code).toBe('WRONG_PASSPHRASE');
    const endless = await failure(home, ['unlock', '--passphrase-file', '/dev/zero']);
    expect(endless).toMatchObject({
      code: 'PASSPHRASE_FILE_UNREADABLE',
      message: expect.stringContaining('it does not end'),
    });
    expect((await failure(home, ['unlock', '--passphrase-file', join(home.folder, 'none')])).code).toBe(
      'PASSPHRASE_FILE_UNREADABLE',
    );
    await home.json(['unlock']);
    expect((await home.json(['status'])).locked).toBe(false);
  });
});

const importToken = (name: string): readonly string[] => [
  ...['token', 'import', '--workspace', 'w', '--name', name, '--scope', 'read', '--unverified'],
];
const namesIn = async (of: TestHome): Promise<string[]> =>
  (await of.json(['token', 'list'])).credentials.map(({ name }: { name: string }) => name);

/** One credential is kept, then there is no more room for another: nothing may be lost by that. */
const holdsWithoutRoom = async (
  full: TestHome,
  room: { readonly take: (pid: number) => void; readonly giveBack: () => void },
  expected: string,
): Promise<void> => {
  const { pid } = await full.serve();
  await full.json(['workspace', 'add', '--name', 'w', '--api-url', 'http://127.0.0.1:9']);
  await full.json(importToken('kept'), 'nfyio_at_kept0123456789');
  room.take(pid);
  const error = await failure(full, importToken('lost'), `nfyio_at_${'x'.repeat(8_000)}`);
  expect(error.code).toBe(expected);
  expect(await namesIn(full)).toEqual(['kept']);
  await full.stop();
  room.giveBack();
  await full.serve();
  expect(await namesIn(full)).toEqual(['kept']);
  await full.json(importToken('after'), 'nfyio_at_after0123456789');
  expect(await namesIn(full)).toEqual(['kept', 'after']);
};

const isRoot = process.getuid?.() === 0;
const isLinux = process.platform === 'linux';

describe.skipIf(!isRoot || !isLinux)('on a full disk (a small tmpfs, which only root may mount)', () => {
  it('the import fails with a remedy and everything saved before it is still there', async () => {
    const full = new TestHome();
    mkdirSync(full.home, { mode: 0o700 });
    const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=256k,mode=700', 'tmpfs', full.home]);
    expect(mounted.status, String(mounted.stderr)).toBe(0);
    cleanups.push(async () => {
      await full.stop();
      spawnSync('umount', [full.home]);
      await full.remove();
    });
    const filler = join(full.home, 'filler');
    const room = {
      take: () => void spawnSync('dd', ['if=/dev/zero', `of=${filler}`, 'bs=4k']),
      giveBack: () => rmSync(filler),
    };
    await holdsWithoutRoom(full, room, 'DISK_FULL');
  });
});

describe.skipIf(!isLinux)('under a limit on the size of files', () => {
  it('the import fails with a remedy and everything saved before it is still there', async () => {
    const limited = new TestHome();
    cleanups.push(() => limited.remove());
    const room = {
      take: (pid: number) => {
        const { status } = spawnSync('prlimit', ['--pid', String(pid), '--fsize=6144:']);
        expect(status).toBe(0);
      },
      giveBack: () => undefined,
    };
    await holdsWithoutRoom(limited, room, 'STORAGE_FAILED');
  });
});
