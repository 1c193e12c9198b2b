import { copyAll, type Stretch } from './stretch.ts';

/** How many bytes `text()` writes. */
export const textBytes = (text: string): number => 2 + Buffer.byteLength(text, 'utf8');
/** How many bytes `sized()` writes. */
export const sizedBytes = (bytes: Buffer): number => 4 + bytes.length;

/** Writes forward into bytes that are allocated once: their number is known before. */
export class ByteWriter {
  readonly #bytes: Buffer;
  #offset = 0;

  constructor(length: number) {
    this.#bytes = Buffer.allocUnsafe(length);
  }

  raw(bytes: Buffer): this {
    this.#offset += bytes.copy(this.#bytes, this.#offset);
    return this;
  }

  /** One after another. */
  stretches(stretches: readonly Stretch[]): this {
    this.#offset += copyAll(stretches, this.#bytes.subarray(this.#offset));
    return this;
  }

  uint(value: number, byteCount: 1 | 2 | 4): this {
    this.#offset = this.#bytes.writeUIntBE(value, this.#offset, byteCount);
    return this;
  }

  uint64(value: number): this {
    this.#offset = this.#bytes.writeBigUInt64BE(BigInt(value), this.#offset);
    return this;
  }

  /** Bytes with their length before them. */
  sized(bytes: Buffer): this {
    return this.uint(bytes.length, 4).raw(bytes);
  }

  /** So many bytes with their length before them. @returns them, for the caller to fill */
  sizedSpace(length: number): Buffer {
    const start = this.uint(length, 4).#offset;
    this.#offset += length;
    return this.#bytes.subarray(start, this.#offset);
  }

  /** Text in UTF-8 with its length before it. */
  text(text: string): this {
    const length = this.#bytes.write(text, this.#offset + 2, 'utf8');
    this.uint(length, 2);
    this.#offset += length;
    return this;
  }

  /** What has been written up to here; a part of `all()`. */
  soFar(): Buffer {
    return this.#bytes.subarray(0, this.#offset);
  }

  /** @throws Error when another number of bytes was announced: what was never written must not get out */
  all(): Buffer {
    if (this.#offset !== this.#bytes.length) throw new Error('another length was announced');
    return this.#bytes;
  }
}
