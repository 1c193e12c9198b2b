import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseEnv } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { filesBelow, findCanaries } from '../../helpers/canary.ts';
import { type Ready, runCommand, TestHome } from '../../helpers/servedVault.ts';

const home = new TestHome();
const places = join(home.folder, 'places');
const temporary = join(home.folder, 'temporary');
let ready: Ready;
beforeAll(async () => {
  for (const folder of [places, temporary]) mkdirSync(folder);
  ready = await home.serve(['--sandbox'], { TMPDIR: temporary });
});
afterAll(() => home.remove());

const at = (name: string): string => join(places, name);
const inSandbox = ['--workspace', 'sandbox'];
const mintToken = async (name: string): Promise<string> =>
  (
    await home.json([
      ...['token', 'create', ...inSandbox, '--name', name, '--scope', 'read', '--days', '9', '--reveal'],
    ])
  ).token;
const makeKey = async (name: string): Promise<string> =>
  (
    await home.json([
      ...[
        'key',
        'create',
        ...inSandbox,
        '--name',
        name,
        '--bucket',
        'demo',
        '--permission',
        'read',
        '--reveal',
      ],
    ])
  ).secretAccessKey;
const listed = async (...options: readonly string[]) =>
  (await home.json(['target', 'list', ...options])).targets;
const failure = async (args: readonly string[], stdin?: string) => {
  const { exitCode, stdout, stderr } = await home.run(['--json', ...args], stdin);
  expect([exitCode === 0, stdout]).toEqual([false, '']);
  return { exitCode, ...JSON.parse(stderr).error };
};
const envOf = (name: string) => parseEnv(readFileSync(at(name), 'utf8'));
const meStatus = async (token: string): Promise<number> =>
  (await fetch(`${ready.sandbox?.api}/api/auth/me`, { headers: { authorization: `Bearer ${token}` } }))
    .status;
/** Keeps its input, what it was started with and how; repeats all of it; fails while there is no `open`. */
const keeper = `
  let text = '';
  process.stdin.on('data', (chunk) => { text += chunk; }).on('end', () => {
    const { env, argv } = process;
    console.log(text); console.error(text);
    const fs = require('node:fs');
    fs.writeFileSync(${JSON.stringify(at('seen.json'))}, JSON.stringify({ env, argv }));
    if (!fs.existsSync(${JSON.stringify(at('open'))})) throw new Error(text);
    fs.writeFileSync(${JSON.stringify(at('kept.json'))}, text);
  });`;

