import { createHash, createHmac } from 'node:crypto';
import type { Headers } from './localSignature.ts';
import { MEBIBYTE } from './numbers.ts';

/** How the chunks of an aws-chunked body are vouched for. */
export interface ChunkSigning {
  /** null: chunks carry no signature. */
  readonly signed: {
    readonly signingKeyHex: string;
    readonly amzDate: string;
    readonly scope: string;
    readonly seed: string;
  } | null;
  /** null: there is no trailer. Otherwise base64 of the CRC-32 of the object. */
  readonly crc32: string | null;
}

/** All chunks are alike, so that a fast client needs to hash only one. */
const chunk = Buffer.alloc(MEBIBYTE, 'nfyio');
const chunkSha256 = createHash('sha256').update(chunk).digest('hex');
const emptySha256 = createHash('sha256').digest('hex');
const trailerName = 'x-amz-checksum-crc32';

const sizeLine = (bytes: number, signature: string | null): string =>
  `${bytes.toString(16)}${signature === null ? '' : `;chunk-signature=${signature}`}\r\n`;

/** @param bytes a multiple of one mebibyte */
export function* chunkedBody(bytes: number, { signed, crc32 }: ChunkSigning): Generator<Buffer> {
  let previous = signed?.seed ?? '';
  const sign = (kind: string, hashes: readonly string[]): string | null => {
    if (signed === null) return null;
    const text = [kind, signed.amzDate, signed.scope, previous, ...hashes].join('\n');
    previous = createHmac('sha256', Buffer.from(signed.signingKeyHex, 'hex')).update(text).digest('hex');
    return previous;
  };
  for (let sent = 0; sent < bytes; sent += chunk.length) {
    yield Buffer.from(sizeLine(chunk.length, sign('AWS4-HMAC-SHA256-PAYLOAD', [emptySha256, chunkSha256])));
    yield chunk;
    yield Buffer.from('\r\n');
  }
  yield Buffer.from(sizeLine(0, sign('AWS4-HMAC-SHA256-PAYLOAD', [emptySha256, emptySha256])));
  if (crc32 !== null) {
    const trailer = `${trailerName}:${crc32}`;
    const hash = createHash('sha256').update(`${trailer}\n`).digest('hex');
    const signature = sign('AWS4-HMAC-SHA256-TRAILER', [hash]);
    yield Buffer.from(`${trailer}\r\n`);
    if (signature !== null) yield Buffer.from(`x-amz-trailer-signature:${signature}\r\n`);
  }
  yield Buffer.from('\r\n');
}

/** What announces such a body, to be signed with the request. */
export const chunkHeaders = (bytes: number, isSigned: boolean, hasTrailer: boolean): Headers => ({
  'content-encoding': 'aws-chunked',
  'x-amz-content-sha256': isSigned
    ? `STREAMING-AWS4-HMAC-SHA256-PAYLOAD${hasTrailer ? '-TRAILER' : ''}`
    : 'STREAMING-UNSIGNED-PAYLOAD-TRAILER',
  'x-amz-decoded-content-length': String(bytes),
  ...(hasTrailer ? { 'x-amz-trailer': trailerName } : {}),
});

export const objectPieces = function* (bytes: number): Generator<Buffer> {
  for (let sent = 0; sent < bytes; sent += chunk.length)
    yield chunk.subarray(0, Math.min(chunk.length, bytes - sent));
};
