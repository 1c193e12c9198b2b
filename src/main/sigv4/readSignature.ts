import { readAuthorizationHeader } from './authorizationHeader.ts';
import { queryPairs } from './canonicalQuery.ts';
import { readPresignedQuery } from './presignedQuery.ts';
import { type HttpRequestParts, headerValues } from './requestParts.ts';
import { malformed, type SignatureReading } from './signatureClaim.ts';

/** Finds the one signature of a request, in its headers or in its query. */
export const readSignature = (parts: HttpRequestParts): SignatureReading => {
  const pairs = queryPairs(parts.rawQuery);
  const has = (wanted: string): boolean => pairs.some(([name]) => name === wanted);
  const isPresigned = has('X-Amz-Algorithm') || has('X-Amz-Signature');
  const isPresignedV2 = has('AWSAccessKeyId') && has('Signature');
  const [header, ...others] = headerValues(parts, 'authorization');
  if (others.length > 0) return malformed('there is more than one Authorization header');
  if (header !== undefined && (isPresigned || isPresignedV2))
    return malformed('there is a signature in the Authorization header and another one in the query');
  if (header !== undefined) return readAuthorizationHeader(parts, header);
  if (isPresigned) return readPresignedQuery(parts, pairs);
  return isPresignedV2 ? { kind: 'unsupported', algorithm: 'AWS' } : { kind: 'none' };
};
