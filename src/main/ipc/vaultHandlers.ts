import { Secret } from '../lib/secret.ts';
import type { AutoLock } from '../vault/autoLock.ts';
import { compareRecords } from '../vault/compareRecords.ts';
import type { Gate } from '../vault/gate.ts';
import type { KeySlots } from '../vault/keySlots.ts';
import type { LockPreferences } from '../vault/lockPreferences.ts';
import type { Vault } from '../vault/vault.ts';
import type { HandlersOf } from './handlersOf.ts';
import { proofOf } from './proofOf.ts';

type Names =
  | 'vault.create'
  | 'vault.unlock'
  | 'vault.lock'
  | 'vault.slots'
  | 'vault.setPassphrase'
  | 'vault.addKeychain'
  | 'vault.makeRecoveryKey'
  | 'vault.removeSlot'
  | 'vault.backups'
  | 'vault.previewBackup'
  | 'vault.restoreBackup'
  | 'vault.forgetBackups'
  | 'lock.settings'
  | 'lock.configure'
  | 'lock.used';

interface VaultServices {
  readonly gate: Gate;
  readonly vault: Pick<
    Vault,
    'wrapperKinds' | 'allRecords' | 'generations' | 'recordsOfGeneration' | 'forgetGenerations'
  >;
  readonly keySlots: KeySlots;
  readonly lockPreferences: LockPreferences;
  readonly autoLock: Pick<AutoLock, 'appUsed'>;
  /** How it opens, locks or is kept has changed. */
  tellChange(): void;
}

export const vaultHandlers = ({
  gate,
  vault,
  keySlots,
  lockPreferences,
  autoLock,
  tellChange,
}: VaultServices): HandlersOf<Names> => {
  const changed = async (change: Promise<void>): Promise<{ done: true }> => {
    await change;
    tellChange();
    return { done: true };
  };

  return {
    'vault.create': async (given) => ({ state: await gate.create(keySlots.wrapperFor(proofOf(given))) }),
    'vault.unlock': async ({ acceptsOlder = false, ...given }) => ({
      state: await gate.unlock(proofOf(given), acceptsOlder),
    }),
    'vault.lock': () => ({ state: gate.lock() }),

    'vault.slots': () => ({ slots: [...vault.wrapperKinds()] }),
    'vault.setPassphrase': ({ proof, passphrase, isLeaked }) =>
      changed(
        isLeaked
          ? keySlots.replaceDataKey(proofOf(proof), Secret.of(passphrase))
          : keySlots.setPassphrase(proofOf(proof), Secret.of(passphrase)),
      ),
    'vault.addKeychain': ({ proof }) => changed(keySlots.addKeychain(proofOf(proof))),
    'vault.makeRecoveryKey': async ({ proof }) => {
      const revealId = await keySlots.makeRecoveryKey(proofOf(proof));
      tellChange();
      return { revealId };
    },
    'vault.removeSlot': ({ proof, kind }) => changed(keySlots.remove(proofOf(proof), kind)),

    'vault.backups': async () => ({
      backups: (await vault.generations()).map(({ name, stored }) => ({
        name,
        savedAt: new Date(stored.savedAtMs).toISOString(),
        generation: stored.image.generation,
      })),
    }),
    'vault.previewBackup': async ({ name }) => ({
      preview: compareRecords(vault.allRecords(), await vault.recordsOfGeneration(name)),
    }),
    'vault.restoreBackup': async ({ proof, name }) => {
      await keySlots.prove(proofOf(proof));
      return changed(gate.restore(name));
    },
    'vault.forgetBackups': async ({ proof }) => {
      await keySlots.prove(proofOf(proof));
      return changed(vault.forgetGenerations());
    },

    'lock.settings': () => ({ settings: lockPreferences.read() }),
    'lock.configure': (settings) => ({ settings: lockPreferences.write(settings) }),
    'lock.used': () => {
      autoLock.appUsed();
      return { done: true };
    },
  };
};
