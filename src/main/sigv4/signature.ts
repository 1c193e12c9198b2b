import { timingSafeEqual } from 'node:crypto';

export const isSignatureText = (text: string): boolean => /^[0-9a-f]{64}$/.test(text);

/** Constant in time for every well-formed signature. @param expected lower-case hex, like the one given */
export const signatureEquals = (expected: string, given: string): boolean =>
  isSignatureText(given) && timingSafeEqual(Buffer.from(expected, 'latin1'), Buffer.from(given, 'latin1'));
