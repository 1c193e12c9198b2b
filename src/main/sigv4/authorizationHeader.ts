import { ALGORITHM } from './credentialScope.ts';
import { EMPTY_SHA256 } from './payloadHash.ts';
import { requestDate } from './requestDate.ts';
import { type HttpRequestParts, headerValues } from './requestParts.ts';
import { malformed, readClaim, type SignatureReading, unsupportedOr } from './signatureClaim.ts';

/** Reads `AWS4-HMAC-SHA256 Credential=…, SignedHeaders=…, Signature=…`. */
export const readAuthorizationHeader = (parts: HttpRequestParts, authorization: string): SignatureReading => {
  const text = authorization.trim();
  const blank = text.search(/[ \t]/);
  const scheme = blank === -1 ? '' : text.slice(0, blank);
  if (scheme !== ALGORITHM)
    return unsupportedOr(scheme, 'the Authorization header does not start with AWS4-HMAC-SHA256');
  const fields = new Map<string, string>();
  for (const field of text.slice(blank).split(',')) {
    const equals = field.indexOf('=');
    const name = field.slice(0, Math.max(equals, 0)).trimStart();
    const value = field.slice(equals + 1).trimEnd();
    if (!/^[A-Za-z]+$/.test(name) || value === '' || fields.has(name))
      return malformed('the Authorization header is not a list of distinct Name=value fields');
    fields.set(name, value);
  }
  const hashes = headerValues(parts, 'x-amz-content-sha256');
  if (hashes.length > 1) return malformed('there is more than one x-amz-content-sha256 header');
  return readClaim('header', {
    credential: fields.get('Credential'),
    signedHeaders: fields.get('SignedHeaders'),
    signature: fields.get('Signature'),
    amzDate: requestDate(parts),
    payloadHash: hashes[0] ?? EMPTY_SHA256,
  });
};
