import {
  chmodSync,
  existsSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { CallInput } from '../../../src/shared/contract/contract.ts';
import type { Rotation } from '../../../src/shared/contract/rotation.ts';
import { eventually } from '../../helpers/eventually.ts';
import { FakeKeyring } from '../../helpers/fakeKeyring.ts';
import { RunningApp } from '../../helpers/runningApp.ts';
import { runCommand } from '../../helpers/servedVault.ts';
import { temporaryFolder } from '../../helpers/temporaryFolder.ts';

const MINUTE_MS = 60_000;

let app: RunningApp;
let folder: string;
let home: string;
beforeEach(async () => {
  [home, folder] = [temporaryFolder(), temporaryFolder()];
  app = await RunningApp.onSandbox(home);
});
afterEach(() => app.stop());

const at = (name: string): string => join(folder, name);
const mint = async (name = 'ci') =>
  (
    await app.call('token.create', {
      ...{ workspace: 'sandbox', name, scope: 'read', expireDays: 30, route: '/api/*' },
    })
  ).credential;
const makeKey = async (name = 'files') =>
  (
    await app.call('key.create', {
      ...{ workspace: 'sandbox', name, buckets: ['demo'], permission: 'read-write', expireDays: 30 },
    })
  ).credential;
const dotenvFile = (text = '# of the app\nPORT=80\n'): string => {
  writeFileSync(at('.env'), text, { mode: 0o600 });
  return at('.env');
};
/** Stores what it gets in `stored.json` while there is a file named `open`; fails otherwise, and says all it knows. */
const program = (): readonly string[] => {
  const script = `
    let text = '';
    process.stdin.on('data', (chunk) => { text += chunk; }).on('end', () => {
      console.log(text); console.error(text);
      const fs = require('node:fs');
      fs.appendFileSync(${JSON.stringify(at('runs'))}, '.');
      if (!fs.existsSync(${JSON.stringify(at('open'))})) process.exit(3);
      fs.writeFileSync(${JSON.stringify(at('stored.json'))}, text);
    });`;
  return [process.execPath, '-e', script];
};
const openProgram = (): void => writeFileSync(at('open'), '');
const runs = (): number => readFileSync(at('runs'), 'utf8').length;
const stored = () => JSON.parse(readFileSync(at('stored.json'), 'utf8'));
const add = (input: CallInput<'target.add'>) => app.call('target.add', input);
const targets = async () => (await app.call('target.list', {})).targets;
const states = async () => (await targets()).map(({ state }) => state.kind);
const rotations = async (): Promise<readonly Rotation[]> => (await app.call('rotation.list', {})).rotations;
/** A token whose place did not take the secret that it was replaced by. */
const rotatedInVain = async (wasWrittenBefore = false) => {
  await mint();
  const { target } = await add({ credential: 'ci', place: { kind: 'command', command: [...program()] } });
  if (wasWrittenBefore) {
    openProgram();
    await app.call('target.write', { id: target.id });
    rmSync(at('open'));
  }
  await app.call('rotation.start', { credential: 'ci' });
  await eventually(async () => expect(await states()).toEqual(['failed']));
  return target;
};
/** What a shell reads of the file. */
const inShell = async (name: string): Promise<string> =>
  (
    await runCommand('/bin/sh', ['-c', `set -a; . "$1"; printenv "$2"`, 'sh', at('.env'), name])
  ).stdout.trim();
const apiStatus = async (token: string): Promise<number> => {
  const { sandbox } = await app.call('app.status', {});
  return (await fetch(`${sandbox?.api}/api/auth/me`, { headers: { authorization: `Bearer ${token}` } }))
    .status;
};

describe('a place that must learn a secret', () => {
  it('is only compared when it is added, and written when that is asked for', async () => {
    const path = dotenvFile();
    chmodSync(path, 0o640);
    await mint();
    const { target, changes } = await add({ credential: 'ci', place: { kind: 'dotenv', path } });
    expect(changes).toEqual([{ name: 'NFYIO_TOKEN', change: 'add' }]);
    expect(target).toMatchObject({
      title: `.env file ${path}`,
      hasAccess: false,
      state: { kind: 'pending' },
    });
    expect(readFileSync(path, 'utf8')).toBe('# of the app\nPORT=80\n');

    const written = await app.call('target.write', { id: target.id });
    expect(written.target.state).toMatchObject({ kind: 'current', isVerified: true });
    expect(readFileSync(path, 'utf8')).toMatch(/^# of the app\nPORT=80\nNFYIO_TOKEN=nfyio_at_\S+\n$/);
    expect(statSync(path).mode & 0o777).toBe(0o640);
    expect(await apiStatus(await inShell('NFYIO_TOKEN'))).toBe(200);
    const { changes: after } = await app.call('target.preview', { id: target.id });
    expect(after).toEqual([{ name: 'NFYIO_TOKEN', change: 'same' }]);
  });

  it('is written by itself once the secret changes, whether or not it was written before', async () => {
    await mint();
    const { target } = await add({ credential: 'ci', place: { kind: 'dotenv', path: dotenvFile() } });
    const { rotation } = await app.call('rotation.start', { credential: 'ci' });
    expect(rotation.servingId).not.toBe(target.credentialId);
    await eventually(async () => expect(await states()).toEqual(['current']));
    expect(await targets()).toMatchObject([{ id: target.id, credentialId: rotation.servingId }]);
    expect(await apiStatus(await inShell('NFYIO_TOKEN'))).toBe(200);
  });

  it('keeps the old token alive until it has learned the new one, and for the drain time after that', async () => {
    const old = await mint();
    const file = await add({ credential: 'ci', place: { kind: 'dotenv', path: dotenvFile() } });
    const other = await add({ credential: 'ci', place: { kind: 'command', command: [...program()] } });
    expect(other.changes).toEqual([{ name: 'token', change: 'unreadable' }]);
    await app.call('target.write', { id: file.target.id });
    const before = await inShell('NFYIO_TOKEN');

    await app.call('rotation.start', { credential: 'ci' });
    await eventually(async () => expect(await states()).toEqual(['current', 'failed']));
    const [, failed] = await targets();
    expect(failed?.state).toMatchObject({ error: { code: 'TARGET_REFUSED' } });
    expect(JSON.stringify(failed)).not.toContain(await inShell('NFYIO_TOKEN'));
    expect((await app.call('app.status', {})).notices.join()).toContain(
      'has not learned the present secret of “ci”',
    );
    expect(await rotations()).toMatchObject([{ step: 'draining', pendingTargets: 1, deletesAt: null }]);
    await expect(app.call('rotation.finish', { rotation: 'ci' })).rejects.toMatchObject({
      code: 'TARGETS_PENDING',
    });
    app.clock.advance(59 * MINUTE_MS);
    await eventually(async () => expect(await states()).toEqual(['current', 'failed']));
    expect(await rotations()).toMatchObject([{ step: 'draining', retiringId: old.id }]);
    expect(await apiStatus(before)).toBe(200);

    openProgram();
    app.clock.advance(60 * MINUTE_MS);
    await eventually(async () => expect(await states()).toEqual(['current', 'current']));
    const deletesAt = new Date(app.clock.now() + 10 * MINUTE_MS).toISOString();
    expect(await rotations()).toMatchObject([{ step: 'draining', pendingTargets: 0, deletesAt }]);
    app.clock.advance(10 * MINUTE_MS);
    await eventually(async () => expect(await rotations()).toEqual([]));
    expect(await apiStatus(before)).toBe(401);
    expect(await apiStatus(await inShell('NFYIO_TOKEN'))).toBe(200);
    expect(stored()).toEqual({ token: await inShell('NFYIO_TOKEN') });
  });

  it('gets the old secret back when the rotation is taken back, before the new one is deleted', async () => {
    await mint();
    openProgram();
    const { target } = await add({ credential: 'ci', place: { kind: 'command', command: [...program()] } });
    await app.call('target.write', { id: target.id });
    const { token: first } = stored();
    await app.call('rotation.start', { credential: 'ci' });
    await eventually(() => expect(stored().token).not.toBe(first));
    const { token: second } = stored();
    await eventually(async () => expect(await states()).toEqual(['current']));
    rmSync(at('open'));
    await app.call('rotation.undo', { rotation: 'ci' });
    await eventually(async () => expect(await states()).toEqual(['failed']));
    app.clock.advance(30 * MINUTE_MS);
    expect(await rotations()).toMatchObject([{ isUndone: true, pendingTargets: 1 }]);
    expect(await apiStatus(second)).toBe(200);
    openProgram();
    await app.call('target.write', { id: target.id });
    expect(stored().token).toBe(first);
    app.clock.advance(10 * MINUTE_MS);
    await eventually(async () => expect(await rotations()).toEqual([]));
    expect(await apiStatus(second)).toBe(401);
    expect(await apiStatus(first)).toBe(200);
  });

  it('does not wait for a program that does not end, nor does what is asked for meanwhile', async () => {
    await mint();
    const fifo = at('fifo');
    await runCommand('/usr/bin/mkfifo', [fifo]);
    const endless = { kind: 'command' as const, command: ['/bin/sh', '-c', 'read word < "$0"', fifo] };
    await add({ credential: 'ci', place: endless });
    const { target } = await add({ credential: 'ci', place: { kind: 'dotenv', path: dotenvFile() } });
    await app.call('rotation.start', { credential: 'ci' });
    await eventually(async () => expect(await states()).toEqual(['pending', 'current']));
    const first = await inShell('NFYIO_TOKEN');
    await app.call('target.write', { id: target.id });
    await mint('other');
    await add({
      credential: 'other',
      place: { kind: 'dotenv', path: at('.env') },
      names: { token: 'OTHER' },
    });
    await app.call('rotation.start', { credential: 'other' });
    await eventually(async () => expect(await states()).toEqual(['pending', 'current', 'current']));
    expect(await inShell('NFYIO_TOKEN')).toBe(first);
    writeFileSync(fifo, 'end\n');
    await eventually(async () => expect(await states()).toEqual(['current', 'current', 'current']));
  });

  it('that is removed holds nothing up any more', async () => {
    const target = await rotatedInVain();
    await app.call('target.remove', { id: target.id });
    await app.call('rotation.finish', { rotation: 'ci' });
    expect(await rotations()).toEqual([]);
    expect(await app.failure('target.write', { id: target.id })).toMatchObject({ code: 'TARGET_UNKNOWN' });
  });

  it('goes with its credential, and with its workspace', async () => {
    const { id } = await mint();
    await mint('other');
    await add({ credential: id, place: { kind: 'dotenv', path: dotenvFile() } });
    await add({ credential: 'other', place: { kind: 'command', command: ['/bin/true'] } });
    await app.call('credential.delete', { id });
    expect(await targets()).toMatchObject([{ title: 'command /bin/true' }]);
    await app.call('workspace.remove', { workspace: 'sandbox' });
    expect(await targets()).toEqual([]);
  });

  it('is written again after a restart in which nothing else happened', async () => {
    await rotatedInVain();
    openProgram();
    const { clock } = app;
    await app.quit();
    app = await RunningApp.onSandbox(home, clock);
    await eventually(async () => expect(await states()).toEqual(['current']));
    expect(await apiStatus(stored().token)).toBe(200);
  });

  it('is not written while the vault is locked, and at once when it opens', async () => {
    await rotatedInVain();
    openProgram();
    await app.call('vault.lock', {});
    expect(await app.failure('target.list', {})).toMatchObject({ code: 'VAULT_LOCKED' });
    app.clock.advance(600 * MINUTE_MS);
    expect(existsSync(at('stored.json'))).toBe(false);
    await app.call('vault.unlock', {});
    await eventually(async () => expect(await states()).toEqual(['current']));
  });
});

describe('going back to an earlier state of the vault', () => {
  it.each([
    ['never was', false],
    ['was with the secret before', true],
  ])(
    'writes none of its secrets to a place before that is asked for, though it was due: one that %s written',
    async (_, wasWrittenBefore) => {
      const target = await rotatedInVain(wasWrittenBefore);
      openProgram();
      await app.call('target.write', { id: target.id });
      rmSync(at('stored.json'));
      const before = runs();
      const [itWasDue] = (await app.call('vault.backups', {})).backups;
      await app.call('vault.restoreBackup', { proof: {}, name: itWasDue?.name ?? '' });
      expect(await targets()).toMatchObject([{ id: target.id, state: { kind: 'pending' } }]);
      await app.call('vault.lock', {});
      await app.call('vault.unlock', {});
      app.clock.advance(60 * MINUTE_MS);
      await mint('other');
      await isWrittenOnlyWhenAsked(target.id, before);
    },
  );
});

/** @param before how often the program had run */
const isWrittenOnlyWhenAsked = async (id: string, before: number): Promise<void> => {
  expect(await states()).toEqual(['pending']);
  expect(existsSync(at('stored.json'))).toBe(false);
  await app.call('target.write', { id });
  // What would have run by itself has run before it.
  expect(runs()).toBe(before + 1);
  expect(existsSync(at('stored.json'))).toBe(true);
};

describe('accepting an older copy of the vault', () => {
  it('writes none of its secrets anywhere before that is asked for', async () => {
    const { clock } = app;
    const keyring = new FakeKeyring();
    const restart = async () => {
      await app.quit();
      app = await RunningApp.start(home, clock, keyring);
    };
    await restart();
    await app.call('vault.unlock', {});
    const target = await rotatedInVain();
    const copy = readFileSync(join(home, 'vault.nfyv'));
    openProgram();
    await app.call('target.write', { id: target.id });
    await restart();
    rmSync(at('stored.json'));
    const before = runs();
    writeFileSync(join(home, 'vault.nfyv'), copy);
    await restart();
    expect(await app.failure('vault.unlock', {})).toMatchObject({ code: 'VAULT_OLDER' });
    await app.call('vault.unlock', { acceptsOlder: true });
    expect(await targets()).toMatchObject([{ id: target.id, state: { kind: 'pending' } }]);
    await restart();
    await app.call('vault.unlock', {});
    clock.advance(60 * MINUTE_MS);
    await mint('other');
    await isWrittenOnlyWhenAsked(target.id, before);
  });

  it('changes nothing where there is nothing older to be accepted', async () => {
    await rotatedInVain();
    openProgram();
    await app.call('vault.lock', {});
    await app.call('vault.unlock', { acceptsOlder: true });
    app.clock.advance(MINUTE_MS);
    await eventually(async () => expect(await states()).toEqual(['current']));
  });
});

describe('a target that cannot be', () => {
  it('is not remembered', async () => {
    await mint();
    await makeKey();
    const path = dotenvFile();
    symlinkSync(path, at('link'));
    const refused = async (input: Omit<CallInput<'target.add'>, 'credential'>, credential = 'ci') =>
      (await app.failure('target.add', { credential, ...input })).code;
    expect(await refused({ place: { kind: 'dotenv', path: at('none') } })).toBe('TARGET_MISSING');
    expect(await refused({ place: { kind: 'dotenv', path: at('link') } })).toBe('FILE_UNUSABLE');
    expect(await refused({ place: { kind: 'dotenv', path: 'relative' } })).toBe('INVALID_INPUT');
    expect(await refused({ place: { kind: 'dotenv', path }, access: 'x' })).toBe('INVALID_INPUT');
    expect(await refused({ place: { kind: 'awsProfile', path, profile: 'x' } })).toBe('INVALID_INPUT');
    expect(await refused({ place: { kind: 'dotenv', path } }, 'nobody')).toBe('CREDENTIAL_UNKNOWN');
    const url = 'http://vault.example';
    const vaultKv = { kind: 'vaultKv', url, namespace: null, mount: 'secret', path: 'ci' } as const;
    expect(await refused({ place: vaultKv, access: 'hvs.x' })).toBe('INVALID_INPUT');
    writeFileSync(at('.env'), Buffer.from([0x41, 0x3d, 0xff]));
    expect(await refused({ place: { kind: 'dotenv', path } })).toBe('TARGET_UNREADABLE');
    dotenvFile();
    await add({ credential: 'ci', place: { kind: 'dotenv', path } });
    expect(await refused({ place: { kind: 'dotenv', path } })).toBe('INVALID_INPUT');
    expect(await targets()).toHaveLength(1);
    await add({ credential: 'ci', place: { kind: 'dotenv', path }, names: { token: 'OTHER' } });
    expect(readdirSync(folder).sort()).toEqual(['.env', 'link']);
  });

  it('is not bound to a credential that is on its way out', async () => {
    const old = await mint();
    await app.call('rotation.start', { credential: 'ci' });
    const input = { credential: old.id, place: { kind: 'dotenv', path: dotenvFile() } } as const;
    expect(await app.failure('target.add', input)).toMatchObject({ code: 'ROTATION_RUNNING' });
  });
});

describe('a write that was asked for', () => {
  it('says what went wrong, and is tried again later and later', async () => {
    await mint();
    const { target } = await add({ credential: 'ci', place: { kind: 'command', command: [...program()] } });
    expect(await app.failure('target.write', { id: target.id })).toMatchObject({ code: 'TARGET_REFUSED' });
    const retryAt = (minutes: number): string =>
      new Date(app.clock.now() + minutes * MINUTE_MS).toISOString();
    expect(await targets()).toMatchObject([{ state: { kind: 'failed', retryAt: retryAt(1) } }]);
    app.clock.advance(MINUTE_MS);
    await eventually(async () =>
      expect(await targets()).toMatchObject([{ state: { kind: 'failed', retryAt: retryAt(2) } }]),
    );
    openProgram();
    app.clock.advance(2 * MINUTE_MS);
    await eventually(async () => expect(await states()).toEqual(['current']));
  });

  it('does not wait for its next try when there is another secret', async () => {
    await makeKey();
    openProgram();
    const { target } = await add({
      credential: 'files',
      place: { kind: 'command', command: [...program()] },
    });
    await app.call('target.write', { id: target.id });
    const { secret_access_key: first } = stored();
    rmSync(at('open'));
    const regenerate = async () => {
      app.clock.advance(1);
      expect(await app.call('key.regenerate', { credential: 'files' })).toMatchObject({
        outcome: 'regenerated',
      });
    };
    await regenerate();
    await eventually(async () => expect(await states()).toEqual(['failed']));
    expect(stored().secret_access_key).toBe(first);
    openProgram();
    await regenerate();
    await eventually(async () => expect(await states()).toEqual(['current']));
    const { access_key_id: id, secret_access_key: last } = stored();
    expect(last).not.toBe(first);
    const { sandbox } = await app.call('app.status', {});
    const curl = ['-s', '-o', '/dev/null', '-w', '%{http_code}', '--aws-sigv4', 'aws:amz:us-east-1:s3'];
    const asked = await runCommand('/usr/bin/curl', [
      ...curl,
      '--user',
      `${id}:${last}`,
      `${sandbox?.s3}/demo`,
    ]);
    expect(asked.stdout).toBe('200');
  });

  it('leaves a place that was current and is not to be reached any more as one that must be written', async () => {
    await mint();
    const { target } = await add({ credential: 'ci', place: { kind: 'dotenv', path: dotenvFile() } });
    await app.call('target.write', { id: target.id });
    rmSync(at('.env'));
    expect(await app.failure('target.write', { id: target.id })).toMatchObject({ code: 'TARGET_MISSING' });
    expect(await states()).toEqual(['failed']);
    dotenvFile();
    app.clock.advance(MINUTE_MS);
    await eventually(async () => expect(await states()).toEqual(['current']));
  });
});
