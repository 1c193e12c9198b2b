import { createHash, hkdfSync, randomBytes } from 'node:crypto';
import { base32crockford } from '@scure/base';
import { z } from 'zod';
import { AppError } from '../lib/appError.ts';
import { Secret } from '../lib/secret.ts';
import type { KeyWrapper } from '../ports.ts';
import { openBox, sealBox } from './sealedBox.ts';

/** The way back in when the passphrase is forgotten or the keychain is gone: made once, shown once, kept on paper. */

const KIND = 'recovery-key';
const RANDOM_BYTES = 24;
const KEY_BYTES = 32;
const SALT_BYTES = 16;
const GROUP_LENGTH = 5;
const PURPOSE = 'nfyio-vault/1/recovery-key';

const slotSchema = z.object({
  kind: z.literal(KIND),
  salt: z.base64().max(128),
  box: z.base64().max(256),
});

/** Catches a slip of the pen before the key is tried. */
const checkByte = (bytes: Uint8Array): number => createHash('sha256').update(bytes).digest().readUInt8(0);

/** 192 random bits and a check byte: eight groups of five letters and digits without I, L, O and U. */
export const newRecoveryKey = (): Secret => {
  const bytes = randomBytes(RANDOM_BYTES);
  const text = base32crockford.encode(Buffer.concat([bytes, Buffer.of(checkByte(bytes))]));
  bytes.fill(0);
  return Secret.of(text.match(new RegExp(`.{${GROUP_LENGTH}}`, 'g'))?.join('-') ?? text);
};

/** @throws AppError RECOVERY_KEY_MISTYPED */
const readRecoveryKey = (written: Secret): Buffer => {
  const mistyped = new AppError('RECOVERY_KEY_MISTYPED');
  let bytes: Buffer;
  try {
    bytes = Buffer.from(base32crockford.decode(written.reveal().replaceAll(/[\s-]/g, '').toUpperCase()));
  } catch {
    throw mistyped;
  }
  const random = bytes.subarray(0, RANDOM_BYTES);
  if (bytes.length !== RANDOM_BYTES + 1 || bytes[RANDOM_BYTES] !== checkByte(random)) throw mistyped;
  return random;
};

/** Seals the data key under a recovery key. It is random and long, so nothing is gained by stretching it. */
export const recoveryKeyWrapper = (recoveryKey: Secret): KeyWrapper => {
  const derive = (salt: Buffer): Buffer => {
    const random = readRecoveryKey(recoveryKey);
    const key = Buffer.from(hkdfSync('sha256', random, salt, PURPOSE, KEY_BYTES));
    random.fill(0);
    return key;
  };
  const context = (salt: Buffer): Buffer => Buffer.from(`${PURPOSE} salt=${salt.toString('base64')}`);

  return {
    kind: KIND,

    async wrap(dataKey) {
      const salt = randomBytes(SALT_BYTES);
      const key = derive(salt);
      const box = sealBox(key, dataKey, context(salt));
      key.fill(0);
      return { kind: KIND, salt: salt.toString('base64'), box: box.toString('base64') };
    },

    async unwrap(wrapped) {
      const slot = slotSchema.safeParse(wrapped);
      if (!slot.success)
        throw new AppError('VAULT_DAMAGED', { detail: 'Its recovery slot is out of bounds.' });
      const salt = Buffer.from(slot.data.salt, 'base64');
      const key = derive(salt);
      const dataKey = openBox(key, Buffer.from(slot.data.box, 'base64'), context(salt));
      key.fill(0);
      if (dataKey === null) throw new AppError('WRONG_RECOVERY_KEY');
      return { key: dataKey, shouldRewrap: false };
    },
  };
};
