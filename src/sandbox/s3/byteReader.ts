import { S3Error } from './s3Error.ts';

/** Reads lines and counted runs of bytes from a stream, holding no more than one of its chunks and one line. */
export class ByteReader {
  readonly #source: AsyncIterator<Buffer>;
  #rest: Buffer = Buffer.alloc(0);

  constructor(source: AsyncIterable<Buffer>) {
    this.#source = source[Symbol.asyncIterator]();
  }

  /** The next line without its line break. */
  async line(maxBytes: number): Promise<string> {
    let line = '';
    for (;;) {
      const end = this.#rest.indexOf(0x0a);
      line += this.#rest.toString('latin1', 0, end === -1 ? this.#rest.length : end);
      if (line.length > maxBytes + 1)
        throw new S3Error('InvalidRequest', 'The aws-chunked framing of the body is malformed.');
      this.#rest = end === -1 ? Buffer.alloc(0) : this.#rest.subarray(end + 1);
      if (end !== -1) return line.replace(/\r$/, '');
      await this.#fill();
    }
  }

  async *take(bytes: number): AsyncGenerator<Buffer, void> {
    let wanted = bytes;
    while (wanted > 0) {
      if (this.#rest.length === 0) await this.#fill();
      const data = this.#rest.subarray(0, wanted);
      this.#rest = this.#rest.subarray(data.length);
      wanted -= data.length;
      yield data;
    }
  }

  async isAtEnd(): Promise<boolean> {
    return this.#rest.length === 0 && ((await this.#source.next()).done ?? false);
  }

  /** Gives the source back before its end. */
  async close(): Promise<void> {
    await this.#source.return?.();
  }

  async #fill(): Promise<void> {
    const next = await this.#source.next();
    if (next.done === true) throw new S3Error('IncompleteBody');
    this.#rest = next.value;
  }
}
