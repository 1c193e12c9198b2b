import type { VaultState } from '../../shared/contract/app.ts';
import { Secret } from '../lib/secret.ts';
import type { KeyWrapper } from '../ports.ts';
import type { AutoLock } from '../vault/autoLock.ts';
import { compareRecords } from '../vault/compareRecords.ts';
import type { KeySlots, Proof } from '../vault/keySlots.ts';
import type { LockPreferences } from '../vault/lockPreferences.ts';
import type { Vault } from '../vault/vault.ts';
import type { HandlersOf } from './handlersOf.ts';

/** Opening and closing the vault, with everything that hangs on it. */
export interface Gate {
  create(wrapper: KeyWrapper): Promise<VaultState>;
  unlock(proof: Proof): Promise<VaultState>;
  lock(): VaultState;
  restore(backupName: string): Promise<void>;
}

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
}

interface Opener {
  readonly passphrase?: string | undefined;
  readonly recoveryKey?: string | undefined;
}

const proofOf = ({ passphrase, recoveryKey }: Opener): Proof => {
  if (passphrase !== undefined) return { kind: 'passphrase', passphrase: Secret.of(passphrase) };
  if (recoveryKey !== undefined) return { kind: 'recovery-key', recoveryKey: Secret.of(recoveryKey) };
  return { kind: 'keychain' };
};

const done = { done: true } as const;

export const vaultHandlers = ({
  gate,
  vault,
  keySlots,
  lockPreferences,
  autoLock,
}: VaultServices): HandlersOf<Names> => ({
  'vault.create': async (given) => ({ state: await gate.create(keySlots.wrapperFor(proofOf(given))) }),
  'vault.unlock': async (given) => ({ state: await gate.unlock(proofOf(given)) }),
  'vault.lock': () => ({ state: gate.lock() }),

  'vault.slots': () => ({ slots: [...vault.wrapperKinds()] }),
  'vault.setPassphrase': async ({ proof, passphrase, isLeaked }) => {
    if (isLeaked) await keySlots.replaceDataKey(proofOf(proof), Secret.of(passphrase));
    else await keySlots.setPassphrase(proofOf(proof), Secret.of(passphrase));
    return done;
  },
  'vault.addKeychain': async ({ proof }) => {
    await keySlots.addKeychain(proofOf(proof));
    return done;
  },
  'vault.makeRecoveryKey': async ({ proof }) => ({
    revealId: await keySlots.makeRecoveryKey(proofOf(proof)),
  }),
  'vault.removeSlot': async ({ proof, kind }) => {
    await keySlots.remove(proofOf(proof), kind);
    return done;
  },

  'vault.backups': async () => ({
    backups: (await vault.generations()).map(({ name, savedAtMs, stored }) => ({
      name,
      savedAt: new Date(savedAtMs).toISOString(),
      generation: stored.image.generation,
    })),
  }),
  'vault.previewBackup': async ({ name }) => ({
    preview: compareRecords(vault.allRecords(), await vault.recordsOfGeneration(name)),
  }),
  'vault.restoreBackup': async ({ proof, name }) => {
    await keySlots.prove(proofOf(proof));
    await gate.restore(name);
    return done;
  },
  'vault.forgetBackups': async ({ proof }) => {
    await keySlots.prove(proofOf(proof));
    await vault.forgetGenerations();
    return done;
  },

  'lock.settings': () => ({ settings: lockPreferences.read() }),
  'lock.configure': (settings) => ({ settings: lockPreferences.write(settings) }),
  'lock.used': () => {
    autoLock.appUsed();
    return done;
  },
});
