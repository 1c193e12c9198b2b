import type { HmacKey } from './hmacKey.ts';
import { signatureEquals } from './signature.ts';

/**
 * The signature of a form that uploads with POST. It covers the policy document alone, in the base64 form that the
 * form carries; that the fields of the form obey the document is for the receiver to check.
 */
export const signPolicy = (policyBase64: string, signingKey: HmacKey): string =>
  signingKey.digestHex(policyBase64);

/** Constant in time for every well-formed signature. */
export const verifyPolicy = (policyBase64: string, signature: string, signingKey: HmacKey): boolean =>
  signatureEquals(signingKey.digestHex(policyBase64), signature);
