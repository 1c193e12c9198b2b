import { randomBytes, randomUUID } from 'node:crypto';
import { z } from 'zod';
import { AppError } from '../lib/appError.ts';
import type { KeyWrapper } from '../ports.ts';
import { openBox, sealBox } from './sealedBox.ts';

const KIND = 'os-keyring';
const SERVICE = 'nfyio-vault';
const KEY_BYTES = 32;
/** A keyring that asks the person to unlock it waits for them; one that hangs must not hold the start up for good. */
const MAX_WAIT_MS = 60_000;
/** The other store of Linux is forgotten when the machine restarts. */
const lasting = { linux: { store: 'secret-service' } } as const;

const slotSchema = z.object({ kind: z.literal(KIND), account: z.uuid(), box: z.base64().max(256) });

const context = (account: string): Buffer => Buffer.from(`nfyio-vault/1/os-keyring account=${account}`);
const unavailable = (cause?: unknown): AppError => new AppError('KEYCHAIN_UNAVAILABLE', { cause });

type Entries = typeof import('@napi-rs/keyring');

/**
 * Seals the data key under a random key that the keyring of the system keeps (Secret Service, Keychain, Credential
 * Manager), for hosts without Electron.
 * @returns null where there is no keyring that outlasts a restart
 */
export const openOsKeyring = async (): Promise<KeyWrapper | null> => {
  let entries: Entries;
  try {
    entries = await import('@napi-rs/keyring');
    // Made, not read: this alone tells whether there is a store, and asks nobody anything.
    new entries.AsyncEntry(SERVICE, 'probe', lasting);
  } catch {
    return null;
  }

  const within = async <T>(task: (signal: AbortSignal) => Promise<T>): Promise<T> => {
    try {
      return await task(AbortSignal.timeout(MAX_WAIT_MS));
    } catch (cause) {
      throw unavailable(cause);
    }
  };
  const entryOf = (account: string): InstanceType<Entries['AsyncEntry']> =>
    new entries.AsyncEntry(SERVICE, account, lasting);
  const read = async (account: string): Promise<Buffer> => {
    const bytes = await within((signal) => entryOf(account).getSecret(signal));
    if (bytes === null || bytes.length !== KEY_BYTES) throw unavailable();
    return Buffer.from(bytes);
  };

  return {
    kind: KIND,

    async wrap(dataKey) {
      const account = randomUUID();
      const key = randomBytes(KEY_BYTES);
      await within((signal) => entryOf(account).setSecret(key, signal));
      // Read back before it is trusted: a key that the keyring cannot return is every credential lost.
      const readBack = await read(account);
      const isSame = readBack.equals(key);
      readBack.fill(0);
      const box = sealBox(key, dataKey, context(account));
      key.fill(0);
      if (!isSame) throw unavailable();
      return { kind: KIND, account, box: box.toString('base64') };
    },

    async unwrap(wrapped) {
      const slot = slotSchema.safeParse(wrapped);
      if (!slot.success)
        throw new AppError('VAULT_DAMAGED', { detail: 'Its keyring slot is out of bounds.' });
      const { account, box } = slot.data;
      const key = await read(account);
      const dataKey = openBox(key, Buffer.from(box, 'base64'), context(account));
      key.fill(0);
      if (dataKey === null) throw unavailable();
      return { key: dataKey, shouldRewrap: false };
    },
  };
};
