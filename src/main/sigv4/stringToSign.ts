import { ALGORITHM } from './credentialScope.ts';
import { sha256Hex } from './sha256Hex.ts';

/**
 * @param scope from `scopeText`
 * @param canonical one character per byte
 */
export const stringToSign = (amzDate: string, scope: string, canonical: string): string =>
  `${ALGORITHM}\n${amzDate}\n${scope}\n${sha256Hex(canonical)}`;
