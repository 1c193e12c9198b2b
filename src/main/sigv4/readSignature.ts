import { parseAmzDate } from './amzDate.ts';
import { queryPairs } from './canonicalQuery.ts';
import { ALGORITHM, parseCredential } from './credentialScope.ts';
import { EMPTY_SHA256, UNSIGNED_PAYLOAD } from './payloadHash.ts';
import { MAX_PRESIGN_SECONDS } from './presignRequest.ts';
import { type HttpRequestParts, headerValues } from './requestParts.ts';
import { isSignatureText } from './signature.ts';

/** What a request says about its signature. Nothing of it is proven before `verifySignature`. */
export interface SignatureClaim {
  readonly kind: 'header' | 'presigned';
  readonly accessKeyId: string;
  readonly dateStamp: string;
  readonly region: string;
  readonly service: string;
  /** Lower case, sorted, `host` among them. */
  readonly signedHeaders: readonly string[];
  readonly signature: string;
  readonly amzDate: string;
  readonly amzDateMs: number;
  /** `x-amz-content-sha256`; where absent, the hash of no body (header) or UNSIGNED-PAYLOAD (presigned). */
  readonly payloadHash: string;
  /** Presigned only: how long after `amzDate` it may be used. Whether it still may is the caller's policy. */
  readonly expiresSeconds?: number;
}

export type SignatureReading =
  | { readonly kind: 'none' }
  | { readonly kind: 'unsupported'; readonly algorithm: string }
  /** `problem` names what is wrong, never a value. */
  | { readonly kind: 'malformed'; readonly problem: string }
  | SignatureClaim;

const malformed = (problem: string): SignatureReading => ({ kind: 'malformed', problem });

export const readSignature = (parts: HttpRequestParts): SignatureReading => {
  const authorization = headerValues(parts, 'authorization');
  const query = new Map<string, string[]>();
  for (const [name, value] of queryPairs(parts.rawQuery))
    query.set(name, [...(query.get(name) ?? []), value]);
  const isPresigned = query.has('X-Amz-Algorithm') || query.has('X-Amz-Signature');
  const isPresignedV2 = query.has('AWSAccessKeyId') && query.has('Signature');
  const [header] = authorization;
  if (authorization.length > 1) return malformed('there is more than one Authorization header');
  if (header !== undefined && (isPresigned || isPresignedV2))
    return malformed('there is a signature in the Authorization header and another one in the query');
  if (header !== undefined) return readHeader(parts, header);
  if (isPresigned) return readPresigned(parts, query);
  return isPresignedV2 ? { kind: 'unsupported', algorithm: 'AWS' } : { kind: 'none' };
};

const readHeader = (parts: HttpRequestParts, authorization: string): SignatureReading => {
  const [, scheme = '', rest = ''] = /^(\S+)[ \t]+(.*)$/.exec(authorization.trim()) ?? [];
  if (scheme !== ALGORITHM) return otherScheme(scheme);
  const fields = new Map<string, string>();
  for (const field of rest.split(',')) {
    const [, name, value] = /^([A-Za-z]+)=(.+)$/.exec(field.trim()) ?? [];
    if (name === undefined || value === undefined || fields.has(name))
      return malformed('the Authorization header is not a list of distinct Name=value fields');
    fields.set(name, value);
  }
  const dates = headerValues(parts, 'x-amz-date');
  const hashes = headerValues(parts, 'x-amz-content-sha256');
  if (dates.length !== 1) return malformed('there is not exactly one x-amz-date header');
  if (hashes.length > 1) return malformed('there is more than one x-amz-content-sha256 header');
  return readClaim('header', {
    credential: fields.get('Credential'),
    signedHeaders: fields.get('SignedHeaders'),
    signature: fields.get('Signature'),
    amzDate: dates[0],
    payloadHash: hashes[0] ?? EMPTY_SHA256,
  });
};

const otherScheme = (scheme: string): SignatureReading => {
  const isKnown = /^(AWS|Bearer|Basic|AWS4-[A-Z0-9-]{1,40})$/.test(scheme);
  return isKnown
    ? { kind: 'unsupported', algorithm: scheme }
    : malformed('the Authorization header does not start with AWS4-HMAC-SHA256');
};

const readPresigned = (
  parts: HttpRequestParts,
  query: ReadonlyMap<string, readonly string[]>,
): SignatureReading => {
  for (const [name, values] of query)
    if (name.startsWith('X-Amz-') && values.length > 1)
      return malformed('a parameter of the presigned query is there twice');
  const only = (name: string): string | undefined => query.get(name)?.[0];
  const algorithm = only('X-Amz-Algorithm');
  if (algorithm !== ALGORITHM) return otherScheme(algorithm ?? '');
  const signedHeaders = only('X-Amz-SignedHeaders');
  const expires = only('X-Amz-Expires') ?? '';
  const expiresSeconds = /^\d{1,6}$/.test(expires) ? Number(expires) : 0;
  if (expiresSeconds < 1 || expiresSeconds > MAX_PRESIGN_SECONDS)
    return malformed(`X-Amz-Expires is not a number from 1 to ${MAX_PRESIGN_SECONDS}`);
  const isHashSigned = signedHeaders?.split(';').includes('x-amz-content-sha256') ?? false;
  const headerHash = isHashSigned ? headerValues(parts, 'x-amz-content-sha256')[0] : undefined;
  const claim = readClaim('presigned', {
    credential: only('X-Amz-Credential'),
    signedHeaders,
    signature: only('X-Amz-Signature'),
    amzDate: only('X-Amz-Date'),
    payloadHash: only('X-Amz-Content-Sha256') ?? headerHash ?? UNSIGNED_PAYLOAD,
  });
  return claim.kind === 'presigned' ? { ...claim, expiresSeconds } : claim;
};

interface ClaimTexts {
  readonly credential: string | undefined;
  readonly signedHeaders: string | undefined;
  readonly signature: string | undefined;
  readonly amzDate: string | undefined;
  readonly payloadHash: string;
}

const readClaim = (kind: 'header' | 'presigned', texts: ClaimTexts): SignatureReading => {
  const credential = parseCredential(texts.credential ?? '');
  if (credential === null)
    return malformed('the credential is not <access key id>/<date>/<region>/<service>/aws4_request');
  const amzDate = texts.amzDate ?? '';
  const amzDateMs = parseAmzDate(amzDate);
  if (amzDateMs === null) return malformed('the date is not YYYYMMDDTHHMMSSZ');
  if (!amzDate.startsWith(credential.dateStamp))
    return malformed('the date of the credential is not the day of the request');
  const signedHeaders = texts.signedHeaders?.split(';') ?? [];
  if (
    !isStrictlySorted(signedHeaders) ||
    !signedHeaders.every((name) => /^[!#$%&'*+.^_`|~0-9a-z-]+$/.test(name))
  )
    return malformed('the signed headers are not distinct lower-case names in order');
  if (!signedHeaders.includes('host')) return malformed('the host header is not signed');
  const { signature = '' } = texts;
  if (!isSignatureText(signature)) return malformed('the signature is not 64 lower-case hex digits');
  const { payloadHash } = texts;
  if (!/^[\x21-\x7e]{1,64}$/.test(payloadHash)) return malformed('the payload hash is not a word');
  return { kind, ...credential, signedHeaders, signature, amzDate, amzDateMs, payloadHash };
};

const isStrictlySorted = (names: readonly string[]): boolean =>
  names.length > 0 && names.every((name, index) => index === 0 || (names[index - 1] ?? '') < name);
