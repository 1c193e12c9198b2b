import { AppError } from '../lib/appError.ts';
import type { Keyring } from '../ports.ts';
import { sessionBusAnswers } from './sessionBus.ts';

const SERVICE = 'nfyio-vault';
/** A keyring that asks the person to unlock it waits for them; one that hangs must not hold the start up for good. */
const MAX_WAIT_MS = 60_000;
/** A bus that is there answers at once; a keyring that has to be started first takes a moment. */
const MAX_BUS_WAIT_MS = 5_000;
/** The other store of Linux is forgotten when the machine restarts. */
const lasting = { linux: { store: 'secret-service' } } as const;

/** Whether an entry can be made without waiting for it with the whole thread. */
const isReachable = async (): Promise<boolean> =>
  process.platform !== 'linux' || (await sessionBusAnswers(process.env, MAX_BUS_WAIT_MS));

type Entries = typeof import('@napi-rs/keyring');

/**
 * Secret Service, macOS Keychain or Windows Credential Manager.
 * @returns null where there is no keyring that outlasts a restart, or none that answers
 */
export const openSystemKeyring = async (): Promise<Keyring | null> => {
  let entries: Entries;
  if (!(await isReachable())) return null;
  try {
    entries = await import('@napi-rs/keyring');
    // Made, not read: this alone tells whether there is a store, and asks nobody anything.
    new entries.AsyncEntry(SERVICE, 'probe', lasting);
  } catch {
    return null;
  }

  const withEntry = async <T>(
    account: string,
    task: (entry: InstanceType<Entries['AsyncEntry']>, signal: AbortSignal) => Promise<T>,
  ): Promise<T> => {
    // Also now: it may have fallen silent since it was opened.
    if (!(await isReachable())) throw new AppError('KEYCHAIN_UNAVAILABLE');
    try {
      const entry = new entries.AsyncEntry(SERVICE, account, lasting);
      return await task(entry, AbortSignal.timeout(MAX_WAIT_MS));
    } catch (cause) {
      throw new AppError('KEYCHAIN_UNAVAILABLE', { cause });
    }
  };

  return {
    read: async (account) => {
      const bytes = await withEntry(account, (entry, signal) => entry.getSecret(signal));
      return bytes === null ? null : Buffer.from(bytes);
    },
    write: (account, bytes) => withEntry(account, (entry, signal) => entry.setSecret(bytes, signal)),
    remove: async (account) => {
      await withEntry(account, (entry, signal) => entry.deleteCredential(signal));
    },
  };
};
