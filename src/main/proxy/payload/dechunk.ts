import { STREAMING_UNSIGNED_TRAILER } from '../../sigv4/payloadHash.ts';
import { ChunkFrames } from './chunkFrames.ts';
import { type ChunkedBody, UploadProof } from './uploadProof.ts';
import { withheldEnd } from './withheldEnd.ts';

/** Told once the trailer is proven, with the checksum in it if one was announced. */
export type OnChecksum = (name: string, value: string) => void;

/**
 * Takes the chunk framing off. Whoever waits for `decodedLength` bytes never sees the end of a body that turns out
 * false.
 * @throws AppError PAYLOAD_MISMATCH
 */
export const dechunk = (
  source: AsyncIterable<Buffer>,
  body: ChunkedBody,
  onChecksum: OnChecksum,
): AsyncGenerator<Buffer> => withheldEnd(decoded(source, body, onChecksum));

async function* decoded(
  source: AsyncIterable<Buffer>,
  body: ChunkedBody,
  onChecksum: OnChecksum,
): AsyncGenerator<Buffer> {
  const frames = new ChunkFrames(source, body.decodedLength, body.mode !== STREAMING_UNSIGNED_TRAILER);
  const proof = new UploadProof(body);
  try {
    for (;;) {
      const head = await frames.head();
      for (let data = await frames.data(); data !== null; data = await frames.data()) {
        proof.update(data);
        yield data;
      }
      proof.endChunk(head.signature);
      if (head.size === 0) break;
    }
    const trailer = await frames.trailer();
    proof.end(trailer);
    for (const [name, value] of trailer.fields) onChecksum(name, value);
  } finally {
    await frames.close();
  }
}
