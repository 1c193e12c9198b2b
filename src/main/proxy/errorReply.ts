import type { Readable } from 'node:stream';
import type { ErrorCode } from '../../shared/errorCodes.ts';
import type { HeaderPair } from '../sigv4/requestParts.ts';
import { decodeBody, MAX_SCRUBBED_BYTES, scrubText } from './reflectionScrub.ts';

export interface ErrorBody {
  /** As it came, encoding and all. */
  readonly body: Buffer;
  /** What it says; null when it cannot be looked into. */
  readonly text: string | null;
}

/** Error bodies tend to repeat what was sent: they are read whole before a tool sees any of them. */
export const readErrorBody = async (stream: Readable, headers: readonly HeaderPair[]): Promise<ErrorBody> => {
  const pieces: Buffer[] = [];
  let size = 0;
  for await (const piece of stream as AsyncIterable<Buffer>) {
    size += piece.length;
    // Leaving the loop ends the upstream connection.
    if (size > MAX_SCRUBBED_BYTES) return { body: Buffer.alloc(0), text: null };
    pieces.push(piece);
  }
  const body = Buffer.concat(pieces);
  return { body, text: (await decodeBody(body, headers))?.toString('latin1') ?? null };
};

export type CleanedError =
  | { readonly kind: 'pass'; readonly body: Buffer; readonly isChanged: boolean }
  | { readonly kind: 'refuse'; readonly code: ErrorCode };

/** S3 found the signature too old or too new. To a HEAD it cannot say so: the dates have to tell. */
export const isClockRefused = (status: number, isHead: boolean, error: ErrorBody | null): boolean =>
  status === 403 && (isHead || /RequestTimeTooSkewed|RequestExpired/.test(error?.text ?? ''));

/** S3 does not know the key, or not with this secret. To a HEAD it cannot say so: whether the key has changed has to tell. */
export const isKeyRefused = (status: number, isHead: boolean, error: ErrorBody | null): boolean =>
  status === 403 && (isHead || /InvalidAccessKeyId|SignatureDoesNotMatch/.test(error?.text ?? ''));

/** How S3 explains a signature that it does not accept: with all that was signed, which is none of a tool's business. */
const signatureDiagnosis = /SignatureDoesNotMatch|StringToSign|CanonicalRequest|SignatureProvided/;

export const cleanError = (
  kind: 's3' | 'api',
  { body, text }: ErrorBody,
  patterns: readonly RegExp[],
): CleanedError => {
  if (text === null) return { kind: 'refuse', code: 'ERROR_WITHHELD' };
  if (kind === 's3' && signatureDiagnosis.test(text)) return { kind: 'refuse', code: 'UPSTREAM_SIGNATURE' };
  const scrubbed = scrubText(text, patterns);
  return scrubbed === text
    ? { kind: 'pass', body, isChanged: false }
    : { kind: 'pass', body: Buffer.from(scrubbed, 'latin1'), isChanged: true };
};
