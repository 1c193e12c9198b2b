import { AppError } from '../lib/appError.ts';
import type { Keyring } from '../ports.ts';

const SERVICE = 'nfyio-vault';
/** A keyring that asks the person to unlock it waits for them; one that hangs must not hold the start up for good. */
const MAX_WAIT_MS = 60_000;
/** The other store of Linux is forgotten when the machine restarts. */
const lasting = { linux: { store: 'secret-service' } } as const;

type Entries = typeof import('@napi-rs/keyring');

/**
 * Secret Service, macOS Keychain or Windows Credential Manager.
 * @returns null where there is no keyring that outlasts a restart
 */
export const openSystemKeyring = async (): Promise<Keyring | null> => {
  let entries: Entries;
  try {
    entries = await import('@napi-rs/keyring');
    // Made, not read: this alone tells whether there is a store, and asks nobody anything.
    new entries.AsyncEntry(SERVICE, 'probe', lasting);
  } catch {
    return null;
  }

  const entryOf = (account: string): InstanceType<Entries['AsyncEntry']> =>
    new entries.AsyncEntry(SERVICE, account, lasting);
  const within = async <T>(task: (signal: AbortSignal) => Promise<T>): Promise<T> => {
    try {
      return await task(AbortSignal.timeout(MAX_WAIT_MS));
    } catch (cause) {
      throw new AppError('KEYCHAIN_UNAVAILABLE', { cause });
    }
  };

  return {
    read: async (account) => {
      const bytes = await within((signal) => entryOf(account).getSecret(signal));
      return bytes === null ? null : Buffer.from(bytes);
    },
    write: (account, bytes) => within((signal) => entryOf(account).setSecret(bytes, signal)),
    remove: async (account) => {
      await within((signal) => entryOf(account).deleteCredential(signal));
    },
  };
};
