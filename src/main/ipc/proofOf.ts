import { Secret } from '../lib/secret.ts';
import type { Proof } from '../vault/keySlots.ts';

interface Opener {
  readonly passphrase?: string | undefined;
  readonly recoveryKey?: string | undefined;
}

/** Neither given: the keychain of the host. */
export const proofOf = ({ passphrase, recoveryKey }: Opener): Proof => {
  if (passphrase !== undefined) return { kind: 'passphrase', passphrase: Secret.of(passphrase) };
  if (recoveryKey !== undefined) return { kind: 'recovery-key', recoveryKey: Secret.of(recoveryKey) };
  return { kind: 'keychain' };
};
