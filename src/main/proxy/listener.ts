import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { ErrorCode } from '../../shared/errorCodes.ts';
import { AppError, systemCode } from '../lib/appError.ts';
import { Roster } from '../lib/roster.ts';
import type { Clock } from '../ports.ts';
import { watchHalfClosed } from './halfClose.ts';
import type { ProxyLimits } from './limits.ts';
import { findPortOwner } from './portOwner.ts';
import { rawReply } from './proxyError.ts';

const HOST = '127.0.0.1';
/** Above what the entry guard admits, so that it is the guard that answers. */
const PARSER_HEADER_BYTES = 64 * 1024;
/** Connections above the limit that still get a reply; more are just closed. */
const MAX_OVERFLOW = 64;

export interface ListenerEvents {
  /** Whether there are more connections than there may be, over all listeners. */
  isFull(): boolean;
  onRequest(incoming: IncomingMessage, outgoing: ServerResponse, expectsContinue: boolean): void;
  /** Upgrade and CONNECT: answered already, told for the record. */
  onTunnelRefused(incoming: IncomingMessage): void;
  /** The rest of the body is no HTTP. The request is to be given up, by a refusal if it has no reply yet. */
  onUnreadableBody(incoming: IncomingMessage): void;
}

/** A loopback port. Bound to 127.0.0.1 and nothing else. */
export class Listener {
  readonly kind: 's3' | 'api';
  readonly #server: Server;
  readonly #limits: ProxyLimits;
  readonly #clock: Clock;
  readonly #events: ListenerEvents;
  readonly #sockets = new Roster<Socket>();
  #isClosing = false;
  #port = 0;
  readonly #unreadable = new WeakSet<Duplex>();
  /** The reply to the request that a socket brought last. */
  readonly #latest = new WeakMap<Duplex, ServerResponse<IncomingMessage>>();
  /** Let in to be told that there are too many. */
  readonly #surplus = new WeakSet<Duplex>();
  readonly #unanswered = new WeakMap<Duplex, number>();