describe('target, on the command line', () => {
  it('previews and writes at once, or only previews where that is wanted', async () => {
    const token = await mintToken('ci');
    writeFileSync(at('.env'), 'NFYIO_TOKEN=before\n');
    const add = ['target', 'add', '--credential', 'ci', '--dotenv', at('.env')];
    const kept = await home.json([...add, '--name-token', 'LATER', '--no-write']);
    expect(kept).toMatchObject({
      target: { credential: expect.any(String), kind: 'token', names: { token: 'LATER' }, state: 'pending' },
      changes: [{ name: 'LATER', change: 'add' }],
    });
    const done = await home.json(add);
    expect(done).toMatchObject({
      target: { title: `.env file ${at('.env')}`, state: 'current', verified: true, access: false },
      changes: [{ name: 'NFYIO_TOKEN', change: 'replace' }],
    });
    expect(envOf('.env')).toEqual({ NFYIO_TOKEN: token });
    const { changes } = await home.json(['target', 'preview', kept.target.id]);
    expect(changes).toEqual([{ name: 'LATER', change: 'add' }]);
    const { target } = await home.json(['target', 'write', kept.target.id]);
    expect(target.state).toBe('current');
    expect(envOf('.env')).toEqual({ NFYIO_TOKEN: token, LATER: token });
    expect(await home.json(['target', 'remove', kept.target.id])).toEqual({ done: true });
    expect((await listed()).map(({ id }: { id: string }) => id)).toEqual([done.target.id]);
    expect((await home.run(['target', 'list'])).stdout).toContain('current, read back at');
  });

  it('is said to whoever deletes the credential: what was written stays there', async () => {
    await mintToken('left');
    writeFileSync(at('left.env'), '');
    await home.json(['target', 'add', '--credential', 'left', '--dotenv', at('left.env')]);
    const { stdout } = await home.run(['token', 'delete', 'left']);
    expect(stdout).toBe('Deleted. What was written to 1 place outside the vault stays there.\n');
    expect(envOf('left.env')).toHaveProperty('NFYIO_TOKEN');
  });

  it('gives a program the values by its standard input alone, and nothing of ours by its environment', async () => {
    const token = await mintToken('deploy');
    writeFileSync(at('open'), '');
    const program = ['--command', '--', process.execPath, '-e', keeper, '--', '--json'];
    const { stdout } = await home.run(['--json', 'target', 'add', '--credential', 'deploy', ...program]);
    const { target, changes } = JSON.parse(stdout);
    expect(target.place.command).toEqual([process.execPath, '-e', keeper, '--', '--json']);
    expect(target).toMatchObject({ state: 'current', verified: false });
    expect(changes).toEqual([{ name: 'token', change: 'unreadable' }]);
    expect(JSON.parse(readFileSync(at('kept.json'), 'utf8'))).toEqual({ token });
    const { env, argv } = JSON.parse(readFileSync(at('seen.json'), 'utf8'));
    expect(argv.slice(1)).toEqual(['--json']);
    expect(env.PATH).toBe(process.env.PATH);
    expect(Object.keys(env).filter((name) => name.startsWith('NFYIO_'))).toEqual([]);
  });

  it('says in the status and of the rotation what holds the old one up, with every failure', async () => {
    rmSync(at('open'));
    await home.json(['token', 'rotate', 'deploy', '--drain', '1s']);
    await expect.poll(async () => (await listed('--credential', 'deploy'))[0].state).toBe('failed');
    const [{ id, problem }] = await listed('--credential', 'deploy', '--kind', 'token');
    expect(problem).toMatchObject({ code: 'TARGET_REFUSED' });
    expect((await home.json(['status'])).targets).toEqual({ current: 1, pending: 0, failed: 1 });
    expect((await home.run(['status'])).stdout).toContain('1 place outside the vault has not learned');
    expect((await home.json(['rotation', 'list'])).rotations).toMatchObject([
      { pendingTargets: 1, deletesAt: null },
    ]);
    expect((await home.run(['rotation', 'list'])).stdout).toContain('waits for 1 place outside the vault');
    expect(await failure(['rotation', 'finish', 'deploy'])).toMatchObject({
      code: 'TARGETS_PENDING',
      exitCode: 5,
    });
    expect(await failure(['target', 'write', id])).toMatchObject({ code: 'TARGET_REFUSED', exitCode: 1 });
    const { token: old } = JSON.parse(readFileSync(at('kept.json'), 'utf8'));
    expect(await meStatus(old)).toBe(200);
    writeFileSync(at('open'), '');
    await home.json(['target', 'write', id]);
    await expect
      .poll(async () => (await home.json(['rotation', 'list'])).rotations, { timeout: 10_000 })
      .toEqual([]);
    expect(await meStatus(old)).toBe(401);
    expect(await meStatus(JSON.parse(readFileSync(at('kept.json'), 'utf8')).token)).toBe(200);
  });

  it('tells a place that cannot be from one that is given wrongly', async () => {
    await makeKey('files');
    const add = (...options: readonly string[]) => ['target', 'add', '--credential', 'ci', ...options];
    const refused = async (args: readonly string[], stdin?: string) => {
      const { code, exitCode } = await failure(args, stdin);
      return [code, exitCode];
    };
    const usage = ['INVALID_INPUT', 2];
    for (const args of [
      add(),
      add('--dotenv', at('.env'), '--aws-profile', 'ci'),
      add('--dotenv', at('.env'), '--region', 'x'),
      add('--dotenv', at('.env'), '--', 'program'),
      add('--dotenv', at('.env'), '--name-id', 'A'),
      add('--dotenv', at('.env'), '--name-id', 'A', '--name-secret', 'B'),
      add('--dotenv', at('.env'), '--name-token', 'a b'),
      add('--dotenv', at('.env')),
      add('--command'),
      add('--aws-profile', 'ci', '--file', at('.env')),
    ])
      expect(await refused(args), args.join(' ')).toEqual(usage);
    for (const args of [
      add('--vault-kv', 'http://vault.example', '--mount', 'secret', '--path', 'ci'),
      add('--vault-kv', 'https://vault.example', '--mount', 'secret'),
      add('--aws-secret', 'ci'),
      add('--gcp-secret', 'project'),
      add('--github-secret', 'ada/'),
      add('--github-secret', 'ada/app', '--api-url', 'http://github.example'),
    ])
      expect(await refused(args, 'CANARYwhatOpensIt0123456789'), args.join(' ')).toEqual(usage);
    expect(await refused(add('--dotenv', at('none')))).toEqual(['TARGET_MISSING', 1]);
    expect(await refused(add('--command', '--', at('none')))).toEqual(['TARGET_MISSING', 1]);
    expect(await refused(['target', 'write', 'none'])).toEqual(['TARGET_UNKNOWN', 2]);
  });

  it.skipIf(!existsSync('/usr/bin/aws'))(
    'has a profile follow a key that is regenerated: the AWS CLI works with it on the storage itself',
    async () => {
      writeFileSync(at('credentials'), '[default]\nregion = us-east-1\n');
      const secret = await makeKey('backup');
      await home.json([
        ...[
          'target',
          'add',
          '--credential',
          'backup',
          '--aws-profile',
          'backup',
          '--file',
          at('credentials'),
        ],
      ]);
      const list = async (): Promise<number | null> =>
        (
          await runCommand(
            '/usr/bin/aws',
            ['--endpoint-url', ready.sandbox?.s3 ?? '', 's3', 'ls', 's3://demo'],
            {
              env: {
                AWS_SHARED_CREDENTIALS_FILE: at('credentials'),
                AWS_PROFILE: 'backup',
                AWS_CONFIG_FILE: '/dev/null',
              },
            },
          )
        ).exitCode;
      expect(readFileSync(at('credentials'), 'utf8')).toContain(secret);
      expect(await list()).toBe(0);
      await home.json(['key', 'regenerate', 'backup']);
      await expect.poll(async () => (await listed('--credential', 'backup'))[0].state).toBe('current');
      expect(readFileSync(at('credentials'), 'utf8')).not.toContain(secret);
      expect(await list()).toBe(0);
    },
  );

  it.skipIf(process.platform !== 'linux')(
    'leaves a secret nowhere but in the vault and in the places that were named',
    async () => {
      const { NFYIO_TOKEN } = envOf('.env');
      await home.json(['token', 'rotate', 'ci']);
      await expect.poll(() => envOf('.env').NFYIO_TOKEN).not.toBe(NFYIO_TOKEN);
      const secrets = {
        'first token': NFYIO_TOKEN ?? '',
        'second token': envOf('.env').NFYIO_TOKEN ?? '',
        'token of the program': JSON.parse(readFileSync(at('kept.json'), 'utf8')).token,
        'what opens a place': 'CANARYwhatOpensIt0123456789',
      };
      expect(Object.values(secrets).every((secret) => secret.length > 20)).toBe(true);
      for (const command of [
        ['status'],
        ['target', 'list'],
        ['rotation', 'list'],
        ['doctor'],
        ['activity'],
      ]) {
        await home.run(command);
        await home.run([...command, '--json']);
      }
      // Minted to know them, and shown for that once each.
      const isShown = (line: string): boolean =>
        line.includes('"token"') || line.includes('"secretAccessKey"');
      const told = home.transcript.filter((line) => !isShown(line) || !line.includes('"credential":{'));
      const faces = ['cmdline', 'environ'].map((face): [string, Buffer] => [
        face,
        readFileSync(`/proc/${ready.pid}/${face}`),
      ]);
      const everywhere = new Map([
        ['printed and logged', Buffer.from(told.join('\n'))],
        ...faces,
        ...filesBelow(home.home),
        ...filesBelow(temporary),
      ]);
      expect(findCanaries(everywhere, secrets)).toEqual([]);
      expect(findCanaries(filesBelow(places), secrets)).not.toEqual([]);
    },
  );
});
