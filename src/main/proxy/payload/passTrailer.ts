import { ChunkFrames } from './chunkFrames.ts';
import { type ChunkedBody, UploadProof } from './uploadProof.ts';
import { withheldEnd } from './withheldEnd.ts';

/**
 * Passes unsigned chunks on byte for byte, their last one and the trailer when the checksum is proven.
 * @throws AppError PAYLOAD_MISMATCH
 */
export const passTrailer = (source: AsyncIterable<Buffer>, body: ChunkedBody): AsyncGenerator<Buffer> =>
  withheldEnd(passed(source, body));

async function* passed(source: AsyncIterable<Buffer>, body: ChunkedBody): AsyncGenerator<Buffer> {
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
