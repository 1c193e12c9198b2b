import { AppError } from '../../lib/appError.ts';
import { STREAMING_SIGNED_TRAILER } from '../../sigv4/payloadHash.ts';
import { type ChainStart, ChunkChain } from './chunkChain.ts';
import { ChunkFrames, type Trailer } from './chunkFrames.ts';
import type { ChunkRoom } from './chunkMemory.ts';
import { type ChunkedBody, UploadProof } from './uploadProof.ts';
import { withheldEnd } from './withheldEnd.ts';

/** A chunk is signed ahead of its data, so it is held whole first. */
export const MAX_SIGNED_CHUNK_BYTES = 16 * 1024 * 1024;

/**
 * Signs every chunk anew as it is proven, at the same sizes in the same words: the length on the wire stays. A chunk
 * that turns out false is not passed on, nor anything after it.
 * @param signedFrom where the chain of the upstream's request begins
 * @param room where a chunk lies meanwhile
 * @throws AppError PAYLOAD_MISMATCH | PAYLOAD_CHUNK_TOO_LARGE | PAYLOAD_CHUNKS_TOO_MANY
 */
export const rechain = (
  source: AsyncIterable<Buffer>,
  body: ChunkedBody,
  signedFrom: ChainStart,
  room: ChunkRoom,
): AsyncGenerator<Buffer> => withheldEnd(rechained(source, body, signedFrom, room));

async function* rechained(
  source: AsyncIterable<Buffer>,
  body: ChunkedBody,
  signedFrom: ChainStart,
  room: ChunkRoom,
): AsyncGenerator<Buffer> {
  const frames = new ChunkFrames(source, body.decodedLength, true);
  const proof = new UploadProof(body);
  const chain = new ChunkChain(signedFrom);
  let lineEnd = '';
  try {
    for (;;) {
      const { sizeText, size, signature } = await frames.head();
      if (size > MAX_SIGNED_CHUNK_BYTES) throw new AppError('PAYLOAD_CHUNK_TOO_LARGE');
      const held: Buffer[] = [];
      for (let data = await frames.data(); data !== null; data = await frames.data()) {
        room.take(data.length);
        proof.update(data);
        held.push(data);
      }
      const sha256 = proof.endChunk(signature);
      const line = `${lineEnd}${sizeText};chunk-signature=${chain.signChunk(sha256)}\r\n`;
      if (size === 0) {
        const trailer = await frames.trailer();
        proof.end(trailer);
        const text = body.mode === STREAMING_SIGNED_TRAILER ? signedAnew(trailer, chain) : trailer.text;
        yield Buffer.from(line + text, 'latin1');
        return;
      }
      yield Buffer.from(line, 'latin1');
      for (const data of held) yield data;
      room.leave();
      lineEnd = '\r\n';
    }
  } finally {
    room.leave();
    await frames.close();
  }
}

const signedAnew = (trailer: Trailer, chain: ChunkChain): string =>
  trailer.text.replace(trailer.signature, chain.signTrailer(trailer));
