import type { Socket } from 'node:net';
import { AppError } from '../../lib/appError.ts';
import { connectUpstream, type Destination } from './connectUpstream.ts';
import type { ReadBuffers } from './readBuffers.ts';
import { UpstreamExchange, type UpstreamRequest } from './upstreamExchange.ts';

/** Less is copied: a reply that drips would hold a whole buffer for every drop. */
const WORTH_KEEPING_BYTES = 4 * 1024;

export interface ConnectionEvents {
  /** It may serve the next request. */
  onIdle(connection: UpstreamConnection): void;
  onClosed(connection: UpstreamConnection): void;
}

/** One socket to an upstream, for one request after the other. */
export class UpstreamConnection {
  readonly #socket: Socket;
  readonly #buffers: ReadBuffers;
  readonly #events: ConnectionEvents;
  #exchange: UpstreamExchange | null = null;
  idleSinceMs: number | null = null;

  private constructor(socket: Socket, buffers: ReadBuffers, events: ConnectionEvents) {
    this.#socket = socket;
    this.#buffers = buffers;
    this.#events = events;
  }

  /** @throws what the system says of it, or AppError UPSTREAM_TIMEOUT */
  static async open(
    destination: Destination,
    silenceMs: number,
    buffers: ReadBuffers,
    events: ConnectionEvents,
  ): Promise<UpstreamConnection> {
    let connection: UpstreamConnection | null = null;
    let hasSpokenFirst = false;
    const socket = await connectUpstream(destination, {
      buffer: () => (connection === null ? buffers.shared : connection.#nextBuffer()),
      callback: (count, buffer) => {
        if (connection === null) hasSpokenFirst = true;
        else connection.#take(buffer as Buffer, count);
        return true;
      },
    });
    // What has ended already would never say so again.
    if (hasSpokenFirst || socket.destroyed) {
      socket.destroy();
      throw new AppError('UPSTREAM_BROKEN');
    }
    connection = new UpstreamConnection(socket, buffers, events);
    connection.#watch(silenceMs);
    return connection;
  }

  /** It has not waited for a request, in which time the upstream may have closed it. */
  get isFresh(): boolean {
    return this.idleSinceMs === null;
  }

  /** Its end is told some time after it has come. */
  get isOpen(): boolean {
    return !this.#socket.destroyed;
  }

  begin(request: UpstreamRequest): UpstreamExchange {
    const exchange = new UpstreamExchange(request, this.#socket);
    try {
      exchange.start();
    } catch (error) {
      this.#socket.destroy();
      throw error;
    }
    this.#exchange = exchange;
    return exchange;
  }

  destroy(): void {
    this.#socket.destroy();
  }

  #nextBuffer(): Buffer {
    return this.#exchange?.isLong === true ? this.#buffers.take() : this.#buffers.shared;
  }

  #take(buffer: Buffer, count: number): void {
    const exchange = this.#exchange;
    // Nobody asked: it would be taken for the reply to the next request.
    if (exchange === null) {
      this.#socket.destroy();
      return;
    }
    const isOwn = buffer !== this.#buffers.shared;
    const giveBack = (): void => this.#buffers.giveBack(buffer);
    const isKept = isOwn && count >= WORTH_KEEPING_BYTES;
    exchange.take(buffer.subarray(0, count), isKept ? giveBack : null);
    if (isOwn && !isKept) giveBack();
    if (exchange.isOver) this.#finish(exchange);
  }

  #finish(exchange: UpstreamExchange): void {
    this.#exchange = null;
    if (!exchange.isClean) {
      this.#socket.destroy();
      return;
    }
    if (this.#socket.isPaused()) this.#socket.resume();
    this.#events.onIdle(this);
  }

  #watch(silenceMs: number): void {
    const socket = this.#socket;
    socket.setTimeout(silenceMs);
    socket.on('timeout', () => {
      if (this.#exchange?.isWaitingForHead === true) this.#exchange.abort(new AppError('UPSTREAM_TIMEOUT'));
    });
    socket.on('drain', () => this.#exchange?.drained());
    // Before the end, which would be taken for that of a body that has no other.
    socket.on('error', (error) => this.#exchange?.abort(error));
    socket.on('end', () => {
      this.#exchange?.end();
      socket.destroy();
    });
    socket.on('close', () => {
      this.#exchange?.abort(new AppError('UPSTREAM_BROKEN'));
      this.#events.onClosed(this);
    });
  }
}
