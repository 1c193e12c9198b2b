import { timingSafeEqual } from 'node:crypto';
import type { HmacKey } from './hmacKey.ts';

export const signatureOf = (signingKey: HmacKey, text: string): Buffer => signingKey.digest(text);

export const isSignatureText = (text: string): boolean => /^[0-9a-f]{64}$/.test(text);

/** Constant in time for every well-formed signature. */
export const signatureEquals = (expected: Buffer, given: string): boolean =>
  isSignatureText(given) && timingSafeEqual(expected, Buffer.from(given, 'hex'));
