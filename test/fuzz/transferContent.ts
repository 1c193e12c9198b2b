import { createCipheriv, createHash } from 'node:crypto';

/** How an upstream gives something; `whole`, `chunked`, `untilEnd` and `hangUp` come to their good end. */
export const downloads = [
  'whole',
  'chunked',
  'untilEnd',
  'hangUp',
  'nothing',
  'headAmid',
  'resetAmid',
  'endAmid',
  'chunkAmid',
] as const;
/** How it takes something: `early` is answered before its body was read, `slow` is read bit by bit. */
export const uploads = ['whole', 'slow', 'hangUp', 'early', 'earlyKept', 'resetAmid'] as const;

export interface Transfer {
  readonly number: number;
  readonly bytes: number;
  readonly how: (typeof downloads)[number] | (typeof uploads)[number];
}

/** It ends before its end: never may it seem whole. */
export const isCutOff = ({ how }: Transfer): boolean => how === 'nothing' || how.endsWith('Amid');
/** It is refused while its sender may still be sending. */
export const isAnsweredEarly = ({ how }: Transfer): boolean => how.startsWith('early');

export const pathOf = ({ number, bytes, how }: Transfer): string => `/${number}/${bytes}/${how}`;

export const transferOf = (path: string): Transfer => {
  const [how, bytes, number] = path.split('/').reverse();
  return { number: Number(number), bytes: Number(bytes), how: how as Transfer['how'] };
};

/** Bytes that are no other transfer's, nor any others of the same one. */
export class Content {
  readonly #cipher;
  #left: number;

  constructor({ number, bytes }: Transfer) {
    const key = createHash('sha256').update(`transfer ${number}`).digest().subarray(0, 16);
    this.#cipher = createCipheriv('aes-128-ctr', key, Buffer.alloc(16));
    this.#left = bytes;
  }

  get left(): number {
    return this.#left;
  }

  /** What comes next, `bytes` of it at the most. */
  next(bytes: number): Buffer {
    const count = Math.min(bytes, this.#left);
    this.#left -= count;
    return this.#cipher.update(Buffer.alloc(count));
  }
}

/** Compares what arrives with what was sent, as it arrives. */
export class ContentCheck {
  readonly #expected: Content;
  /** Where the first byte is that is not the expected one. */
  wrongAt: number | null = null;
  bytes = 0;

  constructor(transfer: Transfer) {
    this.#expected = new Content(transfer);
  }

  take(piece: Buffer): void {
    if (this.wrongAt === null && !this.#expected.next(piece.length).equals(piece)) this.wrongAt = this.bytes;
    this.bytes += piece.length;
  }

  get isWhole(): boolean {
    return this.wrongAt === null && this.#expected.left === 0;
  }
}
