import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TestHome, testPassphrase } from '../helpers/servedVault.ts';

const home = new TestHome();
const secondFile = join(home.folder, 'second');
const secondPassphrase = 'a second passphrase';
const inSandbox = ['--workspace', 'sandbox'];

const use = (passphrase: string): void => writeFileSync(home.passphraseFile, `${passphrase}\n`);
const code = async (args: readonly string[], stdin?: string): Promise<string> => {
  const { exitCode, stderr } = await home.run([...args, '--json'], stdin);
  return exitCode === 0 ? 'done' : JSON.parse(stderr).error.code;
};
const tokenNames = async (): Promise<string[]> =>
  (await home.json(['token', 'list'])).credentials.map(({ name }: { name: string }) => name);

beforeAll(async () => {
  writeFileSync(secondFile, `${secondPassphrase}\n`, { mode: 0o600 });
  await home.serve(['--sandbox']);
  await home.run(['token', 'create', ...inSandbox, '--name', 'first', '--scope', 'read', '--days', '30']);
});
afterAll(() => home.remove());

describe('the ways to open a vault', () => {
  it('a forgotten passphrase is replaced with the recovery key, and the vault has lost nothing', async () => {
    const { recoveryKey } = await home.json(['vault', 'recovery-key']);
    await home.run(['lock']);
    use('forgotten');
    expect(await code(['unlock'])).toBe('WRONG_PASSPHRASE');
    expect(await code(['unlock', '--recovery-key'], '7Q4MZ-0KXWE\n')).toBe('RECOVERY_KEY_MISTYPED');
    expect(await code(['unlock', '--recovery-key'], `${recoveryKey.toLowerCase()}\n`)).toBe('done');
    const setting = ['vault', 'set-passphrase', '--new-passphrase-file', secondFile];
    expect(await code(setting)).toBe('WRONG_PASSPHRASE');
    expect(await code([...setting, '--recovery-key'], recoveryKey)).toBe('done');
    use(secondPassphrase);
    await home.run(['lock']);
    expect(await code(['unlock'])).toBe('done');
    expect(await tokenNames()).toEqual(['first']);
    expect((await home.json(['vault', 'status'])).slots).toEqual(['recovery-key', 'passphrase']);
  });

  it('after a leak nothing that was there before opens anything', async () => {
    const { recoveryKey } = await home.json(['vault', 'recovery-key']);
    writeFileSync(secondFile, `${testPassphrase}\n`);
    expect(await code(['vault', 'set-passphrase', '--leaked', '--new-passphrase-file', secondFile])).toBe(
      'done',
    );
    expect(readdirSync(home.home).filter((name) => name.startsWith('vault.'))).toEqual(['vault.nfyv']);
    await home.run(['lock']);
    expect(await code(['unlock'])).toBe('WRONG_PASSPHRASE');
    expect(await code(['unlock', '--recovery-key'], recoveryKey)).toBe('SLOT_ABSENT');
    use(testPassphrase);
    expect(await code(['unlock'])).toBe('done');
    expect(await tokenNames()).toEqual(['first']);
  });

  it('the last one is not removed', async () => {
    expect(await code(['vault', 'remove', 'passphrase'])).toBe('SLOT_LAST');
    expect(await code(['vault', 'remove', 'os-keyring'])).toBe('SLOT_ABSENT');
  });

  it('wrong guesses are slowed down, for the right passphrase too', async () => {
    await home.run(['lock']);
    use('a wrong one');
    for (let guess = 0; guess < 3; guess += 1) expect(await code(['unlock'])).toBe('WRONG_PASSPHRASE');
    use(testPassphrase);
    const outcome = await code(['unlock']);
    expect(['TRIED_TOO_OFTEN', 'done']).toContain(outcome);
    await expect.poll(() => code(['unlock']), { timeout: 20_000 }).toBe('done');
  });
});

describe('the time after which the vault locks by itself', () => {
  it('is set and taken away again', async () => {
    const configured = async (args: readonly string[]): Promise<unknown> => {
      await home.json(['vault', 'auto-lock', ...args]);
      return (await home.json(['vault', 'status'])).lock;
    };
    expect(await configured(['--after', '15', '--connections-keep-open'])).toEqual({
      idleMinutes: 15,
      connectionsKeepOpen: true,
    });
    expect(await configured(['--after', 'never'])).toEqual({
      idleMinutes: null,
      connectionsKeepOpen: false,
    });
  });
});

describe('an earlier state', () => {
  it('is previewed, comes back with its connections, and can be left again', async () => {
    const connection = await home.connect('api', 'early', '--credential', 'first');
    const ask = async (): Promise<number> =>
      (
        await fetch(`${connection.baseUrl}/api/auth/me`, {
          headers: { authorization: `Bearer ${connection.token}` },
        })
      ).status;
    expect(await ask()).toBe(200);
    await home.json(['connection', 'revoke', 'early']);
    expect(await ask()).toBe(403);

    const [{ name }] = (await home.json(['vault', 'backups'])).backups;
    expect((await home.json(['vault', 'restore', name, '--preview'])).preview).toEqual({
      missing: [{ kind: 'connection', name: 'early' }],
      newer: [],
      changed: [],
    });
    expect(await code(['vault', 'restore', name])).toBe('done');
    expect(await ask()).toBe(200);
    expect(await code(['vault', 'restore', 'vault.nfyv.1'])).toBe('done');
    expect(await ask()).toBe(403);
    expect(await code(['vault', 'restore', 'vault.nfyv.99'])).toBe('GENERATION_GONE');
  });

  it('is gone for good when the earlier states are forgotten', async () => {
    expect(await code(['vault', 'forget-backups'])).toBe('done');
    expect((await home.json(['vault', 'backups'])).backups).toEqual([]);
    expect(await tokenNames()).toEqual(['first']);
  });
});
