import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { AppError } from '../../../src/main/lib/appError.ts';
import { Secret } from '../../../src/main/lib/secret.ts';
import type { KeyWrapper, WrappedKey } from '../../../src/main/ports.ts';
import { passphraseWrapper } from '../../../src/main/vault/passphraseWrapper.ts';
import { newRecoveryKey, recoveryKeyWrapper } from '../../../src/main/vault/recoveryKey.ts';
import { boxOfSecret } from '../../../src/main/vault/secretBox.ts';
import { decodeVault, type VaultImage } from '../../../src/main/vault/vaultFile.ts';
import { FakeKeychain } from '../../helpers/fakeKeychain.ts';
import { temporaryFolder } from '../../helpers/temporaryFolder.ts';
import {
  cheapCost,
  cheapWrapper,
  contentOf,
  openVault,
  put,
  unlockedVault,
} from '../../helpers/testVault.ts';

const code = (task: Promise<unknown>): Promise<string> =>
  task.then(
    () => 'done',
    (error: unknown) => (error instanceof AppError ? error.code : String(error)),
  );

const imageIn = (folder: string): VaultImage => {
  const decoded = decodeVault(readFileSync(join(folder, 'vault.nfyv')));
  if (decoded.kind !== 'image') throw new Error('the vault is whole');
  return decoded.image;
};
const slotsIn = (folder: string): readonly WrappedKey[] => imageIn(folder).slots;
const secretsIn = (folder: string): readonly Buffer[] =>
  imageIn(folder)
    .secrets.map(boxOfSecret)
    .filter((box) => box !== null);

