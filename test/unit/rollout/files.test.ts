import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  existsSync,
  linkSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  watch,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { parseEnv } from 'node:util';
import { describe, expect, it, onTestFinished } from 'vitest';
import { Secret } from '../../../src/main/lib/secret.ts';
import { awsProfile } from '../../../src/main/rollout/places/awsProfile.ts';
import { dotenv } from '../../../src/main/rollout/places/dotenv.ts';
import { temporaryFolder } from '../../helpers/temporaryFolder.ts';

const named = (values: Readonly<Record<string, string>>) =>
  Object.entries(values).map(([name, text]) => ({ name, value: Secret.of(text) }));
const written = (text: string | Buffer, name = '.env'): string => {
  const path = join(temporaryFolder(), name);
  writeFileSync(path, text, { mode: 0o640 });
  return path;
};
const output = (program: string, args: readonly string[], env: NodeJS.ProcessEnv = {}): string => {
  const { stdout, stderr, status } = spawnSync(program, args, {
    encoding: 'utf8',
    env: { PATH: process.env.PATH, ...env },
  });
  expect([status, status === 0 ? '' : stderr]).toEqual([0, '']);
  return stdout;
};
/** Another one than that of a new file; undefined where this user is in one alone. */
const anotherGroup =
  process.getuid?.() === 0 ? 4242 : process.getgroups?.().find((group) => group !== process.getgid?.());
const withProgram = (program: string) => it.skipIf(!existsSync(program));

/** @returns the text afterwards */
const inEnv = async (text: string, values: Readonly<Record<string, string>>): Promise<string> => {
  const path = written(text);
  const place = { kind: 'dotenv', path } as const;
  expect(await dotenv.write(place, named(values), null)).toEqual({ isVerified: true });
  expect((await dotenv.preview(place, named(values), null)).map(({ change }) => change)).toEqual(
    Object.keys(values).map(() => 'same'),
  );
  return readFileSync(path, 'utf8');
};

