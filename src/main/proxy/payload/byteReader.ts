const CRLF = Buffer.from('\r\n');

/** Lines and stretches of bytes out of a stream, wherever its pieces happen to be cut. */
export class ByteReader {
  readonly #source: AsyncIterator<Buffer>;
  #pending: Buffer = Buffer.alloc(0);

  constructor(source: AsyncIterable<Buffer>) {
    this.#source = source[Symbol.asyncIterator]();
  }

  /** The next line without its CRLF, or null when the stream ends first or the line is longer than `maxBytes`. */
  async line(maxBytes: number): Promise<string | null> {
    for (;;) {
      const end = this.#pending.indexOf(CRLF);
      if (end > maxBytes || (end === -1 && this.#pending.length > maxBytes + 1)) return null;
      if (end !== -1) {
        const line = this.#pending.toString('latin1', 0, end);
        this.#pending = this.#pending.subarray(end + CRLF.length);
        return line;
      }
      const more = await this.#next();
      if (more === null) return null;
      this.#pending = Buffer.concat([this.#pending, more]);
    }
  }

  /** Between 1 and `maxBytes` bytes, as they come; null at the end of the stream. */
  async some(maxBytes: number): Promise<Buffer | null> {
    if (this.#pending.length === 0) {
      const more = await this.#next();
      if (more === null) return null;
      this.#pending = more;
    }
    const piece = this.#pending.subarray(0, maxBytes);
    this.#pending = this.#pending.subarray(piece.length);
    return piece;
  }

  /** What is left, or null when that is more than `maxBytes`. */
  async rest(maxBytes: number): Promise<Buffer | null> {
    const pieces = [this.#pending];
    let size = this.#pending.length;
    while (size <= maxBytes) {
      const more = await this.#next();
      if (more === null) return Buffer.concat(pieces);
      pieces.push(more);
      size += more.length;
    }
    return null;
  }

  /** Tells the source that nothing more is wanted. */
  async close(): Promise<void> {
    await this.#source.return?.();
  }

  async #next(): Promise<Buffer | null> {
    for (;;) {
      const { done, value } = await this.#source.next();
      if (done === true) return null;
      if (value.length > 0) return value;
    }
  }
}
