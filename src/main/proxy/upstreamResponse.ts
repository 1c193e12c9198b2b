import { Readable } from 'node:stream';
import type { Dispatcher } from 'undici';
import { AppError } from '../lib/appError.ts';
import type { HeaderPair } from '../sigv4/requestParts.ts';
import { headerPairs } from './responseHeaders.ts';

export interface UpstreamReply {
  readonly status: number;
  readonly statusText: string;
  readonly headers: readonly HeaderPair[];
  readonly body: Readable;
}

/** What carries requests one after the other. */
export interface Connection {
  /** Told when a request is about to be written. @returns whether another one was before it */
  takeTurn(): boolean;
}

/** Ones before the reply (103 Early Hints and the like). They go no further; more than this is an attack. */
const MAX_INFORMATIONAL = 10;

/** What comes back for one request on one connection. */
export class UpstreamResponse implements Dispatcher.DispatchHandler {
  /** Settles with the head of the reply. */
  readonly reply: Promise<UpstreamReply>;
  connection: Connection | null = null;
  readonly #signal: AbortSignal;
  #resolve: (reply: UpstreamReply) => void = () => undefined;
  #reject: (error: unknown) => void = () => undefined;
  #body: Readable | null = null;
  #isReused = false;
  #hasBegun = false;
  #hasEnded = false;
  #informational = 0;

  constructor(signal: AbortSignal) {
    this.#signal = signal;
    this.reply = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
    // While it waits for a connection there is no controller yet to abort.
    signal.addEventListener('abort', () => this.#reject(signal.reason), { once: true });
  }

  /** It failed as one does that the other side had closed already: not a byte came back. */
  get isOfStaleConnection(): boolean {
    return this.#isReused && !this.#hasBegun;
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#isReused = this.connection?.takeTurn() ?? false;
    if (this.#signal.aborted) controller.abort(this.#signal.reason);
    else this.#signal.addEventListener('abort', () => controller.abort(this.#signal.reason), { once: true });
  }

  onResponseStarted(): void {
    this.#hasBegun = true;
  }

  onResponseStart(
    controller: Dispatcher.DispatchController,
    status: number,
    _headers: unknown,
    statusText = '',
  ): void {
    if (status < 200) {
      this.#informational += 1;
      if (this.#informational > MAX_INFORMATIONAL) controller.abort(new AppError('UPSTREAM_BROKEN'));
      return;
    }
    const body = new Readable({
      read: () => controller.resume(),
      destroy: (error, done) => {
        if (!this.#hasEnded) controller.abort(error ?? new AppError('UPSTREAM_BROKEN'));
        done(error);
      },
    });
    this.#body = body;
    const flat = (controller.rawHeaders as readonly Buffer[]).map((bytes) => bytes.toString('latin1'));
    this.#resolve({ status, statusText, headers: headerPairs(flat), body });
  }

  onResponseData(controller: Dispatcher.DispatchController, chunk: Buffer): void {
    if (this.#body?.push(chunk) === false) controller.pause();
  }

  onResponseEnd(): void {
    this.#hasEnded = true;
    this.#body?.push(null);
  }

  onResponseError(_controller: unknown, error: Error): void {
    this.#hasEnded = true;
    if (this.#body === null) this.#reject(error);
    else this.#body.destroy(error);
  }
}
