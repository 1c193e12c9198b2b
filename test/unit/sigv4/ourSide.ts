import { formatAmzDate } from '../../../src/main/sigv4/amzDate.ts';
import type { HmacKey } from '../../../src/main/sigv4/hmacKey.ts';
import { readSignature } from '../../../src/main/sigv4/readSignature.ts';
import type { HttpRequestParts } from '../../../src/main/sigv4/requestParts.ts';
import { deriveSigningKey } from '../../../src/main/sigv4/signingKey.ts';
import type { SigningOptions } from '../../../src/main/sigv4/signRequest.ts';
import { verifySignature } from '../../../src/main/sigv4/verifySignature.ts';
import { accessKeyId, type S3Request } from './randomRequests.ts';

/** What a server with this one key pair says to a request. */
export const isAccepted = (
  parts: HttpRequestParts,
  secretAccessKey: string,
  keyOf: typeof deriveSigningKey = deriveSigningKey,
): boolean => {
  const claim = readSignature(parts);
  if (claim.kind !== 'header' && claim.kind !== 'presigned') return false;
  if (claim.accessKeyId !== accessKeyId) return false;
  const { dateStamp, region, service } = claim;
  return verifySignature(parts, claim, keyOf(secretAccessKey, dateStamp, region, service));
};

export const optionsFor = (request: S3Request, signedHeaders: readonly string[]): SigningOptions => {
  const amzDate = formatAmzDate(request.signedAtMs);
  const { region, payloadHash } = request;
  const signingKey: HmacKey = deriveSigningKey(request.secretAccessKey, amzDate.slice(0, 8), region, 's3');
  return { accessKeyId, signingKey, region, service: 's3', amzDate, payloadHash, signedHeaders };
};
