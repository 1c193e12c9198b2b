import { Readable, type Writable } from 'node:stream';
import { finished } from 'node:stream/promises';
import { AppError } from '../../lib/appError.ts';

/** What may come with the head and be kept until somebody looks at it: as much as one read of a socket brings. */
const MAX_UNCLAIMED_BYTES = 64 * 1024;
/** On their way to a tool that does not take them as fast as they come. */
const MAX_UNWRITTEN_BYTES = 256 * 1024;

/** Where it comes from. */
export interface ReplySource {
  pause(): void;
  resume(): void;
  abort(reason: Error): void;
}

/** Where it goes. */
interface Sink {
  write(piece: Buffer, release: () => void): void;
  end(): void;
  fail(error: Error): void;
}

/** The body of a reply as it comes in. A small one is usually complete by the time somebody looks at its head. */
export class ReplyBody {
  readonly #source: ReplySource;
  /** Else it ends where the connection does, which anyone on the way can bring about: also under TLS, for Node. */
  readonly isEndMarked: boolean;
  #pieces: Buffer[] = [];
  #sink: Sink | null = null;
  #unclaimedBytes = 0;
  #hasEnded = false;
  #failure: Error | null = null;
  #stopWaiting: () => void = nothing;
  #waitOn: () => void = nothing;

  constructor(source: ReplySource, isEndMarked: boolean) {
    this.#source = source;
    this.isEndMarked = isEndMarked;
  }

  /** One that is there already. */
  static of(bytes: Buffer): ReplyBody {
    const body = new ReplyBody({ pause: nothing, resume: nothing, abort: nothing }, true);
    body.push(bytes);
    body.end();
    return body;
  }

  /** All of it, if it is complete; null while more is to come. Either this or `stream` or `passTo` is to be used. */
  get whole(): Buffer | null {
    const [first] = this.#pieces;
    if (!this.#hasEnded || this.#sink !== null) return null;
    return first !== undefined && this.#pieces.length === 1 ? first : Buffer.concat(this.#pieces);
  }

  /** Destroyed, it gives up the rest. */
  stream(): Readable {
    const stream = new Readable({
      read: () => this.#source.resume(),
      destroy: (error, done) => {
        this.#giveUp(error ?? new AppError('UPSTREAM_BROKEN'));
        done(error);
      },
    });
    this.#flowTo({
      write: (piece) => {
        if (!stream.push(piece)) this.#source.pause();
      },
      end: () => stream.push(null),
      fail: (error) => stream.destroy(error),
    });
    return stream;
  }

  /**
   * Ends `outgoing` behind the last of it; the caller destroys it when this fails.
   * @throws what broke the body off, or the error of `outgoing`
   */
  async passTo(outgoing: Writable, onBytes: (count: number) => void): Promise<void> {
    let unwritten = 0;
    let fail: (error: Error) => void = nothing;
    const failed = new Promise<never>((_, reject) => {
      fail = reject;
    });
    this.#flowTo({
      write: (piece, release) => {
        onBytes(piece.length);
        unwritten += piece.length;
        if (unwritten >= MAX_UNWRITTEN_BYTES) this.#source.pause();
        outgoing.write(piece, (error) => {
          if (error) return;
          release();
          unwritten -= piece.length;
          if (unwritten < MAX_UNWRITTEN_BYTES) this.#source.resume();
        });
      },
      end: () => outgoing.end(),
      fail,
    });
    try {
      await Promise.race([failed, finished(outgoing, { readable: false })]);
    } catch (error) {
      this.#giveUp(error as Error);
      throw error;
    }
  }

  /** From now on silence is taken for the end, or for a failure where an end would be marked. */
  limitSilence(after: (task: () => void) => () => void): void {
    this.#waitOn = () => {
      this.#stopWaiting();
      this.#stopWaiting = after(() => {
        if (this.isEndMarked) this.fail(new AppError('UPSTREAM_TIMEOUT'));
        else this.end();
        this.#source.abort(new AppError('UPSTREAM_TIMEOUT'));
      });
    };
    if (!this.#hasEnded && this.#failure === null) this.#waitOn();
  }

  /** @param release to be called when the bytes may be overwritten; perhaps never */
  push(piece: Buffer, release: () => void = nothing): void {
    this.#waitOn();
    if (this.#sink !== null) {
      this.#sink.write(piece, release);
      return;
    }
    this.#pieces.push(piece);
    this.#unclaimedBytes += piece.length;
    if (this.#unclaimedBytes >= MAX_UNCLAIMED_BYTES) this.#source.pause();
  }

  end(): void {
    if (this.#hasEnded) return;
    this.#stopWaiting();
    this.#hasEnded = true;
    this.#sink?.end();
  }

  fail(error: Error): void {
    if (this.#hasEnded) return;
    this.#stopWaiting();
    this.#failure ??= error;
    this.#sink?.fail(error);
  }

  #flowTo(sink: Sink): void {
    this.#sink = sink;
    for (const piece of this.#pieces.splice(0)) sink.write(piece, nothing);
    if (this.#hasEnded) sink.end();
    else if (this.#failure !== null) sink.fail(this.#failure);
    else this.#source.resume();
  }

  #giveUp(reason: Error): void {
    if (!this.#hasEnded && this.#failure === null) this.#source.abort(reason);
  }
}

const nothing = (): void => undefined;
