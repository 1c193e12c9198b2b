import { createHash, timingSafeEqual } from 'node:crypto';
import { AppError } from '../lib/appError.ts';
import { type ChunkSigner, chunkSignature, trailerSignature } from '../sigv4/chunkSignature.ts';
import { ByteReader } from './byteReader.ts';
import { createTrailerChecksum } from './trailerChecksum.ts';

export interface ChunkedBody {
  readonly decodedLength: number;
  /** The header that the trailer was announced to bring, in lower case. */
  readonly trailerName: string | null;
  /** null: chunks are not signed, or there is no local key to check them with. */
  readonly signatures: ChunkSignatures | null;
}

export interface ChunkSignatures {
  readonly signer: ChunkSigner;
  /** That of the request: the first link of the chain. */
  readonly seed: string;
  readonly isTrailerSigned: boolean;
}

const MAX_CHUNK_LINE_BYTES = 256;
const MAX_TRAILER_BYTES = 16 * 1024;

const mismatch = (): AppError => new AppError('PAYLOAD_MISMATCH');

/**
 * Takes the chunk framing off a streamed upload, checking lengths, chunk signatures and the trailing checksum as
 * they pass. The last piece is given out only when everything has been checked: whoever waits for `decodedLength`
 * bytes never sees the end of a body that turns out false, so that no object comes of it.
 * @throws AppError PAYLOAD_MISMATCH
 */
export async function* decodeAwsChunked(
  source: AsyncIterable<Buffer>,
  body: ChunkedBody,
): AsyncGenerator<Buffer> {
  const reader = new ByteReader(source);
  const checksum = body.trailerName === null ? null : createTrailerChecksum(body.trailerName);
  let held: Buffer | null = null;
  let decodedBytes = 0;
  let lastSignature = body.signatures?.seed ?? '';
  try {
    for (;;) {
      const chunk = parseChunkLine(await reader.line(MAX_CHUNK_LINE_BYTES));
      decodedBytes += chunk.size;
      if (decodedBytes > body.decodedLength) throw mismatch();
      const hash = body.signatures === null ? null : createHash('sha256');
      for (let left = chunk.size; left > 0; ) {
        const piece = await reader.some(left);
        if (piece === null) throw mismatch();
        left -= piece.length;
        hash?.update(piece);
        checksum?.update(piece);
        if (held !== null) yield held;
        held = piece;
      }
      if (body.signatures !== null && hash !== null) {
        const expected = chunkSignature(body.signatures.signer, lastSignature, hash.digest('hex'));
        lastSignature = requireSignature(expected, chunk.signature);
      }
      if (chunk.size === 0) break;
      if ((await reader.line(1)) !== '') throw mismatch();
    }
    if (decodedBytes !== body.decodedLength) throw mismatch();
    const trailer = parseTrailer(await reader.rest(MAX_TRAILER_BYTES));
    if (body.signatures?.isTrailerSigned === true)
      requireTrailerSignature(trailer, body.signatures.signer, lastSignature);
    if (checksum !== null && trailer.get(body.trailerName ?? '') !== checksum.digest()) throw mismatch();
    if (held !== null) yield held;
  } finally {
    await reader.close();
  }
}

interface ChunkLine {
  readonly size: number;
  readonly signature: string | null;
}

const parseChunkLine = (line: string | null): ChunkLine => {
  const [, size, signature] =
    /^([0-9a-f]{1,12})(?:;chunk-signature=([0-9a-f]{64}))?$/i.exec(line ?? '') ?? [];
  if (size === undefined) throw mismatch();
  return { size: Number.parseInt(size, 16), signature: signature ?? null };
};

const requireSignature = (expected: Buffer, given: string | null): string => {
  const bytes = Buffer.from(given ?? '', 'hex');
  if (bytes.length !== expected.length || !timingSafeEqual(bytes, expected)) throw mismatch();
  return expected.toString('hex');
};

type Trailer = ReadonlyMap<string, string>;
const SIGNATURE_NAME = 'x-amz-trailer-signature';

// Lines end in CRLF or in LF alone, with or without an empty line between: clients differ.
const parseTrailer = (bytes: Buffer | null): Trailer => {
  if (bytes === null) throw mismatch();
  const trailer = new Map<string, string>();
  for (const line of bytes.toString('latin1').split(/\r?\n\r?/)) {
    if (line === '') continue;
    const [, name, value = ''] = /^([A-Za-z0-9-]+):[ \t]*(.*?)[ \t]*$/.exec(line) ?? [];
    if (name === undefined || trailer.has(name.toLowerCase())) throw mismatch();
    trailer.set(name.toLowerCase(), value);
  }
  return trailer;
};

const requireTrailerSignature = (trailer: Trailer, signer: ChunkSigner, lastSignature: string): void => {
  const canonical = [...trailer]
    .filter(([name]) => name !== SIGNATURE_NAME)
    .map(([name, value]) => `${name}:${value}\n`)
    .join('');
  requireSignature(trailerSignature(signer, lastSignature, canonical), trailer.get(SIGNATURE_NAME) ?? null);
};
