import { headersWorthSigning } from './canonicalHeaders.ts';
import { canonicalQuery, type QueryPair, queryPairs } from './canonicalQuery.ts';
import { canonicalRequest } from './canonicalRequest.ts';
import { ALGORITHM, scopeText } from './credentialScope.ts';
import type { HttpRequestParts } from './requestParts.ts';
import { signatureOf } from './signature.ts';
import { type SigningOptions, sortedNames } from './signRequest.ts';
import { stringToSign } from './stringToSign.ts';

export const MAX_PRESIGN_SECONDS = 604_800;

export interface PresigningOptions extends SigningOptions {
  /** 1 to 604,800: seven days. */
  readonly expiresSeconds: number;
}

/** @returns the raw query that replaces the one of `parts`; whoever holds it can make this request. */
export const presignRequest = (parts: HttpRequestParts, options: PresigningOptions): string => {
  const { expiresSeconds } = options;
  if (!Number.isInteger(expiresSeconds) || expiresSeconds < 1 || expiresSeconds > MAX_PRESIGN_SECONDS)
    throw new RangeError(`A presigned request lives from 1 to ${MAX_PRESIGN_SECONDS} seconds.`);
  const signedHeaders = sortedNames(options.signedHeaders ?? headersWorthSigning(parts));
  const scope = { ...options, dateStamp: options.amzDate.slice(0, 8) };
  const added: QueryPair[] = [
    ['X-Amz-Algorithm', ALGORITHM],
    ['X-Amz-Credential', `${options.accessKeyId}/${scopeText(scope)}`],
    ['X-Amz-Date', options.amzDate],
    ['X-Amz-Expires', String(expiresSeconds)],
    ['X-Amz-SignedHeaders', signedHeaders.join(';')],
  ];
  const query = canonicalQuery([...queryPairs(parts.rawQuery), ...added]);
  const canonical = canonicalRequest(parts, {
    signedHeaders,
    payloadHash: options.payloadHash,
    pathForm: 's3',
    query,
  });
  const text = stringToSign(options.amzDate, scope, canonical);
  return `${query}&X-Amz-Signature=${signatureOf(options.signingKey, text).toString('hex')}`;
};
