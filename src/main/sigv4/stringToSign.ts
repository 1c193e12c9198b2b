import { ALGORITHM, type CredentialScope, scopeText } from './credentialScope.ts';
import { sha256Hex } from './sha256Hex.ts';

/** `canonical` holds one character per byte. */
export const stringToSign = (amzDate: string, scope: CredentialScope, canonical: string): string =>
  `${ALGORITHM}\n${amzDate}\n${scopeText(scope)}\n${sha256Hex(canonical)}`;
