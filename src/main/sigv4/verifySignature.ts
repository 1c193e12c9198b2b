import { canonicalHeaders } from './canonicalHeaders.ts';
import { canonicalPath } from './canonicalPath.ts';
import { canonicalRawQuery, queryPairs } from './canonicalQuery.ts';
import { canonicalRequest } from './canonicalRequest.ts';
import { scopeText } from './credentialScope.ts';
import type { HmacKey } from './hmacKey.ts';
import { type HttpRequestParts, headerValues } from './requestParts.ts';
import { signatureEquals } from './signature.ts';
import type { SignatureClaim } from './signatureClaim.ts';
import { stringToSign } from './stringToSign.ts';

/**
 * Whether `claim`, read from these very `parts`, was made with `signingKey`. Clients differ in what they take as
 * the canonical path and query of a request that is not in canonical form already: most apply the S3 form, some
 * (older curl, SDKs given a ready URL) sign the bytes they send. Both name the same request, so both count.
 *
 * False also when a signed header is missing or an `x-amz-*` header is there unsigned: it could have been added by
 * someone without the key and would change what the request does.
 */
export const verifySignature = (
  parts: HttpRequestParts,
  claim: SignatureClaim,
  signingKey: HmacKey,
): boolean => {
  const { method, rawPath } = parts;
  const { payloadHash, amzDate, signature } = claim;
  const { signedHeaders } = claim;
  const headers = canonicalHeaders(
    parts.headers,
    (name) => signedHeaders.includes(name) || name.startsWith('x-amz-'),
  );
  if (headers.names !== signedHeaders.join(';')) return false;
  if (headerValues(parts, 'host').length > 1) return false;
  const scope = scopeText(claim);
  const rawQuery = claim.kind === 'header' ? parts.rawQuery : withoutSignature(parts.rawQuery);
  for (const path of distinct(canonicalPath(rawPath, 's3'), rawPath))
    for (const query of distinct(canonicalRawQuery(rawQuery), rawQuery)) {
      const canonical = canonicalRequest({ method, path, query, headers, payloadHash });
      const expected = signingKey.digestHex(stringToSign(amzDate, scope, canonical));
      if (signatureEquals(expected, signature)) return true;
    }
  return false;
};

const distinct = (one: string, other: string): readonly string[] => (one === other ? [one] : [one, other]);

/** A presigned request is signed without the parameter that carries its signature, the rest as it was sent. */
const withoutSignature = (rawQuery: string): string =>
  rawQuery
    .split('&')
    .filter((pair) => !queryPairs(pair).some(([name]) => name === 'X-Amz-Signature'))
    .join('&');
