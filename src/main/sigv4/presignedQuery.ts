import type { QueryPair } from './canonicalQuery.ts';
import { ALGORITHM } from './credentialScope.ts';
import { UNSIGNED_PAYLOAD } from './payloadHash.ts';
import { MAX_PRESIGN_SECONDS } from './presignRequest.ts';
import { type HttpRequestParts, headerValues } from './requestParts.ts';
import { malformed, readClaim, type SignatureReading, unsupportedOr } from './signatureClaim.ts';

/** Reads the `X-Amz-…` parameters of a request that carries its signature in the query. */
export const readPresignedQuery = (
  parts: HttpRequestParts,
  pairs: readonly QueryPair[],
): SignatureReading => {
  const amzNames = pairs.map(([name]) => name.toLowerCase()).filter((name) => name.startsWith('x-amz-'));
  if (new Set(amzNames).size < amzNames.length)
    return malformed('a parameter of the presigned query is there twice');
  const query = new Map(pairs);
  const algorithm = query.get('X-Amz-Algorithm') ?? '';
  if (algorithm !== ALGORITHM) return unsupportedOr(algorithm, 'X-Amz-Algorithm is not AWS4-HMAC-SHA256');
  const expiresSeconds = readExpires(query.get('X-Amz-Expires'));
  if (expiresSeconds === null)
    return malformed(`X-Amz-Expires is not a number from 1 to ${MAX_PRESIGN_SECONDS}`);
  const inQuery = query.get('X-Amz-Content-Sha256');
  const hashes = headerValues(parts, 'x-amz-content-sha256').concat(inQuery ?? []);
  if (hashes.length > 1) return malformed('there is more than one x-amz-content-sha256');
  const claim = readClaim('presigned', {
    credential: query.get('X-Amz-Credential'),
    signedHeaders: query.get('X-Amz-SignedHeaders'),
    signature: query.get('X-Amz-Signature'),
    amzDate: query.get('X-Amz-Date'),
    payloadHash: hashes[0] ?? UNSIGNED_PAYLOAD,
  });
  return claim.kind === 'presigned' ? { ...claim, expiresSeconds } : claim;
};

const readExpires = (text = ''): number | null => {
  const seconds = /^\d{1,6}$/.test(text) ? Number(text) : 0;
  return seconds >= 1 && seconds <= MAX_PRESIGN_SECONDS ? seconds : null;
};
