import { createHash } from 'node:crypto';
import { ALGORITHM, type CredentialScope, scopeText } from './credentialScope.ts';

/** `canonical` holds one character per byte. */
export const stringToSign = (amzDate: string, scope: CredentialScope, canonical: string): string =>
  [ALGORITHM, amzDate, scopeText(scope), createHash('sha256').update(canonical, 'latin1').digest('hex')].join(
    '\n',
  );
