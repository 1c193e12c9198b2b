import { createCipheriv, createDecipheriv, createSecretKey, randomBytes } from 'node:crypto';

/**
 * AES-256-GCM. A box is nonce (12 bytes) ‖ ciphertext ‖ tag (16 bytes). Keys are handed to Node as key objects: bare
 * bytes take it several times as long.
 */

const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const PIECE_BYTES = 8_192;
export const BOX_OVERHEAD_BYTES = NONCE_BYTES + TAG_BYTES;

/** @param context authenticated, not stored: a box opens only in the place it was sealed for */
export const sealBox = (key: Buffer, plaintext: Buffer, context: Buffer): Buffer => {
  const box = Buffer.allocUnsafe(BOX_OVERHEAD_BYTES + plaintext.length);
  plaintext.copy(plaintextOf(box));
  sealInPlace(key, box, context);
  return box;
};

/** Where the plaintext stands in a box that is not sealed yet. */
export const plaintextOf = (box: Buffer): Buffer => box.subarray(NONCE_BYTES, box.length - TAG_BYTES);

/** The box has its plaintext where `plaintextOf` says. */
export const sealInPlace = (key: Buffer, box: Buffer, context: Buffer): void => {
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv('aes-256-gcm', createSecretKey(key), nonce).setAAD(context);
  const text = plaintextOf(box);
  for (let start = 0; start < text.length; start += PIECE_BYTES) {
    const piece = cipher.update(text.subarray(start, start + PIECE_BYTES));
    piece.copy(text, start);
    // Frees it at once, for the next piece: megabytes that were not in use before take longer than the sealing.
    piece.buffer.transfer(0);
  }
  cipher.final();
  nonce.copy(box);
  cipher.getAuthTag().copy(box, box.length - TAG_BYTES);
};

/** @returns the plaintext, which the caller wipes; null when key, box or context are not those of the sealing */
export const openBox = (key: Buffer, box: Buffer, context: Buffer): Buffer | null => {
  if (box.length < BOX_OVERHEAD_BYTES) return null;
  const tagStart = box.length - TAG_BYTES;
  const nonce = box.subarray(0, NONCE_BYTES);
  const decipher = createDecipheriv('aes-256-gcm', createSecretKey(key), nonce, { authTagLength: TAG_BYTES })
    .setAAD(context)
    .setAuthTag(box.subarray(tagStart));
  const plaintext = decipher.update(box.subarray(NONCE_BYTES, tagStart));
  try {
    decipher.final();
    return plaintext;
  } catch {
    plaintext.fill(0);
    return null;
  }
};
