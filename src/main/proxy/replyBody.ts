import { Readable } from 'node:stream';
import { AppError } from '../lib/appError.ts';

/** What may come with the head and be kept until somebody looks at it: as much as one read of a socket brings. */
const MAX_UNCLAIMED_BYTES = 64 * 1024;

/** Where it comes from. */
export interface ReplySource {
  pause(): void;
  resume(): void;
  abort(reason: Error): void;
}

/** The body of a reply as it comes in. A small one is usually complete by the time somebody looks at its head. */
export class ReplyBody {
  readonly #source: ReplySource;
  readonly #pieces: Buffer[] = [];
  #stream: Readable | null = null;
  #unclaimedBytes = 0;
  #hasEnded = false;
  #failure: Error | null = null;
  #stopWaiting: () => void = () => undefined;
  #waitOn: () => void = () => undefined;

  constructor(source: ReplySource) {
    this.#source = source;
  }

  /** One that is there already. */
  static of(bytes: Buffer): ReplyBody {
    const body = new ReplyBody({ pause: () => undefined, resume: () => undefined, abort: () => undefined });
    body.push(bytes);
    body.end();
    return body;
  }

  /** All of it, if it is complete; null while more is to come. Either this or `stream` is to be used. */
  get whole(): Buffer | null {
    const [first] = this.#pieces;
    if (!this.#hasEnded || this.#stream !== null) return null;
    return first !== undefined && this.#pieces.length === 1 ? first : Buffer.concat(this.#pieces);
  }

  /** Destroyed, it gives up the rest. */
  stream(): Readable {
    const stream = new Readable({
      read: () => this.#source.resume(),
      destroy: (error, done) => {
        if (!this.#hasEnded && this.#failure === null)
          this.#source.abort(error ?? new AppError('UPSTREAM_BROKEN'));
        done(error);
      },
    });
    for (const piece of this.#pieces.splice(0)) stream.push(piece);
    if (this.#hasEnded) stream.push(null);
    if (this.#failure !== null) stream.destroy(this.#failure);
    this.#stream = stream;
    return stream;
  }

  /** From now on silence is taken for the end, or for a failure where an end would be marked. */
  limitSilence(after: (task: () => void) => () => void, isEndMarked: boolean): void {
    this.#waitOn = () => {
      this.#stopWaiting();
      this.#stopWaiting = after(() => {
        if (isEndMarked) this.fail(new AppError('UPSTREAM_TIMEOUT'));
        else this.end();
        this.#source.abort(new AppError('UPSTREAM_TIMEOUT'));
      });
    };
    if (!this.#hasEnded && this.#failure === null) this.#waitOn();
  }

  push(piece: Buffer): void {
    this.#waitOn();
    if (this.#stream === null) {
      this.#pieces.push(piece);
      this.#unclaimedBytes += piece.length;
      if (this.#unclaimedBytes >= MAX_UNCLAIMED_BYTES) this.#source.pause();
    } else if (!this.#stream.push(piece)) this.#source.pause();
  }

  end(): void {
    this.#stopWaiting();
    this.#hasEnded = true;
    this.#stream?.push(null);
  }

  fail(error: Error): void {
    if (this.#hasEnded) return;
    this.#stopWaiting();
    this.#failure ??= error;
    this.#stream?.destroy(error);
  }
}
