import type { Dispatcher } from 'undici';
import { AppError } from '../lib/appError.ts';
import type { HeaderPair } from '../sigv4/requestParts.ts';
import type { Cutoff } from './cutoff.ts';
import { ReplyBody } from './replyBody.ts';
import { headerPairs } from './responseHeaders.ts';

export interface UpstreamReply {
  readonly status: number;
  readonly statusText: string;
  readonly headers: readonly HeaderPair[];
  readonly body: ReplyBody;
}

/** Parsers differ in what they make of anything but plain chunks. */
export const isFramingKnown = (headers: readonly HeaderPair[]): boolean =>
  headers.every(([name, value]) => name.toLowerCase() !== 'transfer-encoding' || /^chunked$/i.test(value));

/** What carries requests one after the other. */
export interface Connection {
  /** Told when a request is about to be written. @returns whether another one was before it */
  takeTurn(): boolean;
  /** Its socket failed, which is something else than the end of what the other side had to say. */
  readonly isBroken: boolean;
}

/** Ones before the reply (103 Early Hints and the like). They go no further; more than this is an attack. */
export const MAX_INFORMATIONAL = 10;

/** What comes back for one request on one connection. */
export class UpstreamResponse implements Dispatcher.DispatchHandler {
  /** Settles with the head of the reply. */
  readonly reply: Promise<UpstreamReply>;
  connection: Connection | null = null;
  #controller: Dispatcher.DispatchController | null = null;
  #resolve: (reply: UpstreamReply) => void = () => undefined;
  #reject: (error: unknown) => void = () => undefined;
  #body: ReplyBody | null = null;
  #isReused = false;
  #hasBegun = false;
  #informational = 0;
  #cutReason: Error | null = null;

  constructor(cutoff: Cutoff) {
    this.reply = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
    cutoff.onCut((reason) => {
      this.#cutReason = reason as Error;
      // While it waits for a connection there is no controller yet to abort.
      this.#reject(reason);
      this.#controller?.abort(this.#cutReason);
    });
  }

  /** It failed as one does that the other side had closed already: not a byte came back. */
  get isOfStaleConnection(): boolean {
    return this.#isReused && !this.#hasBegun;
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#isReused = this.connection?.takeTurn() ?? false;
    this.#controller = controller;
    if (this.#cutReason !== null) controller.abort(this.#cutReason);
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
    const flat = (controller.rawHeaders as readonly Buffer[]).map((bytes) => bytes.toString('latin1'));
    const headers = headerPairs(flat);
    if (!isFramingKnown(headers)) {
      controller.abort(new AppError('UPSTREAM_BROKEN'));
      return;
    }
    this.#body = new ReplyBody(controller);
    this.#resolve({ status, statusText, headers, body: this.#body });
  }

  onResponseData(_controller: unknown, chunk: Buffer): void {
    this.#body?.push(chunk);
  }

  onResponseEnd(): void {
    if (this.connection?.isBroken) this.#body?.fail(new AppError('UPSTREAM_BROKEN'));
    else this.#body?.end();
  }

  onResponseError(_controller: unknown, error: Error): void {
    if (this.#body === null) this.#reject(error);
    else this.#body.fail(error);
  }
}
