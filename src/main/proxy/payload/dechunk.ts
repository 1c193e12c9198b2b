import { STREAMING_UNSIGNED_TRAILER } from '../../sigv4/payloadHash.ts';
import { ChunkFrames } from './chunkFrames.ts';
import { type ChunkedBody, UploadProof } from './uploadProof.ts';

/** Told once the trailer is proven, with the checksum in it if one was announced. */
export type OnChecksum = (name: string, value: string) => void;

/**
 * Takes the chunk framing off. The last piece is given out only when everything has been checked: whoever waits for
 * `decodedLength` bytes never sees the end of a body that turns out false, so that no object comes of it.
 * @throws AppError PAYLOAD_MISMATCH
 */
export async function* dechunk(
  source: AsyncIterable<Buffer>,
  body: ChunkedBody,
  onChecksum: OnChecksum,
): AsyncGenerator<Buffer> {
  const frames = new ChunkFrames(source, body.decodedLength, body.mode !== STREAMING_UNSIGNED_TRAILER);
  const proof = new UploadProof(body);
  let held: Buffer | null = null;
  try {
    for (;;) {
      const head = await frames.head();
      for (let data = await frames.data(); data !== null; data = await frames.data()) {
        proof.update(data);
        if (held !== null) yield held;
        held = data;
      }
      proof.endChunk(head.signature);
      if (head.size === 0) break;
    }
    const trailer = await frames.trailer();
    proof.end(trailer);
    for (const [name, value] of trailer.fields) onChecksum(name, value);
    if (held !== null) yield held;
  } finally {
    await frames.close();
  }
}
