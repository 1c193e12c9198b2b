import { createHash, createHmac, randomBytes } from 'node:crypto';

const BASE32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

export const newToken = (): string => `nfyio_at_${randomBytes(32).toString('base64url')}`;

/** Tokens have 256 random bits, so a plain digest is enough: there is nothing to guess. */
export const tokenDigest = (token: string): string => createHash('sha256').update(token).digest('hex');

export const newAccessKeyId = (): string =>
  `AKIA${[...randomBytes(16)].map((byte) => BASE32[byte % BASE32.length]).join('')}`;

/** The 40-character S3 secret of a key: derived on demand, never stored. */
export const secretAccessKeyOf = (masterKey: Buffer, accessKeyId: string, generation: number): string =>
  createHmac('sha256', masterKey)
    .update(`${accessKeyId}:${generation}`)
    .digest()
    .subarray(0, 30)
    .toString('base64');
