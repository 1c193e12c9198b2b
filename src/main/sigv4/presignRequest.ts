import { canonicalHeaders } from './canonicalHeaders.ts';
import { canonicalPath } from './canonicalPath.ts';
import { canonicalQuery, queryPairs } from './canonicalQuery.ts';
import { canonicalRequest } from './canonicalRequest.ts';
import { ALGORITHM, scopeText } from './credentialScope.ts';
import { chosenHeaders, isWorthSigning } from './headerChoice.ts';
import type { HttpRequestParts } from './requestParts.ts';
import type { SigningOptions } from './signRequest.ts';
import { stringToSign } from './stringToSign.ts';

export const MAX_PRESIGN_SECONDS = 604_800;

export interface PresigningOptions extends SigningOptions {
  /** 1 to 604,800: seven days. */
  readonly expiresSeconds: number;
}

/**
 * Parameters that are in the query already are signed with it, so that nobody can change them afterwards.
 * @returns the raw query that replaces the one of `parts`; whoever holds it can make this request
 */
export const presignRequest = (parts: HttpRequestParts, options: PresigningOptions): string => {
  const { amzDate, payloadHash, region, service, expiresSeconds, signedHeaders } = options;
  if (!Number.isInteger(expiresSeconds) || expiresSeconds < 1 || expiresSeconds > MAX_PRESIGN_SECONDS)
    throw new RangeError(`A presigned request lives from 1 to ${MAX_PRESIGN_SECONDS} seconds.`);
  const headers = canonicalHeaders(
    parts.headers,
    signedHeaders === undefined ? isWorthSigning : chosenHeaders(signedHeaders),
  );
  const scope = scopeText({ dateStamp: amzDate.slice(0, 8), region, service });
  const query = canonicalQuery([
    ...queryPairs(parts.rawQuery),
    ['X-Amz-Algorithm', ALGORITHM],
    ['X-Amz-Credential', `${options.accessKeyId}/${scope}`],
    ['X-Amz-Date', amzDate],
    ['X-Amz-Expires', String(expiresSeconds)],
    ['X-Amz-SignedHeaders', headers.names],
  ]);
  const path = canonicalPath(parts.rawPath, 's3');
  const canonical = canonicalRequest({ method: parts.method, path, query, headers, payloadHash });
  const signature = options.signingKey.digestHex(stringToSign(amzDate, scope, canonical));
  return `${query}&X-Amz-Signature=${signature}`;
};