describe('a way to open the vault', () => {
  it('is added without touching a secret, and opens it alone', async () => {
    const folder = temporaryFolder();
    const vault = await unlockedVault(folder);
    await vault.commit([put('a', 'secret of a'), put('b', 'secret of b')]);
    const before = secretsIn(folder);
    const recovery = recoveryKeyWrapper(newRecoveryKey());
    const keychain = new FakeKeychain();
    await vault.addSlot(recovery);
    await vault.addSlot(keychain);
    expect(secretsIn(folder)).toEqual(before);
    expect(vault.wrapperKinds()).toEqual(['passphrase', 'recovery-key', 'fake-keychain']);

    for (const wrapper of [cheapWrapper(), recovery, keychain]) {
      const again = await openVault(folder);
      await again.unlock(wrapper);
      expect(contentOf(again).b?.secret).toBe('secret of b');
    }
  });

  it('is replaced by a new one of its kind: the old passphrase opens nothing any more', async () => {
    const folder = temporaryFolder();
    const vault = await unlockedVault(folder);
    await vault.addSlot(cheapWrapper('another passphrase'));
    const again = await openVault(folder);
    expect(await code(again.unlock(cheapWrapper()))).toBe('WRONG_PASSPHRASE');
    expect(await code(again.unlock(cheapWrapper('another passphrase')))).toBe('done');
  });

  it('is removed, but never the last one', async () => {
    const folder = temporaryFolder();
    const vault = await unlockedVault(folder);
    await vault.addSlot(new FakeKeychain());
    await vault.removeSlot('passphrase');
    expect(await code(vault.removeSlot('passphrase'))).toBe('SLOT_ABSENT');
    await vault.addSlot(recoveryKeyWrapper(newRecoveryKey()));
    // A recovery key is for the day when nothing else opens the vault.
    expect(await code(vault.removeSlot('fake-keychain'))).toBe('SLOT_LAST');
    await vault.removeSlot('recovery-key');
    expect(await code(vault.removeSlot('fake-keychain'))).toBe('SLOT_LAST');
    const again = await openVault(folder);
    expect(await code(again.unlock(cheapWrapper()))).toBe('KEYCHAIN_UNAVAILABLE');
    expect(await code(again.unlock(new FakeKeychain()))).toBe('done');
  });

  it('is made as costly as it is to be today when its passphrase is given, and no record is touched', async () => {
    const folder = temporaryFolder();
    const vault = await unlockedVault(folder);
    await vault.commit([put('a', 'secret of a')]);
    vault.lock();
    const before = secretsIn(folder);
    const costly = passphraseWrapper(Secret.of('test passphrase'), { ...cheapCost, n: 4 * cheapCost.n });
    for (let unlock = 0; unlock < 2; unlock += 1) {
      await vault.unlock(costly);
      expect(slotsIn(folder)).toMatchObject([{ kind: 'passphrase', n: 4 * cheapCost.n }]);
      vault.lock();
    }
    expect(secretsIn(folder)).toEqual(before);
    const again = await openVault(folder);
    expect(await code(again.unlock(cheapWrapper()))).toBe('done');
    expect(again.secretOf('a').reveal()).toBe('secret of a');
    // It is not made cheaper again.
    expect(slotsIn(folder)).toMatchObject([{ n: 4 * cheapCost.n }]);
  });

  it('cannot be changed while the vault is locked', async () => {
    const vault = await unlockedVault(temporaryFolder());
    vault.lock();
    expect(await code(vault.addSlot(new FakeKeychain()))).toBe('VAULT_LOCKED');
    expect(await code(vault.removeSlot('passphrase'))).toBe('VAULT_LOCKED');
    expect(await code(vault.rekey([cheapWrapper()]))).toBe('VAULT_LOCKED');
  });

  it('is not half changed when a lock comes in between', async () => {
    const folder = temporaryFolder();
    const vault = await unlockedVault(folder);
    const adding = code(vault.addSlot(cheapWrapper('another passphrase')));
    vault.lock();
    expect(await adding).toBe('VAULT_LOCKED');
    expect(await code((await openVault(folder)).unlock(cheapWrapper()))).toBe('done');
  });

  it('is not half changed either when the lock comes while the key is wrapped', async () => {
    const folder = temporaryFolder();
    const vault = await unlockedVault(folder);
    const another = cheapWrapper('another passphrase');
    const locking: KeyWrapper = {
      ...another,
      wrap: async (key) => {
        const slot = await another.wrap(key);
        vault.lock();
        return slot;
      },
    };
    for (const change of [() => vault.addSlot(locking), () => vault.rekey([locking])]) {
      expect(await code(change())).toBe('VAULT_LOCKED');
      expect(await code((await openVault(folder)).unlock(cheapWrapper()))).toBe('done');
      await vault.unlock(cheapWrapper());
    }
  });

  it('does not open the vault when the lock comes while the key is unwrapped', async () => {
    const vault = await unlockedVault(temporaryFolder());
    vault.lock();
    const right = cheapWrapper();
    const locking: KeyWrapper = {
      ...right,
      unwrap: async (slot) => {
        const unwrapped = await right.unwrap(slot);
        vault.lock();
        return unwrapped;
      },
    };
    expect(await code(vault.unlock(locking))).toBe('VAULT_LOCKED');
    expect(vault.state()).toBe('locked');
  });
});

describe('another data key', () => {
  it('reseals everything, and nothing that the old one opens is left', async () => {
    const folder = temporaryFolder();
    const vault = await unlockedVault(folder);
    await vault.commit([put('a', 'secret of a')]);
    await vault.commit([put('b', 'secret of b'), put('none')]);
    await vault.addSlot(recoveryKeyWrapper(newRecoveryKey()));
    const before = secretsIn(folder);
    await vault.rekey([cheapWrapper('another passphrase')]);

    expect(vault.wrapperKinds()).toEqual(['passphrase']);
    for (const box of secretsIn(folder)) expect(before.some((old) => old.equals(box))).toBe(false);
    expect(readdirSync(folder)).toEqual(['vault.nfyv']);
    await vault.commit([put('c', 'secret of c')]);
    const again = await openVault(folder);
    expect(await code(again.unlock(cheapWrapper()))).toBe('WRONG_PASSPHRASE');
    await again.unlock(cheapWrapper('another passphrase'));
    expect(again.records('credential').map(({ id }) => id)).toEqual(['a', 'b', 'none', 'c']);
    for (const id of ['a', 'b', 'c']) expect(again.secretOf(id).reveal()).toBe(`secret of ${id}`);
  });
});

