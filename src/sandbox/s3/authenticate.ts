import type { HmacKey } from '../../main/sigv4/hmacKey.ts';
import { readSignature } from '../../main/sigv4/readSignature.ts';
import type { SignatureClaim } from '../../main/sigv4/signatureClaim.ts';
import { deriveSigningKey } from '../../main/sigv4/signingKey.ts';
import { verifySignature } from '../../main/sigv4/verifySignature.ts';
import { S3Error } from './s3Error.ts';
import type { S3Request } from './s3Request.ts';

export interface S3Key {
  readonly secretAccessKey: string;
  readonly buckets: readonly string[];
  readonly permission: 'read' | 'read-write';
  readonly expiresAtMs: number | null;
}

export interface S3Keys {
  find(accessKeyId: string): S3Key | undefined;
  touched(accessKeyId: string): void;
}

export interface Caller {
  readonly accessKeyId: string;
  readonly key: S3Key;
  readonly claim: SignatureClaim;
  /** Signs the chunks of a signed streaming body, too. */
  readonly signingKey: HmacKey;
}

const MAX_SKEW_MS = 15 * 60_000;

/** @throws S3Error in the words of S3 unless the request is signed by a living key, now. */
export const authenticate = (request: S3Request, keys: S3Keys, nowMs: number): Caller => {
  const claim = readClaim(request);
  const { accessKeyId, dateStamp, region, service } = claim;
  const key = findLivingKey(keys, accessKeyId, nowMs);
  const signingKey = deriveSigningKey(key.secretAccessKey, dateStamp, region, service);
  if (service !== 's3' || !verifySignature(request.parts, claim, signingKey))
    throw new S3Error('SignatureDoesNotMatch');
  checkFreshness(claim, nowMs);
  keys.touched(accessKeyId);
  return { accessKeyId, key, claim, signingKey };
};

export const findLivingKey = (keys: S3Keys, accessKeyId: string, nowMs: number): S3Key => {
  const key = keys.find(accessKeyId);
  if (key === undefined) throw new S3Error('InvalidAccessKeyId');
  if (key.expiresAtMs !== null && key.expiresAtMs <= nowMs)
    throw new S3Error('InvalidAccessKeyId', 'The access key has expired.');
  return key;
};

const readClaim = (request: S3Request): SignatureClaim => {
  const reading = readSignature(request.parts);
  switch (reading.kind) {
    case 'none':
      throw new S3Error('AccessDenied', 'The request is not signed.');
    case 'unsupported':
      throw new S3Error('InvalidRequest', 'Only AWS4-HMAC-SHA256 signatures are supported.');
    case 'malformed': {
      const isHeader = request.message.headers.authorization !== undefined;
      const code = isHeader ? 'AuthorizationHeaderMalformed' : 'AuthorizationQueryParametersError';
      throw new S3Error(code, `The signature is malformed: ${reading.problem}.`);
    }
    default:
      return reading;
  }
};

const checkFreshness = ({ amzDateMs, expiresSeconds }: SignatureClaim, nowMs: number): void => {
  if (expiresSeconds === undefined) {
    if (Math.abs(nowMs - amzDateMs) > MAX_SKEW_MS) throw new S3Error('RequestTimeTooSkewed');
    return;
  }
  checkDate(amzDateMs, nowMs);
  if (nowMs > amzDateMs + expiresSeconds * 1000) throw new S3Error('AccessDenied', 'Request has expired');
};

/** Of what is signed in advance: it may be old, but not of a time to come. */
export const checkDate = (amzDateMs: number, nowMs: number): void => {
  if (amzDateMs - nowMs > MAX_SKEW_MS) throw new S3Error('AccessDenied', 'The request is not valid yet.');
};
