import type { Stretch } from './stretch.ts';

/** The bytes are not what the format allows. */
export class Malformed extends Error {}

/** Reads forward and never past the end. */
export class ByteReader {
  readonly #bytes: Buffer;
  #offset = 0;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  take(length: number): Buffer {
    const start = this.#advance(length);
    return this.#bytes.subarray(start, this.#offset);
  }

  uint(byteCount: 1 | 2 | 4): number {
    return this.#bytes.readUIntBE(this.#advance(byteCount), byteCount);
  }

  uint64(): number {
    const value = Number(this.#bytes.readBigUInt64BE(this.#advance(8)));
    if (!Number.isSafeInteger(value)) throw new Malformed('a counter is out of range');
    return value;
  }

  /** Bytes with their length before them. */
  sized(): Buffer {
    return this.take(this.uint(4));
  }

  /** Where `sized()` would read; the length is a part of it. */
  sizedStretch(): Stretch {
    const start = this.#advance(4);
    this.#advance(this.#bytes.readUInt32BE(start));
    return { bytes: this.#bytes, start, end: this.#offset };
  }

  /** Text in UTF-8 with its length before it. */
  text(): string {
    const start = this.#advance(this.uint(2));
    return this.#bytes.toString('utf8', start, this.#offset);
  }

  end(): void {
    if (this.#offset !== this.#bytes.length) throw new Malformed('there is more than the format allows');
  }

  /** @returns where the bytes begin that were passed over */
  #advance(length: number): number {
    const start = this.#offset;
    if (start + length > this.#bytes.length) throw new Malformed('a length points past the end');
    this.#offset = start + length;
    return start;
  }
}