describe('a .env file that learns a value', () => {
  it.each([
    ['', 'T=new\n'],
    ['# nothing', '# nothing\nT=new'],
    ['A=1\n', 'A=1\nT=new\n'],
    ['A=1', 'A=1\nT=new'],
    ['A=1\r\nB=2\r\n', 'A=1\r\nB=2\r\nT=new\r\n'],
    ['\ufeffA=1\n', '\ufeffA=1\nT=new\n'],
    ['T=old\n', 'T=new\n'],
    ['  T = old # why\n\n', '  T = new # why\n\n'],
    ['export T="old" # why\r\nA=1\r\n', 'export T="new" # why\r\nA=1\r\n'],
    ["T='old'\nT=older\n", "T='new'\nT=new\n"],
    ['export A=1\n# end\n', 'export A=1\nexport T=new\n# end\n'],
    ['K="-----BEGIN\nT=inside\n-----END"\n', 'K="-----BEGIN\nT=inside\n-----END"\nT=new\n'],
    ['#T=old\nNOT_T=x\n', '#T=old\nNOT_T=x\nT=new\n'],
  ])('keeps everything else as it was: %j', async (before, after) => {
    expect(await inEnv(before, { T: 'new' })).toBe(after);
  });

  it.each([
    'nfyio_at_0123456789abcdefABCDEF',
    'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY=',
    'a#b',
    'a$b`c`\\d"e!f*g?h&i|j;k<l>(m)[n]{o}~p^q',
    "it's",
    '~root',
    '#',
    "'",
    'a\\',
  ])('is read as it was meant by Node and by a shell: %s', async (value) => {
    for (const before of ['', 'T=old\n', 'export T="old"\n', "T='old' # why\n", 'A=1\nT=old\nB="x y"\n']) {
      const after = await inEnv(before, { T: value });
      expect(parseEnv(after).T, after).toBe(value);
      const path = written(after);
      expect(output('/bin/sh', ['-c', 'set -a; . "$1"; printf %s "$T"', 'sh', path]), after).toBe(value);
    }
  });

  it('is left alone when no way of writing the value means the same to all', async () => {
    const path = written('T=old\n');
    const place = { kind: 'dotenv', path } as const;
    for (const value of ['a\'b"c', "a'$b", 'two\nlines', "it's \\"]) {
      const unreadable = { code: 'TARGET_UNREADABLE' };
      await expect(dotenv.preview(place, named({ T: value }), null)).rejects.toMatchObject(unreadable);
      await expect(dotenv.write(place, named({ T: value }), null)).rejects.toMatchObject(unreadable);
    }
    expect(readFileSync(path, 'utf8')).toBe('T=old\n');
  });

  it('learns both values of a key, one there and one not', async () => {
    const after = await inEnv('ID=old\nA=1\n', { ID: 'AKIA', SECRET: 'x/y+z' });
    expect(after).toBe('ID=AKIA\nA=1\nSECRET=x/y+z\n');
    expect(await inEnv('A=1\n', { ID: 'AKIA', SECRET: 's' })).toBe('A=1\nID=AKIA\nSECRET=s\n');
    expect(await inEnv('A=1', { ID: 'AKIA', SECRET: 's' })).toBe('A=1\nID=AKIA\nSECRET=s');
    expect(await inEnv('', { ID: 'AKIA', SECRET: 's' })).toBe('ID=AKIA\nSECRET=s\n');
  });

  it('keeps its permissions, and is not touched when it knows the value', async () => {
    const path = written('T=old\n');
    const place = { kind: 'dotenv', path } as const;
    await dotenv.write(place, named({ T: 'new' }), null);
    const { ino, mode } = statSync(path);
    expect(mode & 0o777).toBe(0o640);
    await dotenv.write(place, named({ T: 'new' }), null);
    expect(statSync(path).ino).toBe(ino);
  });

  it('keeps permissions that no new file gets here, and its group: a server may read it by that', async () => {
    const path = written('T=old\n');
    if (anotherGroup !== undefined) chownSync(path, statSync(path).uid, anotherGroup);
    chmodSync(path, 0o662);
    const { gid } = statSync(path);
    await dotenv.write({ kind: 'dotenv', path }, named({ T: 'new' }), null);
    expect(readFileSync(path, 'utf8')).toBe('T=new\n');
    const after = statSync(path);
    expect([after.mode & 0o777, after.gid]).toEqual([0o662, gid]);
  });

  it('loses what an earlier write that was cut off had left beside it, and nothing else', async () => {
    const path = written('T=old\n');
    for (const name of ['.tmp-0123456789abcdef', '.tmp-mine', '.tmp-0123456789abcdefa', '.bak'])
      writeFileSync(`${path}${name}`, 'T=new\n');
    await dotenv.write({ kind: 'dotenv', path }, named({ T: 'new' }), null);
    expect(readdirSync(join(path, '..')).sort()).toEqual([
      ...['.env', '.env.bak', '.env.tmp-0123456789abcdefa', '.env.tmp-mine'],
    ]);
  });

  /** At the moment when a file of this name comes into being in the folder. */
  const onceThereIs = (folder: string, name: (made: string | null) => boolean, act: () => void): void => {
    const watcher = watch(folder, (_, made) => {
      if (!name(made)) return;
      watcher.close();
      act();
    });
    onTestFinished(() => watcher.close());
  };

  it('that somebody changes while it is written keeps their change, and is not taken for written', async () => {
    const path = written('T=old\n');
    onceThereIs(
      join(path, '..'),
      (made) => made?.startsWith('.env.tmp-') === true,
      () => writeFileSync(path, 'T=theirs\n'),
    );
    const write = dotenv.write({ kind: 'dotenv', path }, named({ T: 'new' }), null);
    await expect(write).rejects.toMatchObject({ code: 'TARGET_CHANGED' });
    expect(readFileSync(path, 'utf8')).toBe('T=theirs\n');
    expect(readdirSync(join(path, '..'))).toEqual(['.env']);
  });

  it('that somebody changes right after it was written is not taken for written', async () => {
    const path = written('T=old\n');
    onceThereIs(
      join(path, '..'),
      (made) => made === '.env',
      () => writeFileSync(path, 'T=theirs\n'),
    );
    const write = dotenv.write({ kind: 'dotenv', path }, named({ T: 'new' }), null);
    await expect(write).rejects.toMatchObject({ code: 'TARGET_CHANGED' });
    expect(readFileSync(path, 'utf8')).toBe('T=theirs\n');
  });

  it('is refused when it has a second name, which would keep the old secret, or belongs to somebody else', async () => {
    const path = written('T=old\n');
    linkSync(path, `${path}.second`);
    const write = () => dotenv.write({ kind: 'dotenv', path }, named({ T: 'new' }), null);
    await expect(write()).rejects.toMatchObject({ code: 'FILE_UNUSABLE' });
    rmSync(`${path}.second`);
    if (process.getuid?.() === 0) {
      chownSync(path, 4242, 4242);
      await expect(write()).rejects.toMatchObject({ code: 'FILE_UNUSABLE' });
      chownSync(path, 0, 0);
    }
    expect(readFileSync(path, 'utf8')).toBe('T=old\n');
    await expect(write()).resolves.toEqual({ isVerified: true });
  });

  it('is refused when it is missing, a link, a folder, or no text', async () => {
    const folder = temporaryFolder();
    const codeOf = (path: string) =>
      dotenv.write({ kind: 'dotenv', path }, named({ T: 'x' }), null).catch(({ code }) => code);
    expect(await codeOf(join(folder, 'none'))).toBe('TARGET_MISSING');
    expect(await codeOf(join(folder, 'none', 'none'))).toBe('TARGET_MISSING');
    symlinkSync(written('T=old\n'), join(folder, 'link'));
    expect(await codeOf(join(folder, 'link'))).toBe('FILE_UNUSABLE');
    mkdirSync(join(folder, 'folder'));
    expect(await codeOf(join(folder, 'folder'))).toBe('FILE_UNUSABLE');
    expect(await codeOf(written(Buffer.from([0x54, 0x3d, 0xc3, 0x28])))).toBe('TARGET_UNREADABLE');
    expect(await codeOf('relative/.env')).toBe('INVALID_INPUT');
  });
});

