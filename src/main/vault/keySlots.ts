import { AppError } from '../lib/appError.ts';
import type { Secret } from '../lib/secret.ts';
import type { KeyWrapper } from '../ports.ts';
import type { Attempts } from './attempts.ts';
import { passphraseWrapper } from './passphraseWrapper.ts';
import { newRecoveryKey, recoveryKeyWrapper } from './recoveryKey.ts';
import type { Vault } from './vault.ts';

const WITHOUT_KEYCHAIN =
  'Give a passphrase. On Linux the keyring is a Secret Service on the session bus (GNOME Keyring, KWallet); start nfyio Vault where one runs.';

/** What somebody brings to open the vault or to show that they may change how it opens. */
export type Proof =
  | { readonly kind: 'passphrase'; readonly passphrase: Secret }
  | { readonly kind: 'recovery-key'; readonly recoveryKey: Secret }
  | { readonly kind: 'keychain' };

export interface KeySlotDependencies {
  readonly vault: Pick<Vault, 'wrapperKinds' | 'unlock' | 'prove' | 'addSlot' | 'removeSlot' | 'rekey'>;
  /** null where this host has none. */
  readonly keychain: KeyWrapper | null;
  readonly attempts: Attempts;
  /** Takes the secret over. @returns the revealId */
  offerRecoveryKey(recoveryKey: Secret): string;
}

/** The ways to open the vault: whoever changes one shows first that they can open it. */
export class KeySlots {
  readonly #dependencies: KeySlotDependencies;

  constructor(dependencies: KeySlotDependencies) {
    this.#dependencies = dependencies;
  }

  /** @throws AppError KEYCHAIN_UNAVAILABLE */
  wrapperFor(proof: Proof): KeyWrapper {
    switch (proof.kind) {
      case 'passphrase':
        return passphraseWrapper(proof.passphrase);
      case 'recovery-key':
        return recoveryKeyWrapper(proof.recoveryKey);
      case 'keychain': {
        const { keychain } = this.#dependencies;
        if (keychain === null) throw new AppError('KEYCHAIN_UNAVAILABLE', { hint: WITHOUT_KEYCHAIN });
        return keychain;
      }
    }
  }

  /** As `Vault.unlock`. @throws AppError TRIED_TOO_OFTEN, and as that does */
  unlock(proof: Proof, acceptsOlder: boolean): Promise<{ readonly isOlder: boolean }> {
    const { attempts, vault } = this.#dependencies;
    return attempts.run(() => vault.unlock(this.wrapperFor(proof), acceptsOlder));
  }

  /** @throws AppError PASSPHRASE_NEEDED | WRONG_PASSPHRASE | WRONG_RECOVERY_KEY | TRIED_TOO_OFTEN | … */
  async prove(proof: Proof): Promise<void> {
    const { vault, attempts } = this.#dependencies;
    // The keychain opens for whoever sits at the machine: where there is a passphrase, that proves nothing.
    if (proof.kind === 'keychain' && vault.wrapperKinds().includes('passphrase'))
      throw new AppError('PASSPHRASE_NEEDED', { hint: 'Give the passphrase of this vault.' });
    await attempts.run(() => vault.prove(this.wrapperFor(proof)));
  }

  /** Sets the first passphrase, or another one. */
  async setPassphrase(proof: Proof, passphrase: Secret): Promise<void> {
    await this.prove(proof);
    await this.#dependencies.vault.addSlot(passphraseWrapper(passphrase));
  }

  /**
   * After a suspected leak: everything under another data key, opened by the new passphrase and the keychain, if it
   * was in use. The recovery key and the earlier states of the vault end.
   */
  async replaceDataKey(proof: Proof, passphrase: Secret): Promise<void> {
    const { vault, keychain } = this.#dependencies;
    await this.prove(proof);
    const isKeychainUsed = keychain !== null && vault.wrapperKinds().includes(keychain.kind);
    await vault.rekey([passphraseWrapper(passphrase), ...(isKeychainUsed ? [keychain] : [])]);
  }

  async addKeychain(proof: Proof): Promise<void> {
    await this.prove(proof);
    await this.#dependencies.vault.addSlot(this.wrapperFor({ kind: 'keychain' }));
  }

  /** Sealed into the vault before it is offered; it ends the one before it. @returns the revealId */
  async makeRecoveryKey(proof: Proof): Promise<string> {
    await this.prove(proof);
    const recoveryKey = newRecoveryKey();
    await this.#dependencies.vault.addSlot(recoveryKeyWrapper(recoveryKey));
    return this.#dependencies.offerRecoveryKey(recoveryKey);
  }

  /** @throws AppError SLOT_ABSENT | SLOT_LAST */
  async remove(proof: Proof, kind: string): Promise<void> {
    await this.prove(proof);
    const { vault, keychain } = this.#dependencies;
    await vault.removeSlot(kind, keychain);
  }
}
