import { ChunkFrames } from './chunkFrames.ts';
import { type ChunkedBody, UploadProof } from './uploadProof.ts';

/**
 * Passes unsigned chunks on byte for byte. The last chunk and the trailer are held back until the checksum is
 * proven: the upstream never sees the end of a body that turns out false, so that no object comes of it.
 * @throws AppError PAYLOAD_MISMATCH
 */
export async function* passTrailer(source: AsyncIterable<Buffer>, body: ChunkedBody): AsyncGenerator<Buffer> {
  const frames = new ChunkFrames(source, body.decodedLength, false);
  const proof = new UploadProof(body);
  let lineEnd = '';
  try {
    for (;;) {
      const { sizeText, size } = await frames.head();
      const line = `${lineEnd}${sizeText}\r\n`;
      if (size === 0) {
        const trailer = await frames.trailer();
        proof.end(trailer);
        yield Buffer.from(line + trailer.text, 'latin1');
        return;
      }
      yield Buffer.from(line, 'latin1');
      for (let data = await frames.data(); data !== null; data = await frames.data()) {
        proof.update(data);
        yield data;
      }
      lineEnd = '\r\n';
    }
  } finally {
    await frames.close();
  }
}
