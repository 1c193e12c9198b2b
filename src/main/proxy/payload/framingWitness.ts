import { createHash } from 'node:crypto';
import type { HeaderPair } from '../../sigv4/requestParts.ts';

/**
 * Some endpoints take a mode they do not know and store the chunk framing as a part of the object. Their ETag, the
 * MD5 of what they stored, gives them away.
 */
export class FramingWitness {
  readonly #sent = createHash('md5');

  async *watch(body: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
    for await (const piece of body) {
      this.#sent.update(piece);
      yield piece;
    }
  }

  isStored(replyHeaders: readonly HeaderPair[]): boolean {
    const etag = replyHeaders.find(([name]) => name.toLowerCase() === 'etag')?.[1];
    return etag?.replaceAll('"', '').toLowerCase() === this.#sent.copy().digest('hex');
  }
}
