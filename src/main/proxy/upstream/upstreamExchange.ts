import type { Socket } from 'node:net';
import { AppError } from '../../lib/appError.ts';
import type { HttpRequestParts } from '../../sigv4/requestParts.ts';
import type { Cutoff } from '../cutoff.ts';
import { type BodyReader, bodyReaderOf } from './bodyReader.ts';
import { ReplyBody, type ReplySource } from './replyBody.ts';
import { endOfHead, mayBeginHead, parseReplyHead } from './replyHead.ts';
import { requestHead } from './requestHead.ts';
import type { UpstreamReply } from './upstreamReply.ts';

export interface UpstreamRequest {
  /** Signs anew at each call: a request that is sent later is signed later. */
  readonly sign: () => HttpRequestParts;
  /** null when it is known at its end only. */
  readonly contentLength: number | null;
  /** null: there is none. Failing, it breaks the request off before its end. */
  readonly body: AsyncIterable<Buffer> | null;
  /** Nobody else holds the pieces of the body. */
  readonly ownsPieces: boolean;
  /** How long the upstream may take to say that it wants the body; null: it is not asked. */
  readonly continueTimeoutMs: number | null;
  readonly cutoff: Cutoff;
}

/** Ones before the reply (103 Early Hints and the like). They go no further; more than this is an attack. */
const MAX_INFORMATIONAL = 10;

/** One request on a socket, and what comes back for it. */
export class UpstreamExchange implements ReplySource {
  /** Settles with the head of the reply. */
  readonly reply: Promise<UpstreamReply>;
  readonly #request: UpstreamRequest;
  readonly #socket: Socket;
  #resolve: (reply: UpstreamReply) => void = nothing;
  #reject: (error: unknown) => void = nothing;
  #method = '';
  /** What has come of a head. */
  #pending: Buffer | null = null;
  #informational = 0;
  #reader: BodyReader | null = null;
  #body: ReplyBody | null = null;
  #release: () => void = nothing;
  #isKept = false;
  #isOver = false;
  /** It has been asked for, and cannot be asked for again. */
  #isBodyBegun = false;
  #isSent = false;
  #sendBody: () => void = nothing;
  #onDrain: () => void = nothing;
  #hasHeard = false;

  constructor(request: UpstreamRequest, socket: Socket) {
    this.#request = request;
    this.#socket = socket;
    this.reply = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
  }

  start(): void {
    const { sign, contentLength, body, continueTimeoutMs, cutoff } = this.#request;
    const parts = sign();
    this.#method = parts.method;
    const isAsking = body !== null && continueTimeoutMs !== null;
    this.#socket.write(requestHead(parts, { hasBody: body !== null, contentLength, isAsking }), 'latin1');
    cutoff.onCut((reason) => this.abort(reason as Error));
    if (body === null) this.#isSent = true;
    else if (isAsking) this.#waitToSend(body, continueTimeoutMs);
    else void this.#send(body);
  }

  /** Not a byte came back, and nothing has gone out that a second request would do twice. */
  get mayRepeat(): boolean {
    const { body } = this.#request;
    const isHarmless =
      body === null ? this.#method !== 'POST' && this.#method !== 'PATCH' : !this.#isBodyBegun;
    return !this.#hasHeard && isHarmless;
  }

  get isWaitingForHead(): boolean {
    return this.#reader === null;
  }

  /** The whole reply has come, or nothing more of it will be read. */
  get isOver(): boolean {
    return this.#isOver;
  }

  /** It is over, and the socket may serve the next one. */
  get isClean(): boolean {
    return this.#isOver && this.#isKept && this.#isSent;
  }

  /** What is left of the body is worth buffers of its own. */
  get isLong(): boolean {
    return this.#reader?.isLong === true && !this.#isOver;
  }

