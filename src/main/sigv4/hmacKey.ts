import { hash } from 'node:crypto';

const BLOCK_BYTES = 64;
const DIGEST_BYTES = 32;

/**
 * A key of HMAC-SHA256 (RFC 2104) with its pads made once, so that a signature costs two one-shot hashes and not
 * the set-up of a keyed hash. Prints as an empty object: the key cannot end up in a log.
 */
export class HmacKey {
  /** The key under the inner pad, to go before the text. */
  readonly #inner: Buffer;
  /** The key under the outer pad, and room for the inner digest after it. */
  readonly #outer: Buffer;

  constructor(key: Uint8Array) {
    const block = Buffer.alloc(BLOCK_BYTES);
    block.set(key.length > BLOCK_BYTES ? hash('sha256', key, 'buffer') : key);
    this.#inner = Buffer.from(block.map((byte) => byte ^ 0x36));
    this.#outer = Buffer.alloc(BLOCK_BYTES + DIGEST_BYTES);
    this.#outer.set(block.map((byte) => byte ^ 0x5c));
    block.fill(0);
  }

  /**
   * @param text one character per byte
   * @returns lower-case hex: Node hands digests over as text faster than as bytes
   */
  digestHex(text: string): string {
    const message = Buffer.allocUnsafe(BLOCK_BYTES + text.length);
    this.#inner.copy(message);
    message.write(text, BLOCK_BYTES, 'latin1');
    this.#outer.write(hash('sha256', message, 'binary'), BLOCK_BYTES, 'latin1');
    // The memory goes back to a pool that all buffers of the process share.
    message.fill(0, 0, BLOCK_BYTES);
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
