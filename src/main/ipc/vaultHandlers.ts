import type { VaultState } from '../../shared/contract/app.ts';
import { AppError } from '../lib/appError.ts';
import { Secret } from '../lib/secret.ts';
import type { KeyWrapper } from '../ports.ts';
import { passphraseWrapper } from '../vault/passphraseWrapper.ts';
import type { HandlersOf } from './handlersOf.ts';

/** Opening and closing the vault, with everything that hangs on it. */
export interface Gate {
  create(wrapper: KeyWrapper): Promise<VaultState>;
  unlock(wrapper: KeyWrapper): Promise<VaultState>;
  lock(): VaultState;
}

export const vaultHandlers = (
  gate: Gate,
  keychain: KeyWrapper | null,
): HandlersOf<'vault.create' | 'vault.unlock' | 'vault.lock'> => {
  const wrapperFor = (passphrase: string | undefined): KeyWrapper => {
    if (passphrase !== undefined) return passphraseWrapper(Secret.of(passphrase));
    if (keychain === null) throw new AppError('KEYCHAIN_UNAVAILABLE', { hint: 'Give a passphrase.' });
    return keychain;
  };

  return {
    'vault.create': async ({ passphrase }) => ({ state: await gate.create(wrapperFor(passphrase)) }),
    'vault.unlock': async ({ passphrase }) => ({ state: await gate.unlock(wrapperFor(passphrase)) }),
    'vault.lock': () => ({ state: gate.lock() }),
  };
};
