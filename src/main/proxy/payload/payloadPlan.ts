import type { ErrorCode } from '../../../shared/errorCodes.ts';
import {
  EMPTY_SHA256,
  STREAMING_SIGNED,
  STREAMING_SIGNED_TRAILER,
  STREAMING_UNSIGNED_TRAILER,
  UNSIGNED_PAYLOAD,
} from '../../sigv4/payloadHash.ts';
import { type HttpRequestParts, headerValues } from '../../sigv4/requestParts.ts';
import { readFraming } from './bodyFraming.ts';
import { hasChunkCoding } from './chunkHeaders.ts';
import { type ChecksumName, isChecksumName } from './trailerChecksum.ts';

/** The payload words that put a body into chunk framing. */
export type StreamingMode =
  | typeof STREAMING_SIGNED
  | typeof STREAMING_SIGNED_TRAILER
  | typeof STREAMING_UNSIGNED_TRAILER;

/** What is known of an endpoint and a mode. */
export type ModeVerdict = 'taken' | 'refused' | 'unknown';

export interface ChunkedPlan {
  readonly mode: StreamingMode;
  readonly decodedLength: number;
  /** The checksum that the trailer is to bring. */
  readonly trailerName: ChecksumName | null;
}

export type PayloadPlan =
  /** Passed as it is. */
  | { readonly kind: 'plain'; readonly payloadHash: string }
  /** Signed chunks: the same sizes, signed anew with the real key. */
  | ({ readonly kind: 'rechain' } & ChunkedPlan)
  /** Unsigned chunks: the same bytes, the end held back until the checksum in the trailer is proven. */
  | ({ readonly kind: 'passTrailer' } & ChunkedPlan)
  /** The endpoint does not take the mode: the framing comes off, for it must never end up in an object. */
  | ({ readonly kind: 'dechunk' } & ChunkedPlan)
  | { readonly kind: 'refuse'; readonly code: ErrorCode };

/**
 * @param signedHash what the local signature covers, where there is one
 * @param verdictOf what is known of the endpoint
 */
export const planPayload = (
  request: HttpRequestParts,
  signedHash: string | null,
  verdictOf: (mode: StreamingMode) => ModeVerdict,
): PayloadPlan => {
  const announced = headerValues(request, 'x-amz-content-sha256')[0];
  const declared = announced ?? signedHash;
  if (declared?.startsWith('STREAMING-') === true) return planChunked(request, declared, verdictOf);
  if (hasChunkCoding(request) || headerValues(request, 'x-amz-trailer').length > 0)
    return { kind: 'refuse', code: 'PAYLOAD_CONTRADICTORY' };
  const { contentLength } = readFraming(request.headers);
  if (contentLength === 0 && (declared === null || declared === UNSIGNED_PAYLOAD))
    return { kind: 'plain', payloadHash: EMPTY_SHA256 };
  if (declared === null || declared === UNSIGNED_PAYLOAD)
    return { kind: 'plain', payloadHash: UNSIGNED_PAYLOAD };
  // A client that announces nothing signs as if there were no body (curl 7.88 does): it says nothing about this one.
  if (announced === undefined && declared === EMPTY_SHA256 && contentLength !== 0)
    return { kind: 'plain', payloadHash: UNSIGNED_PAYLOAD };
  return /^[0-9a-f]{64}$/.test(declared)
    ? { kind: 'plain', payloadHash: declared }
    : { kind: 'refuse', code: 'PAYLOAD_UNSUPPORTED' };
};

const planChunked = (
  request: HttpRequestParts,
  mode: string,
  verdictOf: (mode: StreamingMode) => ModeVerdict,
): PayloadPlan => {
  if (!isStreamingMode(mode)) return { kind: 'refuse', code: 'PAYLOAD_UNSUPPORTED' };
  const decodedLength = announcedLength(request);
  const trailerName = announcedTrailer(request, mode);
  // Not even the last chunk fits into nothing.
  const isEmpty = readFraming(request.headers).contentLength === 0;
  if (decodedLength === null || trailerName === 'contradictory' || isEmpty)
    return { kind: 'refuse', code: 'PAYLOAD_CONTRADICTORY' };
  const plan: ChunkedPlan = { mode, decodedLength, trailerName };
  if (verdictOf(mode) === 'refused') return { kind: 'dechunk', ...plan };
  return { kind: mode === STREAMING_UNSIGNED_TRAILER ? 'passTrailer' : 'rechain', ...plan };
};

const isStreamingMode = (word: string): word is StreamingMode =>
  word === STREAMING_SIGNED || word === STREAMING_SIGNED_TRAILER || word === STREAMING_UNSIGNED_TRAILER;

const announcedLength = (request: HttpRequestParts): number | null => {
  const lengths = headerValues(request, 'x-amz-decoded-content-length');
  const [length = ''] = lengths;
  return lengths.length === 1 && /^\d{1,15}$/.test(length) ? Number(length) : null;
};

const announcedTrailer = (
  request: HttpRequestParts,
  mode: StreamingMode,
): ChecksumName | null | 'contradictory' => {
  const announced = headerValues(request, 'x-amz-trailer');
  if (announced.length === 0) return null;
  const name = announced.join(',').trim().toLowerCase();
  const hasChecksumHeader = request.headers.some(([header]) => isChecksumName(header.toLowerCase()));
  if (mode === STREAMING_SIGNED || hasChecksumHeader || !isChecksumName(name)) return 'contradictory';
  return name;
};
