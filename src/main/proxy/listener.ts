import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { AppError, systemCode } from '../lib/appError.ts';
import type { ProxyLimits } from './limits.ts';
import { findPortOwner } from './portOwner.ts';
import { rawReply } from './proxyError.ts';

const HOST = '127.0.0.1';
/** Above what the entry guard admits, so that it is the guard that answers. */
const PARSER_HEADER_BYTES = 64 * 1024;
/** Connections above the limit that still get a reply; more are just closed. */
const OVERFLOW_CONNECTIONS = 64;

export interface ListenerEvents {
  onRequest(incoming: IncomingMessage, outgoing: ServerResponse, expectsContinue: boolean): void;
  /** Upgrade and CONNECT: answered already, told for the record. */
  onTunnelRefused(incoming: IncomingMessage): void;
}

/** A loopback port. Bound to 127.0.0.1 and nothing else. */
export class Listener {
  readonly kind: 's3' | 'api';
  readonly #server: Server;
  readonly #limits: ProxyLimits;
  readonly #sockets = new Set<Duplex>();

  constructor(kind: 's3' | 'api', limits: ProxyLimits, events: ListenerEvents) {
    this.kind = kind;
    this.#limits = limits;
    this.#server = createServer({
      insecureHTTPParser: false,
      requireHostHeader: false,
      maxHeaderSize: PARSER_HEADER_BYTES,
      headersTimeout: limits.headersTimeoutMs,
      requestTimeout: 0,
      connectionsCheckingInterval: limits.connectionsCheckingIntervalMs,
      keepAliveTimeout: limits.keepAliveTimeoutMs,
    });
    // Node's own count drops what is above it without a word.
    this.#server.maxHeadersCount = 0;
    this.#server.maxConnections = limits.maxConnections + OVERFLOW_CONNECTIONS;
    this.#server.maxRequestsPerSocket = 10_000;
    this.#server.on('connection', (socket) => this.#track(socket));
    this.#server.on('request', (incoming, outgoing) => events.onRequest(incoming, outgoing, false));
    this.#server.on('checkContinue', (incoming, outgoing) => events.onRequest(incoming, outgoing, true));
    this.#server.on('checkExpectation', (incoming, outgoing) => events.onRequest(incoming, outgoing, true));
    const refuseTunnel = (incoming: IncomingMessage, socket: Duplex): void => {
      socket.on('error', () => socket.destroy());
      socket.end(rawReply(kind, 'UPGRADE_REFUSED', requestId()));
      events.onTunnelRefused(incoming);
    };
    this.#server.on('upgrade', refuseTunnel);
    this.#server.on('connect', refuseTunnel);
    this.#server.on('clientError', (_error, socket) => this.#refuseUnreadable(socket));
  }

  get port(): number {
    return (this.#server.address() as AddressInfo | null)?.port ?? 0;
  }

  get isFull(): boolean {
    return this.#sockets.size > this.#limits.maxConnections;
  }

  /** @throws AppError PORT_IN_USE */
  async open(port: number): Promise<void> {
    try {
      await new Promise<void>((resolve, reject) => {
        this.#server.once('error', reject);
        this.#server.listen({ host: HOST, port, exclusive: true }, () => {
          this.#server.off('error', reject);
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

  /** Takes no new connections. Resolves when the last one has ended. */
  close(): Promise<void> {
    return new Promise((resolve) => {
      this.#server.close(() => resolve());
      this.#server.closeIdleConnections();
    });
  }

  closeAllConnections(): void {
    for (const socket of this.#sockets) socket.destroy();
  }

  #track(socket: Socket): void {
    this.#sockets.add(socket);
    socket.once('close', () => this.#sockets.delete(socket));
  }

  #refuseUnreadable(socket: Duplex): void {
    // With a reply under way, more bytes would be taken for a part of it.
    if (socket.writable && !isAnswering(socket))
      socket.end(rawReply(this.kind, 'MALFORMED_REQUEST', requestId()));
    else socket.destroy();
  }
}

const requestId = (): string => randomUUID().replaceAll('-', '');

/** Node keeps the reply that a socket is busy with in an untyped field. */
const isAnswering = (socket: Duplex): boolean =>
  ((socket as { _httpMessage?: ServerResponse | null })._httpMessage ?? null) !== null;