describe('another data key that the process did not live to finish', () => {
  /** What was in the folder before the rekey lies there again, as where nothing of it could be removed any more. */
  const cutOff = async (folder: string): Promise<void> => {
    const vault = await unlockedVault(folder);
    await vault.commit([put('a', 'secret of a')]);
    await vault.commit([put('b', 'secret of b')]);
    const before = readdirSync(folder).map((name) => [name, readFileSync(join(folder, name))] as const);
    await vault.rekey([cheapWrapper('another passphrase')]);
    vault.lock();
    for (const [name, bytes] of before)
      writeFileSync(join(folder, name === 'vault.nfyv' ? 'vault.nfyv.3' : name), bytes, { mode: 0o600 });
  };

  it('leaves nothing that the former key opens, once the vault is opened again', async () => {
    const folder = temporaryFolder();
    await cutOff(folder);
    expect(readdirSync(folder).length).toBe(4);
    const vault = await openVault(folder);
    await vault.unlock(cheapWrapper('another passphrase'));
    await vault.commit([put('c', 'secret of c')]);
    expect((await vault.generations()).map(({ stored }) => stored.image.generation)).toEqual([4]);
    expect(readdirSync(folder).sort()).toEqual(['vault.nfyv', 'vault.nfyv.1']);
  });

  it('keeps later states where it is the vault that is an older copy', async () => {
    const folder = temporaryFolder();
    await cutOff(folder);
    const rekeyed = readFileSync(join(folder, 'vault.nfyv'));
    const older = readFileSync(join(folder, 'vault.nfyv.1'));
    writeFileSync(join(folder, 'vault.nfyv'), older);
    writeFileSync(join(folder, 'vault.nfyv.1'), rekeyed);
    const vault = await openVault(folder);
    await vault.unlock(cheapWrapper());
    expect((await vault.generations())[0]?.stored.bytes.equals(rekeyed)).toBe(true);
  });
});

describe('the recovery key', () => {
  it('reads as it was shown, in any letters and with any gaps', async () => {
    const shown = newRecoveryKey().reveal();
    expect(shown).toMatch(/^(?:[0-9A-HJKMNP-TV-Z]{5}-){7}[0-9A-HJKMNP-TV-Z]{5}$/);
    const slot = await recoveryKeyWrapper(Secret.of(shown)).wrap(Buffer.alloc(32, 7));
    for (const written of [shown.toLowerCase(), shown.replaceAll('-', ' '), shown.replaceAll('-', '')])
      expect((await recoveryKeyWrapper(Secret.of(written)).unwrap(slot)).key).toEqual(Buffer.alloc(32, 7));
  });

  it('tells a slip of the pen from another key', async () => {
    const slot = await recoveryKeyWrapper(newRecoveryKey()).wrap(Buffer.alloc(32));
    const open = (text: string): Promise<string> => code(recoveryKeyWrapper(Secret.of(text)).unwrap(slot));
    expect(await open(newRecoveryKey().reveal())).toBe('WRONG_RECOVERY_KEY');
    for (const text of ['', 'U', 'AAAAA-', newRecoveryKey().reveal().slice(0, -6), '日本'])
      expect(await open(text)).toBe('RECOVERY_KEY_MISTYPED');
    const shown = newRecoveryKey().reveal();
    const swapped = Array.from({ length: shown.length }, (_, index) => {
      const other = shown[index] === '0' ? '1' : '0';
      return shown[index] === '-' ? shown : shown.slice(0, index) + other + shown.slice(index + 1);
    }).filter((text) => text !== shown);
    const found = await Promise.all(swapped.map(open));
    expect(found.filter((outcome) => outcome === 'RECOVERY_KEY_MISTYPED').length).toBeGreaterThan(35);
    expect(found).not.toContain('done');
  });
});