  /** @param release set when the bytes belong to this exchange until it is called; else they are to be copied */
  take(bytes: Buffer, release: (() => void) | null): void {
    this.#hasHeard = true;
    try {
      const rest = this.#reader === null ? this.#readHeads(bytes) : bytes;
      const reader = this.#reader;
      if (reader === null) return;
      this.#release = release ?? nothing;
      const isOwned = release !== null && rest === bytes;
      const count = rest.length === 0 ? 0 : reader.read(rest, isOwned ? this.#passOwned : this.#passCopy);
      if (reader.isComplete) this.#complete(count === rest.length);
    } catch (error) {
      this.abort(error as Error);
    }
  }

  /** The upstream has ended its side. */
  end(): void {
    if (this.#reader?.mayEndHere === true) this.#complete(false);
    else this.abort(new AppError('UPSTREAM_BROKEN'));
  }

  drained(): void {
    this.#onDrain();
  }

  pause(): void {
    if (!this.#isOver) this.#socket.pause();
  }

  resume(): void {
    if (!this.#isOver) this.#socket.resume();
  }

  abort(reason: Error): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#isKept = false;
    if (this.#body === null) this.#reject(reason);
    else this.#body.fail(reason);
    this.#onDrain();
    this.#socket.destroy();
  }

  #complete(isExact: boolean): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#isKept &&= isExact;
    this.#body?.end();
    this.#onDrain();
  }

  readonly #passOwned = (piece: Buffer): void => this.#body?.push(piece, this.#release);
  readonly #passCopy = (piece: Buffer): void => this.#body?.push(Buffer.from(piece));

  /** @returns what comes behind the head of the reply */
  #readHeads(arrived: Buffer): Buffer {
    let bytes = this.#pending === null ? arrived : Buffer.concat([this.#pending, arrived]);
    while (this.#reader === null) {
      const end = bytes.indexOf(endOfHead, 0, 'latin1');
      if (end === -1) {
        if (!mayBeginHead(bytes.toString('latin1'))) throw new AppError('UPSTREAM_BROKEN');
        // The buffer it lies in is used again.
        this.#pending = Buffer.from(bytes);
        return bytes;
      }
      this.#readHead(bytes.toString('latin1', 0, end));
      bytes = bytes.subarray(end + endOfHead.length);
    }
    this.#pending = null;
    return bytes;
  }

  #readHead(text: string): void {
    const head = parseReplyHead(text, this.#method === 'HEAD');
    // Nobody asked for another protocol.
    if (head === null || head.status === 101) throw new AppError('UPSTREAM_BROKEN');
    if (head.status < 200) {
      this.#informational += 1;
      if (this.#informational > MAX_INFORMATIONAL) throw new AppError('UPSTREAM_BROKEN');
      if (head.status === 100) this.#sendBody();
      return;
    }
    this.#sendBody = nothing;
    this.#isKept = head.isKept;
    this.#reader = bodyReaderOf(head.framing);
    this.#body = new ReplyBody(this, !this.#reader.mayEndHere);
    const { status, statusText, headers } = head;
    this.#resolve({ status, statusText, headers, body: this.#body });
  }

  #waitToSend(body: AsyncIterable<Buffer>, patienceMs: number): void {
    const patience = setTimeout(() => this.#sendBody(), patienceMs);
    this.#sendBody = () => {
      clearTimeout(patience);
      this.#sendBody = nothing;
      if (!this.#isOver) void this.#send(body);
    };
    const stop = (): void => clearTimeout(patience);
    this.reply.then(stop, stop);
  }

  /** Never a complete request unless the body came to its end and was as long as announced. */
  async #send(body: AsyncIterable<Buffer>): Promise<void> {
    const { contentLength, ownsPieces } = this.#request;
    const onWritten = ownsPieces ? letGo : keep;
    const socket = this.#socket;
    let sent = 0;
    this.#isBodyBegun = true;
    try {
      for await (const piece of body) {
        if (this.#isOver) return;
        sent += piece.length;
        if (contentLength !== null && sent > contentLength) throw new AppError('UPSTREAM_BROKEN');
        if (piece.length === 0) continue;
        const hasRoom =
          contentLength === null
            ? writeChunk(socket, piece, onWritten(piece))
            : socket.write(piece, onWritten(piece));
        if (!hasRoom) await this.#drain();
      }
      if (this.#isOver) return;
      if (contentLength === null) socket.write('0\r\n\r\n', 'latin1');
      else if (sent < contentLength) throw new AppError('UPSTREAM_BROKEN');
      this.#isSent = true;
    } catch (error) {
      this.abort(error as Error);
    }
  }

  #drain(): Promise<void> {
    return new Promise((resolve) => {
      this.#onDrain = () => {
        this.#onDrain = nothing;
        resolve();
      };
      if (this.#isOver) this.#onDrain();
    });
  }
}

/**
 * Frees the memory of a piece once it is written. As garbage, a long body would lie around by the hundred megabytes
 * before it is collected: the collector sees the small objects that hold it.
 */
const letGo = (piece: Buffer) => (): void => {
  const { buffer, byteLength } = piece;
  if (buffer instanceof ArrayBuffer && buffer.byteLength === byteLength) buffer.transfer(0);
};
const keep = () => nothing;

const writeChunk = (socket: Socket, piece: Buffer, onWritten: () => void): boolean => {
  socket.cork();
  socket.write(`${piece.length.toString(16)}\r\n`, 'latin1');
  socket.write(piece, onWritten);
  const isRoom = socket.write('\r\n', 'latin1');
  socket.uncork();
  return isRoom;
};

const nothing = (): void => undefined;
