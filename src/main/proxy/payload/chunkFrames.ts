import { AppError } from '../../lib/appError.ts';
import { ByteReader } from './byteReader.ts';

const MAX_CHUNK_LINE_BYTES = 256;
const MAX_TRAILER_BYTES = 16 * 1024;
const TRAILER_SIGNATURE = 'x-amz-trailer-signature';

export interface ChunkHead {
  /** As the client wrote it: `400`, `0400`. */
  readonly sizeText: string;
  readonly size: number;
  /** '' for an unsigned chunk. */
  readonly signature: string;
}

export interface Trailer {
  /** As received, for those who pass it on. */
  readonly text: string;
  /** Canonical lines `name:value\n`, without that of the signature. */
  readonly canonical: string;
  readonly fields: ReadonlyMap<string, string>;
  readonly signature: string;
}

/**
 * aws-chunked read in its order: head, data until null, head, …, the head of size 0, trailer. What is not exactly
 * in that form, or not exactly `decodedLength` bytes long, is refused: whoever reads it next might read it otherwise.
 * @throws AppError PAYLOAD_MISMATCH
 */
export class ChunkFrames {
  readonly #reader: ByteReader;
  readonly #decodedLength: number;
  readonly #isSigned: boolean;
  #isFirst = true;
  #leftOfChunk = 0;
  #decodedBytes = 0;

  constructor(source: AsyncIterable<Buffer>, decodedLength: number, isSigned: boolean) {
    this.#reader = new ByteReader(source);
    this.#decodedLength = decodedLength;
    this.#isSigned = isSigned;
  }

  async head(): Promise<ChunkHead> {
    if (!this.#isFirst && (await this.#reader.line(0)) !== '') throw mismatch();
    this.#isFirst = false;
    const head = parseChunkLine(await this.#reader.line(MAX_CHUNK_LINE_BYTES), this.#isSigned);
    this.#leftOfChunk = head.size;
    this.#decodedBytes += head.size;
    const isEarlyEnd = head.size === 0 && this.#decodedBytes < this.#decodedLength;
    if (isEarlyEnd || this.#decodedBytes > this.#decodedLength) throw mismatch();
    return head;
  }

  /** The next bytes of the chunk, or null at its end. */
  async data(): Promise<Buffer | null> {
    if (this.#leftOfChunk === 0) return null;
    const piece = await this.#reader.some(this.#leftOfChunk);
    if (piece === null) throw mismatch();
    this.#leftOfChunk -= piece.length;
    return piece;
  }

  async trailer(): Promise<Trailer> {
    return parseTrailer(await this.#reader.rest(MAX_TRAILER_BYTES));
  }

  /** Tells the source that nothing more is wanted. */
  close(): Promise<void> {
    return this.#reader.close();
  }
}

const mismatch = (): AppError => new AppError('PAYLOAD_MISMATCH');

const signedLine = /^([0-9a-fA-F]{1,12});chunk-signature=([0-9a-f]{64})$/;
const unsignedLine = /^([0-9a-fA-F]{1,12})$/;

const parseChunkLine = (line: string | null, isSigned: boolean): ChunkHead => {
  const [, sizeText, signature = ''] = (isSigned ? signedLine : unsignedLine).exec(line ?? '') ?? [];
  if (sizeText === undefined) throw mismatch();
  return { sizeText, size: Number.parseInt(sizeText, 16), signature };
};

// Lines end in CRLF or in LF alone, with or without an empty line between: clients differ.
const parseTrailer = (bytes: Buffer | null): Trailer => {
  const text = bytes?.toString('latin1') ?? '';
  if (text !== '\r\n' && !text.endsWith('\n\r\n')) throw mismatch();
  const fields = new Map<string, string>();
  for (const line of text.split(/\r?\n\r?/)) {
    if (line === '') continue;
    const [, name, value = ''] = /^([A-Za-z0-9-]+):[ \t]*(.*?)[ \t]*$/.exec(line) ?? [];
    if (name === undefined || fields.has(name.toLowerCase())) throw mismatch();
    fields.set(name.toLowerCase(), value);
  }
  const signature = fields.get(TRAILER_SIGNATURE) ?? '';
  fields.delete(TRAILER_SIGNATURE);
  const canonical = [...fields].map(([name, value]) => `${name}:${value}\n`).join('');
  return { text, canonical, fields, signature };
};
