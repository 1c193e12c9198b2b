import { randomBytes, randomUUID } from 'node:crypto';
import { z } from 'zod';
import { AppError } from '../lib/appError.ts';
import type { Keyring, KeyWrapper, WrappedKey } from '../ports.ts';
import { openBox, sealBox } from './sealedBox.ts';

const KIND = 'os-keyring';
const KEY_BYTES = 32;

const slotSchema = z.object({ kind: z.literal(KIND), account: z.uuid(), box: z.base64().max(256) });

const context = (account: string): Buffer => Buffer.from(`nfyio-vault/1/os-keyring account=${account}`);
const unavailable = (): AppError => new AppError('KEYCHAIN_UNAVAILABLE');

const readSlot = (wrapped: WrappedKey): z.infer<typeof slotSchema> => {
  const slot = slotSchema.safeParse(wrapped);
  if (!slot.success) throw new AppError('VAULT_DAMAGED', { detail: 'Its keyring slot is out of bounds.' });
  return slot.data;
};

/** Seals the data key under a random key that the keyring of the system keeps, for hosts without Electron. */
export const osKeyringWrapper = (keyring: Keyring): KeyWrapper => {
  const read = async (account: string): Promise<Buffer> => {
    const key = await keyring.read(account);
    if (key?.length !== KEY_BYTES) throw unavailable();
    return key;
  };

  return {
    kind: KIND,

    async wrap(dataKey) {
      const account = randomUUID();
      const key = randomBytes(KEY_BYTES);
      await keyring.write(account, key);
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
      const { account, box } = readSlot(wrapped);
      const key = await read(account);
      const dataKey = openBox(key, Buffer.from(box, 'base64'), context(account));
      key.fill(0);
      if (dataKey === null) throw unavailable();
      return { key: dataKey, shouldRewrap: false };
    },

    async forget(wrapped) {
      await keyring.remove(readSlot(wrapped).account);
    },
  };
};
