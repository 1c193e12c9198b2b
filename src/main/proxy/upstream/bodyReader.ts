import { AppError } from '../../lib/appError.ts';
import { type ReplyFraming, readHeaders } from './replyHead.ts';

/** Finds the end of a body among the bytes of a connection, and what of them is content. */
export interface BodyReader {
  /** The last of it has been read. */
  readonly isComplete: boolean;
  /** So much is still to come that it goes on in pieces, each of them content alone. */
  readonly isLong: boolean;
  /** The connection may end here: it is what marks the end of the body. */
  readonly mayEndHere: boolean;
  /**
   * @param emit gets views of `bytes`
   * @returns how many of the bytes are of this body
   * @throws AppError UPSTREAM_BROKEN
   */
  read(bytes: Buffer, emit: (piece: Buffer) => void): number;
}

export const bodyReaderOf = (framing: ReplyFraming): BodyReader => {
  switch (framing.kind) {
    case 'none':
      return new CountedBody(0);
    case 'length':
      return new CountedBody(framing.bytes);
    case 'untilEnd':
      return endlessBody;
    case 'chunked':
      return new ChunkedBody();
  }
};

const LONG_BYTES = 64 * 1024;

class CountedBody implements BodyReader {
  readonly mayEndHere = false;
  #left: number;

  constructor(bytes: number) {
    this.#left = bytes;
  }

  get isComplete(): boolean {
    return this.#left === 0;
  }

  get isLong(): boolean {
    return this.#left > LONG_BYTES;
  }

  read(bytes: Buffer, emit: (piece: Buffer) => void): number {
    const count = Math.min(bytes.length, this.#left);
    this.#left -= count;
    if (count > 0) emit(count === bytes.length ? bytes : bytes.subarray(0, count));
    return count;
  }
}

const endlessBody: BodyReader = {
  isComplete: false,
  isLong: true,
  mayEndHere: true,
  read: (bytes, emit) => {
    emit(bytes);
    return bytes.length;
  },
};

/** Of the size of a chunk with its extension, and of all trailers. */
const MAX_LINES_BYTES = 16 * 1024;
/** Extensions without the blanks that the standard admits and other parsers refuse. */
const extension =
  /;[!#$%&'*+\-.^_`|~\w]+(?:=(?:[!#$%&'*+\-.^_`|~\w]+|"(?:[\t !#-[\]-~\x80-\xff]|\\[\t -~\x80-\xff])*"))?/;
const sizeLine = new RegExp(`^([0-9A-Fa-f]{1,13})(?:${extension.source})*$`);
const trailerLine = /^(?!content-length:|transfer-encoding:)[\t\x20-\x7e\x80-\xff]*$/i;

/** Extensions and trailers are read, and go no further. */
class ChunkedBody implements BodyReader {
  readonly mayEndHere = false;
  readonly isLong = false;
  #state: 'size' | 'content' | 'endOfContent' | 'trailers' | 'complete' = 'size';
  /** Of the present line, as far as it has come. */
  #line = '';
  #left = 0;
  #trailerBytes = 0;

  get isComplete(): boolean {
    return this.#state === 'complete';
  }

  read(bytes: Buffer, emit: (piece: Buffer) => void): number {
    let at = 0;
    while (at < bytes.length && this.#state !== 'complete') {
      if (this.#state === 'content') {
        const end = Math.min(bytes.length, at + this.#left);
        emit(bytes.subarray(at, end));
        this.#left -= end - at;
        at = end;
        if (this.#left === 0) this.#state = 'endOfContent';
      } else at = this.#readLine(bytes, at);
    }
    return at;
  }

  #readLine(bytes: Buffer, from: number): number {
    const lineFeedAt = bytes.indexOf(0x0a, from);
    const end = lineFeedAt === -1 ? bytes.length : lineFeedAt + 1;
    this.#line += bytes.toString('latin1', from, end);
    const most = this.#state === 'endOfContent' ? 2 : MAX_LINES_BYTES;
    if (this.#line.length > most) throw new AppError('UPSTREAM_BROKEN');
    if (lineFeedAt !== -1) {
      if (!this.#line.endsWith('\r\n')) throw new AppError('UPSTREAM_BROKEN');
      const line = this.#line.slice(0, -2);
      this.#line = '';
      this.#take(line);
    }
    return end;
  }

  #take(line: string): void {
    if (this.#state === 'size') this.#takeSize(line);
    else if (this.#state === 'trailers') this.#takeTrailer(line);
    // Behind content a line of two bytes has come, and its end takes both.
    else this.#state = 'size';
  }

  #takeSize(line: string): void {
    const size = sizeLine.exec(line)?.[1];
    if (size === undefined) throw new AppError('UPSTREAM_BROKEN');
    this.#left = Number.parseInt(size, 16);
    this.#state = this.#left === 0 ? 'trailers' : 'content';
  }

  #takeTrailer(line: string): void {
    this.#trailerBytes += line.length + 2;
    if (line === '') this.#state = 'complete';
    else if (this.#trailerBytes > MAX_LINES_BYTES || !trailerLine.test(line) || readHeaders([line]) === null)
      throw new AppError('UPSTREAM_BROKEN');
  }
}