const pair = { aws_access_key_id: 'AKIANEW', aws_secret_access_key: 'n/e+w=' };
const [id, secret] = ['aws_access_key_id = AKIANEW', 'aws_secret_access_key = n/e+w='];
const inProfile = async (text: string, profile = 'ci', name = 'credentials'): Promise<string> => {
  const path = written(text, name);
  expect(await awsProfile.write({ kind: 'awsProfile', path, profile }, named(pair), null)).toEqual({
    isVerified: true,
  });
  return readFileSync(path, 'utf8');
};

describe('a profile of AWS that learns a key', () => {
  it.each([
    ['', `[ci]\n${id}\n${secret}\n`],
    ['[a]\nregion = x\n', `[a]\nregion = x\n\n[ci]\n${id}\n${secret}\n`],
    ['[a]\r\nregion = x', `[a]\r\nregion = x\r\n\r\n[ci]\r\n${id}\r\n${secret}`],
    ['[ci]\n# empty\n[b]\n', `[ci]\n${id}\n${secret}\n# empty\n[b]\n`],
    ['[ci]\nregion = x\n', `[ci]\n${id}\n${secret}\nregion = x\n`],
    [
      '[ci]\naws_access_key_id=AKIAOLD\naws_secret_access_key = "o" \n[b]\naws_access_key_id = B\n',
      '[ci]\naws_access_key_id=AKIANEW\naws_secret_access_key = n/e+w= \n[b]\naws_access_key_id = B\n',
    ],
    ['[ci]\naws_access_key_id=AKIAOLD\n', '[ci]\naws_access_key_id=AKIANEW\naws_secret_access_key=n/e+w=\n'],
    ['[CI]\naws_access_key_id = X\n', `[CI]\naws_access_key_id = X\n\n[ci]\n${id}\n${secret}\n`],
    [
      '[ci]\nAWS_ACCESS_KEY_ID = old\ns3 =\n  max = 1\naws_secret_access_key = o\n',
      '[ci]\nAWS_ACCESS_KEY_ID = AKIANEW\ns3 =\n  max = 1\naws_secret_access_key = n/e+w=\n',
    ],
  ])('keeps everything else as it was: %j', async (before, after) => {
    expect(await inProfile(before)).toBe(after);
  });

  it('is found under the heading that it has in a config file', async () => {
    expect(await inProfile('[profile ci]\nregion = x\n')).toBe(
      `[profile ci]\n${id}\n${secret}\nregion = x\n`,
    );
    expect(await inProfile('', 'ci', 'config')).toBe(`[profile ci]\n${id}\n${secret}\n`);
    expect(await inProfile('', 'a b', 'config')).toBe(`[profile "a b"]\n${id}\n${secret}\n`);
    expect(await inProfile('', 'default', 'config')).toBe(`[default]\n${id}\n${secret}\n`);
    expect(await inProfile('[profile x]\n[default]\n', 'default')).toBe(
      `[profile x]\n[default]\n${id}\n${secret}\n`,
    );
  });

  withProgram('/usr/bin/python3')('is read by botocore as it was meant', async () => {
    const script =
      'import botocore.session, json; print(json.dumps(botocore.session.Session().full_config["profiles"]["ci"]))';
    for (const [name, variable, text] of [
      ['credentials', 'AWS_SHARED_CREDENTIALS_FILE', '[other]\nx = 1\n[ci]\naws_access_key_id = "old"\n'],
      ['credentials', 'AWS_SHARED_CREDENTIALS_FILE', ''],
      ['config', 'AWS_CONFIG_FILE', '[default]\nregion = x'],
      ['config', 'AWS_CONFIG_FILE', '[profile ci]\ns3 =\n  max_concurrent_requests = 2\n'],
    ] as const) {
      const path = written(await inProfile(text, 'ci', name), name);
      const files = { AWS_SHARED_CREDENTIALS_FILE: '/dev/null', AWS_CONFIG_FILE: '/dev/null' };
      const read = JSON.parse(output('/usr/bin/python3', ['-c', script], { ...files, [variable]: path }));
      expect(read).toMatchObject(pair);
    }
  });

  it('is left alone where a session token would go with the key', async () => {
    const text = '[ci]\naws_access_key_id = ASIA\naws_session_token = t\n';
    const path = written(text, 'credentials');
    await expect(
      awsProfile.write({ kind: 'awsProfile', path, profile: 'ci' }, named(pair), null),
    ).rejects.toMatchObject({ code: 'TARGET_UNREADABLE' });
    expect(readFileSync(path, 'utf8')).toBe(text);
  });
});
