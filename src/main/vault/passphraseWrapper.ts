import { randomBytes, type ScryptOptions, scrypt } from 'node:crypto';
import { promisify } from 'node:util';
import { z } from 'zod';
import { AppError } from '../lib/appError.ts';
import type { Secret } from '../lib/secret.ts';
import type { KeyWrapper } from '../ports.ts';
import { openBox, sealBox } from './sealedBox.ts';

interface ScryptCost {
  /** CPU and memory cost: memory is 128 · n · r bytes. A power of two. */
  readonly n: number;
  readonly r: number;
  readonly p: number;
}

/** 128 MiB and about a third of a second. */
const defaultCost: ScryptCost = { n: 2 ** 17, r: 8, p: 1 };
/** A hostile file must not make us spend more than 1 GiB or some seconds before it is found out. */
const MAX_MEMORY_BYTES = 2 ** 30;
/** n · r · p: the time is proportional to it. Sixteen times that of our own slots. */
const MAX_WORK = 2 ** 24;
const KEY_BYTES = 32;
const SALT_BYTES = 16;
const KIND = 'passphrase';

const isPowerOfTwo = (value: number): boolean => Number.isInteger(Math.log2(value));

const slotSchema = z
  .object({
    kind: z.literal(KIND),
    kdf: z.literal('scrypt'),
    n: z
      .number()
      .int()
      .min(2)
      .max(2 ** 20)
      .refine(isPowerOfTwo),
    r: z.number().int().min(1).max(32),
    p: z.number().int().min(1).max(16),
    salt: z.base64().max(128),
    box: z.base64().max(256),
  })
  .refine(({ n, r, p }) => 128 * n * r <= MAX_MEMORY_BYTES && n * r * p <= MAX_WORK);

const scryptAsync = promisify<Buffer, Buffer, number, ScryptOptions, Buffer>(scrypt);

/** The parameters are sealed in: a slot with changed ones does not open. */
const contextOf = ({ n, r, p }: ScryptCost, salt: Buffer): Buffer =>
  Buffer.from(`nfyio-vault/1/passphrase n=${n} r=${r} p=${p} salt=${salt.toString('base64')}`);

/**
 * Seals the data key under a passphrase. The passphrase is taken in Unicode form NFKC, so that it opens the vault
 * whichever keyboard or system composed its letters.
 */
export const passphraseWrapper = (passphrase: Secret, cost: ScryptCost = defaultCost): KeyWrapper => {
  const stretch = async ({ n, r, p }: ScryptCost, salt: Buffer): Promise<Buffer> => {
    const bytes = Buffer.from(passphrase.reveal().normalize('NFKC'), 'utf8');
    try {
      const maxmem = 128 * r * (n + p + 2);
      return await scryptAsync(bytes, salt, KEY_BYTES, { N: n, r, p, maxmem });
    } finally {
      bytes.fill(0);
    }
  };

  return {
    kind: KIND,

    async wrap(key) {
      const salt = randomBytes(SALT_BYTES);
      const stretched = await stretch(cost, salt);
      const box = sealBox(stretched, key, contextOf(cost, salt));
      stretched.fill(0);
      return {
        kind: KIND,
        kdf: 'scrypt',
        ...cost,
        salt: salt.toString('base64'),
        box: box.toString('base64'),
      };
    },

    async unwrap(wrapped) {
      const slot = slotSchema.safeParse(wrapped);
      if (!slot.success) {
        throw new AppError('VAULT_DAMAGED', { detail: 'Its passphrase slot is out of bounds.' });
      }
      const { n, r, p } = slot.data;
      const salt = Buffer.from(slot.data.salt, 'base64');
      const stretched = await stretch({ n, r, p }, salt);
      const key = openBox(stretched, Buffer.from(slot.data.box, 'base64'), contextOf({ n, r, p }, salt));
      stretched.fill(0);
      if (key === null) throw new AppError('WRONG_PASSPHRASE');
      return { key, shouldRewrap: n < cost.n || r < cost.r || p < cost.p };
    },
  };
};
