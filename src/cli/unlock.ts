import type { Call } from './client.ts';
import { WireFailure } from './output.ts';
import { askPassphrase } from './passphrase.ts';
import { readSecret } from './stdin.ts';

export interface UnlockOptions {
  /** The person was told that the file is older than it should be, and wants it. */
  readonly acceptOlder?: boolean;
}

const accepting = ({ acceptOlder }: UnlockOptions) => (acceptOlder ? { acceptsOlder: true } : {});

/** Tries the keychain of the host. @returns false when a passphrase is needed after all */
const unlockByKeychain = async (call: Call, options: UnlockOptions): Promise<boolean> => {
  const { keychain } = await call('app.info', {});
  if (keychain === null) return false;
  try {
    await call('vault.unlock', accepting(options));
    return true;
  } catch (error) {
    if (error instanceof WireFailure && ['KEYCHAIN_UNAVAILABLE', 'PASSPHRASE_NEEDED'].includes(error.code))
      return false;
    throw error;
  }
};

export const unlockByRecoveryKey = async (call: Call, options: UnlockOptions): Promise<void> => {
  await call('vault.unlock', {
    recoveryKey: await readSecret('Recovery key', 'unlock --recovery-key < key-file'),
    ...accepting(options),
  });
};

/** Asks nothing when nothing has to be asked: an open vault stays open, and a keychain comes before a prompt. */
export const unlock = async (
  call: Call,
  given: string | undefined,
  options: UnlockOptions,
): Promise<void> => {
  const { vault } = await call('app.status', {});
  if (vault === 'unlocked') return;
  if (given === undefined && (await unlockByKeychain(call, options))) return;
  await call('vault.unlock', { passphrase: given ?? (await askPassphrase()), ...accepting(options) });
};
