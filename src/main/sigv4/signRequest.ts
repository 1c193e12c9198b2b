import { canonicalHeaders } from './canonicalHeaders.ts';
import { canonicalPath } from './canonicalPath.ts';
import { canonicalRawQuery } from './canonicalQuery.ts';
import { canonicalRequest } from './canonicalRequest.ts';
import { ALGORITHM, scopeText } from './credentialScope.ts';
import { chosenHeaders, isWorthSigning } from './headerChoice.ts';
import type { HmacKey } from './hmacKey.ts';
import { type HeaderPair, type HttpRequestParts, headerValue } from './requestParts.ts';
import { stringToSign } from './stringToSign.ts';

export interface SigningOptions {
  readonly accessKeyId: string;
  /** From `deriveSigningKey`, for the day of `amzDate` and the same region and service. */
  readonly signingKey: HmacKey;
  readonly region: string;
  readonly service: string;
  /** YYYYMMDDTHHMMSSZ */
  readonly amzDate: string;
  /** Hex SHA-256 of the body, or one of the words S3 knows instead. */
  readonly payloadHash: string;
  /** Names to sign; absent, those that change the meaning of a request. What is added here is always signed. */
  readonly signedHeaders?: readonly string[];
}

/** In hex digits. */
const SIGNATURE_LENGTH = 64;

/** @returns the headers to add. The request must not carry headers of these names yet. */
export const signRequest = (parts: HttpRequestParts, options: SigningOptions): HeaderPair[] => {
  const { accessKeyId, amzDate, payloadHash, region, service, signedHeaders } = options;
  const added: HeaderPair[] = [
    ['x-amz-content-sha256', payloadHash],
    ['x-amz-date', amzDate],
  ];
  const headers = canonicalHeaders(
    parts.headers.concat(added),
    signedHeaders === undefined
      ? isWorthSigning
      : chosenHeaders([...signedHeaders, 'x-amz-date', 'x-amz-content-sha256']),
  );
  const canonical = canonicalRequest({
    method: parts.method,
    path: canonicalPath(parts.rawPath, 's3'),
    query: canonicalRawQuery(parts.rawQuery),
    headers,
    payloadHash,
  });
  const scope = scopeText({ dateStamp: amzDate.slice(0, 8), region, service });
  const signature = options.signingKey.digestHex(stringToSign(amzDate, scope, canonical));
  added.push([
    'authorization',
    `${ALGORITHM} Credential=${accessKeyId}/${scope}, SignedHeaders=${headers.names}, Signature=${signature}`,
  ]);
  return added;
};

/** What `signRequest` has signed a request with; empty where it has not. */
export const signatureIn = ({ headers }: HttpRequestParts): string => {
  const authorization = headerValue(headers, 'authorization') ?? '';
  return authorization.startsWith(ALGORITHM) ? authorization.slice(-SIGNATURE_LENGTH) : '';
};
