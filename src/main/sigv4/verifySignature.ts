import {
  canonicalQuery,
  isSignatureParameter,
  queryPairs,
  rawQueryWithoutSignature,
} from './canonicalQuery.ts';
import { canonicalRequest } from './canonicalRequest.ts';
import type { HmacKey } from './hmacKey.ts';
import { type HttpRequestParts, headerValues } from './requestParts.ts';
import { signatureEquals, signatureOf } from './signature.ts';
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
  if (!coversEveryAmzHeader(parts, claim)) return false;
  if (!claim.signedHeaders.every((name) => headerValues(parts, name).length > 0)) return false;
  if (headerValues(parts, 'host').length !== 1) return false;
  const isGenuine = (canonical: string): boolean =>
    signatureEquals(signatureOf(signingKey, stringToSign(claim.amzDate, claim, canonical)), claim.signature);
  return [...canonicalReadings(parts, claim)].some(isGenuine);
};

const coversEveryAmzHeader = (parts: HttpRequestParts, claim: SignatureClaim): boolean =>
  parts.headers.every(([name]) => {
    const lowerCaseName = name.toLowerCase();
    return !lowerCaseName.startsWith('x-amz-') || claim.signedHeaders.includes(lowerCaseName);
  });

const canonicalReadings = (parts: HttpRequestParts, claim: SignatureClaim): Set<string> => {
  const canonical = canonicalQuery(
    queryPairs(parts.rawQuery).filter((pair) => claim.kind === 'header' || !isSignatureParameter(pair)),
  );
  const asSent = claim.kind === 'header' ? parts.rawQuery : rawQueryWithoutSignature(parts.rawQuery);
  const { signedHeaders, payloadHash } = claim;
  const readings = new Set<string>();
  for (const pathForm of ['s3', 'asSent'] as const)
    for (const query of [canonical, asSent])
      readings.add(canonicalRequest(parts, { signedHeaders, payloadHash, pathForm, query }));
  return readings;
};
