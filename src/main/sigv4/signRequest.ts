import { headersWorthSigning } from './canonicalHeaders.ts';
import { canonicalRequest } from './canonicalRequest.ts';
import { ALGORITHM, scopeText } from './credentialScope.ts';
import type { HmacKey } from './hmacKey.ts';
import type { HeaderPair, HttpRequestParts } from './requestParts.ts';
import { signatureOf } from './signature.ts';
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

/** @returns the headers to add. The request must not carry headers of these names yet. */
export const signRequest = (parts: HttpRequestParts, options: SigningOptions): HeaderPair[] => {
  const added: HeaderPair[] = [
    ['x-amz-date', options.amzDate],
    ['x-amz-content-sha256', options.payloadHash],
  ];
  const unsigned = { ...parts, headers: [...parts.headers, ...added] };
  const chosen = options.signedHeaders ?? headersWorthSigning(parts);
  const signedHeaders = sortedNames([...chosen, ...added.map(([name]) => name)]);
  const canonical = canonicalRequest(unsigned, {
    signedHeaders,
    payloadHash: options.payloadHash,
    pathForm: 's3',
  });
  const scope = { ...options, dateStamp: options.amzDate.slice(0, 8) };
  const text = stringToSign(options.amzDate, scope, canonical);
  const signature = signatureOf(options.signingKey, text).toString('hex');
  const credential = `${options.accessKeyId}/${scopeText(scope)}`;
  return [
    ...added,
    [
      'authorization',
      `${ALGORITHM} Credential=${credential}, SignedHeaders=${signedHeaders.join(';')}, Signature=${signature}`,
    ],
  ];
};

export const sortedNames = (names: readonly string[]): string[] =>
  [...new Set(names.map((name) => name.toLowerCase()))].sort();
