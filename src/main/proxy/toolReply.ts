import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { ErrorCode } from '../../shared/errorCodes.ts';
import type { YoungGarbage } from '../lib/youngGarbage.ts';
import { type HeaderPair, headerValue } from '../sigv4/requestParts.ts';
import { ownReply } from './proxyError.ts';
import type { ReplyBody } from './upstream/replyBody.ts';

/** Where nobody knows, or wants to know, what comes next; where there are too many connections, one less is the point. */
const closing: ReadonlySet<ErrorCode> = new Set([
  'MALFORMED_REQUEST',
  'REQUEST_TOO_SLOW',
  'BODY_TOO_LARGE',
  'TOO_MANY_REQUESTS',
]);

/** Of a body that is copied to go out together with its head. */
const MAX_JOINED_BYTES = 16 * 1024;

export interface ReplyHead {
  readonly status: number;
  readonly statusText: string;
  readonly headers: readonly HeaderPair[];
  /** Else the end of the connection is the end of the body for the tool, too: nobody knows whether it is whole. */
  readonly isEndMarked: boolean;
}

/** What the tool is told, byte for byte as given: Node adds nothing but what frames it on this connection. */
export class ToolReply {
  readonly #incoming: IncomingMessage;
  readonly #outgoing: ServerResponse;
  readonly #kind: 's3' | 'api';
  /** The tool waits for a 100 and has not got it. */
  #isAsking: boolean;
  #isEndMarked = true;
  bytes = 0;

  constructor(
    incoming: IncomingMessage,
    outgoing: ServerResponse,
    kind: 's3' | 'api',
    expectsContinue: boolean,
  ) {
    this.#incoming = incoming;
    this.#outgoing = outgoing;
    this.#kind = kind;
    this.#isAsking = expectsContinue;
  }

  get isAsking(): boolean {
    return this.#isAsking;
  }

  /** To be told before the body is read. */
  askForBody(): void {
    if (this.#isAsking) this.#outgoing.writeContinue();
    this.#isAsking = false;
  }

  send(head: ReplyHead, body: Buffer): void {
    this.#writeHead(head);
    const isBodiless = this.#incoming.method === 'HEAD' || head.status === 204 || head.status === 304;
    if (!isBodiless) this.bytes += body.length;
    // In one string with the head it is one write.
    if (isBodiless) this.#outgoing.end();
    else if (body.length <= MAX_JOINED_BYTES) this.#outgoing.end(body.toString('latin1'), 'latin1');
    else this.#outgoing.end(body);
  }

  /** Ends with the body, or fails as it does: then only a broken end is honest. */
  async pass(head: ReplyHead, body: ReplyBody, garbage: YoungGarbage): Promise<void> {
    this.#writeHead(head);
    this.#outgoing.flushHeaders();
    await body.passTo(this.#outgoing, (count) => {
      this.bytes += count;
      garbage.count(count);
    });
  }

  refuse(code: ErrorCode): void {
    const { status, headers, body } = ownReply(this.#kind, code, randomUUID().replaceAll('-', ''));
    if (closing.has(code)) this.#outgoing.shouldKeepAlive = false;
    this.send({ status, statusText: '', headers, isEndMarked: true }, Buffer.from(body));
  }

  /**
   * What is out of it is not whole, and the tool has to see that: where a mere end would pass for one, by a reset. Of
   * one that waits behind others nothing is out: the connection ends behind theirs. Node would go on to send it.
   */
  breakOff(): void {
    const { socket } = this.#outgoing;
    if (socket === null) this.#outgoing.once('socket', (turn) => turn.destroy());
    else if (!this.#isEndMarked) socket.resetAndDestroy();
    this.#outgoing.destroy();
  }

  /** Reads on for a while what nobody wants any more: a tool that is still sending sees a reset, not the reply. */
  linger(cutAfter: (task: () => void) => () => void): void {
    if (this.#incoming.complete || this.#incoming.destroyed) return;
    this.#incoming.removeAllListeners('readable');
    // A listener keeps it flowing: whoever read it before may yet let go of it, which would stop it.
    this.#incoming.on('data', nothing).resume();
    const { socket } = this.#incoming;
    const keep = cutAfter(() => socket.destroy());
    this.#incoming.once('close', keep);
  }

  #writeHead({ status, statusText, headers, isEndMarked }: ReplyHead): void {
    this.#outgoing.sendDate = false;
    // No body comes behind a 204, but some tools would wait for one that is announced.
    const flat: string[] = [];
    for (const [name, value] of headers)
      if (status !== 204 || name.toLowerCase() !== 'content-length') flat.push(name, value);
    // Without the 100 the tool may or may not send its body: nobody could tell what comes next.
    if (this.#isAsking) this.#outgoing.shouldKeepAlive = false;
    // HTTP/1.0 knows no chunks.
    const isMarkable =
      this.#incoming.httpVersion === '1.1' || headerValue(headers, 'content-length') !== undefined;
    this.#isEndMarked = isEndMarked && isMarkable;
    if (!this.#isEndMarked) {
      this.#outgoing.shouldKeepAlive = false;
      this.#outgoing.useChunkedEncodingByDefault = false;
    }
    if (statusText === '') this.#outgoing.writeHead(status, flat);
    else this.#outgoing.writeHead(status, statusText, flat);
  }
}

const nothing = (): void => undefined;
