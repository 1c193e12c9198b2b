import { createHmac, timingSafeEqual } from 'node:crypto';

export const signatureOf = (signingKey: Buffer, text: string): Buffer =>
  createHmac('sha256', signingKey).update(text, 'latin1').digest();

export const isSignatureText = (text: string): boolean => /^[0-9a-f]{64}$/.test(text);

/** Constant in time for every well-formed signature. */
export const signatureEquals = (expected: Buffer, given: string): boolean =>
  isSignatureText(given) && timingSafeEqual(expected, Buffer.from(given, 'hex'));
