const NEWLINE = 0x0a;

/** Lines and stretches of bytes out of a stream, wherever its pieces happen to be cut. */
export class ByteReader {
  readonly #source: AsyncIterator<Buffer>;
  #pending: Buffer = Buffer.alloc(0);

  constructor(source: AsyncIterable<Buffer>) {
    this.#source = source[Symbol.asyncIterator]();
  }

  /** The next line without its end, or null when the stream ends first or the line is longer than `maxBytes`. */
  async line(maxBytes: number): Promise<string | null> {
    for (;;) {
      const end = this.#pending.indexOf(NEWLINE);
      if (end > maxBytes || (end === -1 && this.#pending.length > maxBytes)) return null;
      if (end !== -1) {
        const line = this.#pending.toString('latin1', 0, end);
        this.#pending = this.#pending.subarray(end + 1);
        return line.endsWith('\r') ? line.slice(0, -1) : line;
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
    let total = this.#pending;
    for (let more = await this.#next(); more !== null; more = await this.#next()) {
      total = Buffer.concat([total, more]);
      if (total.length > maxBytes) return null;
    }
    return total.length > maxBytes ? null : total;
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
