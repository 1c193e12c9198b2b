import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SecretService, whyNoSecretService } from '../helpers/secretService.ts';
import { cliFile, runCommand, TestHome } from '../helpers/servedVault.ts';

const obstacle = whyNoSecretService();

describe.skipIf(obstacle !== null)(
  `a host beside the keyring of the system${obstacle === null ? '' : ` (skipped: ${obstacle})`}`,
  () => {
    const home = new TestHome();
    const keyring = new SecretService();
    /** Nobody is there to type, and no file has the passphrase. */
    const alone = { NFYIO_VAULT_PASSPHRASE_FILE: '' };
    const unlockAlone = async (): Promise<string> => {
      const { exitCode, stderr } = await runCommand(process.execPath, [cliFile, 'unlock', '--json'], {
        env: { ...home.env, ...alone },
      });
      return exitCode === 0 ? 'done' : JSON.parse(stderr).error.code;
    };

    beforeAll(() => keyring.start());
    afterAll(async () => {
      await home.remove();
      await keyring.stop();
    });

    it('starts without a passphrase once the keyring may open the vault', async () => {
      await home.serve(['--sandbox'], keyring.env);
      await home.json([
        ...['token', 'create', '--workspace', 'sandbox', '--name', 't', '--scope', 'read', '--days', '30'],
      ]);
      await home.json(['vault', 'add-keychain']);
      expect((await home.json(['vault', 'status'])).slots).toEqual(['passphrase', 'os-keyring']);
      await home.stop();

      await home.serve([], { ...keyring.env, ...alone });
      expect((await home.json(['status'])).locked).toBe(false);
      expect((await home.json(['token', 'list'])).credentials).toHaveLength(1);
    });

    it('does without a passphrase altogether', async () => {
      await home.json(['vault', 'remove', 'passphrase']);
      await home.json(['lock']);
      expect(await unlockAlone()).toBe('done');
      await home.stop();
      await home.serve([], { ...keyring.env, ...alone });
      expect((await home.json(['status'])).locked).toBe(false);
    });

    it('notices an older copy of the vault, and opens it only when that is accepted', async () => {
      await home.stop();
      const file = join(home.home, 'vault.nfyv');
      const copy = readFileSync(file);
      await home.serve([], { ...keyring.env, ...alone });
      await home.json(['token', 'delete', 't']);
      await home.stop();
      writeFileSync(file, copy);

      await expect(home.serve([], { ...keyring.env, ...alone })).rejects.toThrow(
        /VAULT_OLDER.*It is generation \d+, saved .*Up to \d+ changes may be missing/s,
      );
      await home.serve(['--accept-older'], { ...keyring.env, ...alone });
      expect((await home.json(['token', 'list'])).credentials).toHaveLength(1);
      await home.stop();
      // It is the one that counts from then on.
      await home.serve([], { ...keyring.env, ...alone });
      expect((await home.json(['status'])).locked).toBe(false);
    });

    it('leaves nothing in the keyring once the keyring opens nothing any more', async () => {
      // The key of the slot, and how far the vault had come.
      expect(keyring.items('nfyio-vault')).toBe(2);
      await home.json(['vault', 'set-passphrase', '--new-passphrase-file', home.passphraseFile]);
      await home.json(['vault', 'forget-backups']);
      await home.json(['vault', 'add-keychain']);
      await home.json(['vault', 'add-keychain']);
      expect(keyring.items('nfyio-vault')).toBe(2);
      await home.json(['vault', 'remove', 'os-keyring']);
      await home.stop();
      expect(keyring.items('nfyio-vault')).toBe(0);
      await home.serve([], keyring.env);
      await home.json(['vault', 'add-keychain']);
    });

    it('holds nothing up where the keyring falls silent while the host runs', async () => {
      keyring.freeze();
      try {
        const beganMs = performance.now();
        await home.json([
          ...['token', 'create', '--workspace', 'sandbox', '--name', 'u', '--scope', 'read', '--days', '30'],
        ]);
        expect((await home.json(['status'])).locked).toBe(false);
        // The library alone would stop the host for 25 seconds at every save.
        expect(performance.now() - beganMs).toBeLessThan(10_000);
      } finally {
        keyring.thaw();
      }
      expect(await unlockAlone()).toBe('done');
      await home.json(['token', 'delete', 'u']);
    });

    it('is locked and whole where the keyring is gone', async () => {
      await home.stop();
      const without = { ...keyring.env, ...alone, DBUS_SESSION_BUS_ADDRESS: 'unix:path=/nowhere' };
      await expect(home.serve([], without)).rejects.toThrow(/KEYCHAIN_UNAVAILABLE|PASSPHRASE_NEEDED/);
      await home.serve([], { ...keyring.env, ...alone });
      expect((await home.json(['token', 'list'])).credentials).toHaveLength(1);
    });
  },
);
