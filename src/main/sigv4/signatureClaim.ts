import { parseAmzDate } from './amzDate.ts';
import { parseCredential } from './credentialScope.ts';
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
  /** YYYYMMDDTHHMMSSZ, on the day of the credential's scope. */
  readonly amzDate: string;
  readonly amzDateMs: number;
  /** `x-amz-content-sha256`; where absent, the hash of no body (header) or UNSIGNED-PAYLOAD (presigned). */
  readonly payloadHash: string;
  /** Presigned only: how long after `amzDate` it may be used. Whether it still may is the caller's policy. */
  readonly expiresSeconds?: number;
}

export type SignatureReading =
  | { readonly kind: 'none' }
  /** A way of signing that is none of ours, by the name it has in the request. */
  | { readonly kind: 'unsupported'; readonly algorithm: string }
  /** `problem` names what is wrong, never a value. */
  | { readonly kind: 'malformed'; readonly problem: string }
  | SignatureClaim;

export const malformed = (problem: string): SignatureReading => ({ kind: 'malformed', problem });

export const unsupportedOr = (algorithm: string, problem: string): SignatureReading =>
  /^(AWS|Bearer|Basic|AWS4-[A-Z0-9-]{1,40})$/.test(algorithm)
    ? { kind: 'unsupported', algorithm }
    : malformed(problem);

export interface ClaimTexts {
  readonly credential: string | undefined;
  readonly signedHeaders: string | undefined;
  readonly signature: string | undefined;
  readonly amzDate: string | null | undefined;
  readonly payloadHash: string;
}

/** Judges what both forms of a signature have in common. */
export const readClaim = (kind: SignatureClaim['kind'], texts: ClaimTexts): SignatureReading => {
  const credential = parseCredential(texts.credential ?? '');
  if (credential === null)
    return malformed('the credential is not <access key id>/<date>/<region>/<service>/aws4_request');
  const amzDate = texts.amzDate ?? '';
  const amzDateMs = parseAmzDate(amzDate);
  if (amzDateMs === null) return malformed('there is not exactly one date in the form YYYYMMDDTHHMMSSZ');
  if (!amzDate.startsWith(credential.dateStamp))
    return malformed('the date of the credential is not the day of the request');
  const signedHeaders = texts.signedHeaders?.split(';') ?? [];
  if (!areHeaderNames(texts.signedHeaders ?? '') || !isStrictlySorted(signedHeaders))
    return malformed('the signed headers are not distinct lower-case names in order');
  if (!signedHeaders.includes('host')) return malformed('the host header is not signed');
  const { signature = '', payloadHash } = texts;
  if (!isSignatureText(signature)) return malformed('the signature is not 64 lower-case hex digits');
  if (!isWord(payloadHash)) return malformed('the payload hash is not a word');
  if (payloadHash.startsWith('STREAMING-AWS4-ECDSA-')) return { kind: 'unsupported', algorithm: payloadHash };
  return { kind, ...credential, signedHeaders, signature, amzDate, amzDateMs, payloadHash };
};

const isWord = (text: string): boolean => /^[\x21-\x7e]{1,64}$/.test(text);

/** Parted by `;`. */
const areHeaderNames = (text: string): boolean =>
  /^[!#$%&'*+.^_`|~0-9a-z-]+(?:;[!#$%&'*+.^_`|~0-9a-z-]+)*$/.test(text);

const isStrictlySorted = (names: readonly string[]): boolean =>
  names.every((name, index) => index === 0 || (names[index - 1] as string) < name);