  constructor(kind: 's3' | 'api', limits: ProxyLimits, clock: Clock, events: ListenerEvents) {
    this.kind = kind;
    this.#limits = limits;
    this.#clock = clock;
    this.#events = events;
    this.#server = createServer({
      insecureHTTPParser: false,
      requireHostHeader: false,
      maxHeaderSize: PARSER_HEADER_BYTES,
      headersTimeout: limits.headersTimeoutMs,
      requestTimeout: 0,
      connectionsCheckingInterval: limits.connectionsCheckingIntervalMs,
      keepAliveTimeout: limits.keepAliveTimeoutMs,
    });
    // Not in the types: a tool may end its side once it has asked, and still get its reply.
    Object.assign(this.#server, { httpAllowHalfOpen: true });
    // Node's own count drops what is above it without a word.
    this.#server.maxHeadersCount = 0;
    this.#server.maxConnections =
      limits.maxConnections + Math.min(MAX_OVERFLOW, Math.ceil(limits.maxConnections / 2));
    this.#server.maxRequestsPerSocket = 10_000;
    this.#server.on('connection', (socket) => this.#track(socket));
    const take = (
      incoming: IncomingMessage,
      outgoing: ServerResponse<IncomingMessage>,
      expectsContinue: boolean,
    ): void => {
      const previous = this.#latest.get(incoming.socket);
      // Told that the connection closes: whatever comes behind is no request that anyone can be sure of.
      if (previous?.headersSent === true && !previous.shouldKeepAlive) return;
      this.#latest.set(incoming.socket, outgoing);
      this.#count(incoming.socket, outgoing);
      events.onRequest(incoming, outgoing, expectsContinue);
    };
    this.#server.on('request', (incoming, outgoing) => take(incoming, outgoing, false));
    this.#server.on('checkContinue', (incoming, outgoing) => take(incoming, outgoing, true));
    this.#server.on('checkExpectation', (incoming, outgoing) => take(incoming, outgoing, true));
    const refuseTunnel = (incoming: IncomingMessage, socket: Duplex): void => {
      socket.on('error', () => socket.destroy());
      socket.end(rawReply(kind, 'UPGRADE_REFUSED', requestId()));
      events.onTunnelRefused(incoming);
    };
    this.#server.on('upgrade', refuseTunnel);
    this.#server.on('connect', refuseTunnel);
    this.#server.on('clientError', (error, socket) => this.#meetUnreadable(error, socket));
  }

  get port(): number {
    return this.#port;
  }

  get connections(): number {
    return this.#sockets.size;
  }

  /** The socket itself is one too many, or has too many requests waiting for their replies. */
  isTooMuch(socket: Socket): boolean {
    return this.#surplus.has(socket) || this.#unansweredOn(socket) > this.#limits.maxPipelined;
  }

  /** @throws AppError PORT_IN_USE */
  async open(port: number): Promise<void> {
    try {
      await new Promise<void>((resolve, reject) => {
        this.#server.once('error', reject);
        this.#server.listen({ host: HOST, port, exclusive: true }, () => {
          this.#server.off('error', reject);
          // No file descriptor was left for a connection. It was not taken; the others go on.
          this.#server.on('error', () => undefined);
          // Kept: the server would ask the system each time.
          this.#port = (this.#server.address() as AddressInfo).port;
          resolve();
        });
      });
    } catch (error) {
      if (systemCode(error) === 'EACCES')
        throw new AppError('INVALID_INPUT', { detail: `Port ${port} needs more rights.`, cause: error });
      if (systemCode(error) !== 'EADDRINUSE') throw error;
      const owner = (await findPortOwner(port)) ?? 'a program that is not visible to this user';
      throw new AppError('PORT_IN_USE', { detail: `Port ${port} is held by ${owner}.`, cause: error });
    }
  }

  /** Takes no new connections, and ends each as soon as nothing on it waits for a reply. Resolves behind the last. */
  close(): Promise<void> {
    this.#isClosing = true;
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()));
    // Node's own notion of an idle connection leaves out those that have not said anything yet.
    for (const socket of this.#sockets.members()) if (this.#unansweredOn(socket) === 0) socket.destroy();
    return closed;
  }

  closeAllConnections(): void {
    for (const socket of this.#sockets.members()) socket.destroy();
  }

  #count(socket: Socket, outgoing: ServerResponse): void {
    this.#unanswered.set(socket, this.#unansweredOn(socket) + 1);
    outgoing.once('close', () => {
      this.#unanswered.set(socket, this.#unansweredOn(socket) - 1);
      if (this.#isClosing && this.#unansweredOn(socket) === 0) socket.destroySoon();
    });
  }

  #unansweredOn(socket: Socket): number {
    return this.#unanswered.get(socket) ?? 0;
  }

  #track(socket: Socket): void {
    socket.once('close', this.#sockets.add(socket));
    if (this.#events.isFull()) this.#surplus.add(socket);
    socket.once('end', () => watchHalfClosed(socket, answerOn, this.#clock, this.#limits.halfCloseMs));
    const destroySoon = socket.destroySoon.bind(socket);
    // Node calls this behind the last reply. A body still on its way would be met by a reset, which takes the reply
    // back from under the tool's eyes.
    socket.destroySoon = () => {
      if (this.#latest.get(socket)?.req.complete === false) this.#linger(socket);
      else destroySoon();
    };
  }

  #meetUnreadable(error: Error, socket: Duplex): void {
    if (this.#unreadable.has(socket)) return;
    this.#unreadable.add(socket);
    // The tool ended its side in the middle of a body: it is gone, and said nothing wrong.
    const code = systemCode(error);
    if (code === 'HPE_INVALID_EOF_STATE' && answerOn(socket) !== null) socket.destroy();
    else if (code !== 'ERR_HTTP_REQUEST_TIMEOUT') this.#refuseUnreadable(socket, 'MALFORMED_REQUEST');
    // Who has said nothing at all is told nothing either.
    else if ((socket as Partial<Socket>).bytesRead === 0) socket.destroy();
    else this.#refuseUnreadable(socket, 'REQUEST_TOO_SLOW');
  }

  /** What came whole before the unreadable is answered; then there is a refusal, and the end. */
  #refuseUnreadable(socket: Duplex, code: ErrorCode): void {
    const answer = answerOn(socket);
    if (answer === null) {
      this.#end(socket, code);
      return;
    }
    if (!answer.req.complete) {
      answer.shouldKeepAlive = false;
      this.#events.onUnreadableBody(answer.req);
      return;
    }
    answer.once('finish', () => this.#refuseUnreadable(socket, code));
  }

  #end(socket: Duplex, code: ErrorCode): void {
    if (!socket.writable) {
      if (!socket.writableEnded) socket.destroy();
      return;
    }
    // Where the body of a request that is answered already turns bad, a second reply would be taken for the next.
    const isOfAnswered = this.#latest.get(socket)?.req.complete === false;
    if (!isOfAnswered) socket.write(rawReply(this.kind, code, requestId()));
    this.#linger(socket);
  }

  /** Says no more, and still reads for a while. */
  #linger(socket: Duplex): void {
    socket.end();
    const keep = this.#clock.after(this.#limits.lingerMs, () => socket.destroy());
    socket.once('close', keep);
  }
}

const requestId = (): string => randomUUID().replaceAll('-', '');

/** Node keeps the reply that a socket is busy with in an untyped field. */
const answerOn = (socket: Duplex): ServerResponse<IncomingMessage> | null =>
  (socket as { _httpMessage?: ServerResponse<IncomingMessage> | null })._httpMessage ?? null;
