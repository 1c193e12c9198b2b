import { hash } from 'node:crypto';

const BLOCK_BYTES = 64;
const DIGEST_BYTES = 32;

/** A string to sign is about 140 characters long. */
const USUAL_TEXT_BYTES = 448;

/**
 * A key of HMAC-SHA256 (RFC 2104) with its pads made once, so that a signature costs two one-shot hashes and not
 * the set-up of a keyed hash. Prints as an empty object: the key cannot end up in a log.
 */
export class HmacKey {
  /** The key under the inner pad, and room for a text after it. */
  readonly #inner: Buffer;
  /** The key under the outer pad, and room for the inner digest after it. */
  readonly #outer: Buffer;

  constructor(key: Uint8Array) {
    const block = Buffer.alloc(BLOCK_BYTES);
    block.set(key.length > BLOCK_BYTES ? hash('sha256', key, 'buffer') : key);
    this.#inner = Buffer.alloc(BLOCK_BYTES + USUAL_TEXT_BYTES);
    this.#inner.set(block.map((byte) => byte ^ 0x36));
    this.#outer = Buffer.alloc(BLOCK_BYTES + DIGEST_BYTES);
    this.#outer.set(block.map((byte) => byte ^ 0x5c));
    block.fill(0);
  }

  /**
   * @param text one character per byte
   * @returns lower-case hex: Node hands digests over as text faster than as bytes
   */
  digestHex(text: string): string {
    if (text.length > USUAL_TEXT_BYTES) return this.#digestLongHex(text);
    const written = this.#inner.write(text, BLOCK_BYTES, 'latin1');
    return this.#outerHex(hash('sha256', this.#inner.subarray(0, BLOCK_BYTES + written), 'binary'));
  }

  #digestLongHex(text: string): string {
    const message = Buffer.alloc(BLOCK_BYTES + text.length);
    this.#inner.copy(message, 0, 0, BLOCK_BYTES);
    message.write(text, BLOCK_BYTES, 'latin1');
    const innerDigest = hash('sha256', message, 'binary');
    message.fill(0, 0, BLOCK_BYTES);
    return this.#outerHex(innerDigest);
  }

  #outerHex(innerDigest: string): string {
    this.#outer.write(innerDigest, BLOCK_BYTES, 'latin1');
    return hash('sha256', this.#outer, 'hex');
  }

  digest(text: string): Buffer {
    return Buffer.from(this.digestHex(text), 'hex');
  }

  /** The key is gone from memory afterwards; what it would sign from then on is worthless. */
  erase(): void {
    this.#inner.fill(0);
    this.#outer.fill(0);
  }
}
