import type { ErrorCode } from '../../shared/errorCodes.ts';
import {
  EMPTY_SHA256,
  STREAMING_SIGNED,
  STREAMING_SIGNED_TRAILER,
  STREAMING_UNSIGNED_TRAILER,
  UNSIGNED_PAYLOAD,
} from '../sigv4/payloadHash.ts';
import { type HeaderPair, type HttpRequestParts, headerValues } from '../sigv4/requestParts.ts';

/** How the body of a request is framed on its way in. */
export interface BodyFraming {
  /** null: chunked, its length is known at its end. */
  readonly contentLength: number | null;
}

export const readFraming = (headers: readonly HeaderPair[]): BodyFraming => {
  const firstOf = (wanted: string): string | undefined =>
    headers.find(([name]) => name.toLowerCase() === wanted)?.[1];
  if (firstOf('transfer-encoding') !== undefined) return { contentLength: null };
  return { contentLength: Number(firstOf('content-length') ?? 0) };
};

export type PayloadPlan =
  /** Passed as it is. */
  | { readonly kind: 'plain'; readonly payloadHash: string }
  /** Chunk framing is taken off: it must never end up in an object. */
  | {
      readonly kind: 'dechunk';
      readonly payloadHash: typeof UNSIGNED_PAYLOAD;
      readonly decodedLength: number;
      readonly isSigned: boolean;
    }
  | { readonly kind: 'refuse'; readonly code: ErrorCode };

/** @param signedHash what the local signature covers, where there is one */
export const planPayload = (request: HttpRequestParts, signedHash: string | null): PayloadPlan => {
  const { contentLength } = readFraming(request.headers);
  const announced = headerValues(request, 'x-amz-content-sha256')[0];
  const declared = announced ?? signedHash;
  const isStreaming = declared?.startsWith('STREAMING-') ?? false;
  if (isStreaming || hasChunkEncoding(request)) return planChunked(request, declared);
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

const planChunked = (request: HttpRequestParts, declared: string | null): PayloadPlan => {
  const isSigned = declared === STREAMING_SIGNED || declared === STREAMING_SIGNED_TRAILER;
  const isUnsigned =
    declared === STREAMING_UNSIGNED_TRAILER || declared === UNSIGNED_PAYLOAD || declared === null;
  const lengths = headerValues(request, 'x-amz-decoded-content-length');
  const [length = ''] = lengths;
  if (!(isSigned || isUnsigned) || lengths.length !== 1 || !/^\d{1,15}$/.test(length))
    return { kind: 'refuse', code: 'PAYLOAD_UNSUPPORTED' };
  return { kind: 'dechunk', payloadHash: UNSIGNED_PAYLOAD, decodedLength: Number(length), isSigned };
};

const contentCodings = (value: string): string[] =>
  value
    .split(',')
    .map((coding) => coding.trim())
    .filter((coding) => coding !== '');

const isChunkCoding = (coding: string): boolean => coding.toLowerCase() === 'aws-chunked';

const hasChunkEncoding = (request: HttpRequestParts): boolean =>
  headerValues(request, 'content-encoding').some((value) => contentCodings(value).some(isChunkCoding));

const ofFramingOnly = new Set([
  'x-amz-decoded-content-length',
  'x-amz-trailer',
  // Announces the checksum that was in the trailer.
  'x-amz-sdk-checksum-algorithm',
]);

/** The headers of a request whose chunk framing has been taken off. */
export const withoutChunkHeaders = (headers: readonly HeaderPair[]): HeaderPair[] =>
  headers
    .filter(([name]) => !ofFramingOnly.has(name.toLowerCase()))
    .flatMap(([name, value]): HeaderPair[] => {
      if (name.toLowerCase() !== 'content-encoding') return [[name, value]];
      const codings = contentCodings(value).filter((coding) => !isChunkCoding(coding));
      return codings.length === 0 ? [] : [[name, codings.join(',')]];
    });
