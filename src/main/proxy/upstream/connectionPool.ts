import { AppError } from '../../lib/appError.ts';
import type { EndOfTurn } from '../../lib/endOfTurn.ts';
import type { Cutoff } from '../cutoff.ts';
import type { ProxyLimits } from '../limits.ts';
import type { Destination } from './connectUpstream.ts';
import type { ReadBuffers } from './readBuffers.ts';
import { UpstreamConnection } from './upstreamConnection.ts';
import type { UpstreamRequest } from './upstreamExchange.ts';
import type { UpstreamReply } from './upstreamReply.ts';

/** Shorter than what any server grants, so that it is seldom the server who closes first. */
const IDLE_MS = 4_000;

/** The connections to one upstream that one credential has opened: they never serve another. */
export class ConnectionPool {
  readonly #destination: Destination;
  readonly #silenceMs: number;
  readonly #buffers: ReadBuffers;
  readonly #endOfTurn: EndOfTurn;
  readonly #all = new Set<UpstreamConnection>();
  /** The one used last at the end: it is the least likely to have been closed meanwhile. */
  readonly #idle: UpstreamConnection[] = [];
  #sweep: NodeJS.Timeout | null = null;
  #isDestroyed = false;

  constructor(destination: Destination, limits: ProxyLimits, buffers: ReadBuffers, endOfTurn: EndOfTurn) {
    this.#destination = destination;
    this.#silenceMs = limits.upstreamHeadersTimeoutMs;
    this.#buffers = buffers;
    this.#endOfTurn = endOfTurn;
  }

  /**
   * Sends the request and returns as soon as the head of the reply is there. Follows nothing. An upstream may close
   * a kept connection just as it is to serve again: what changes nothing when it is done twice is sent once more.
   */
  async send(request: UpstreamRequest): Promise<UpstreamReply> {
    const connection = await this.#take(request.cutoff);
    const { isFresh } = connection;
    const exchange = connection.begin(request);
    try {
      return await exchange.reply;
    } catch (error) {
      if (isFresh || !exchange.mayRepeat || request.cutoff.isCut) throw error;
      const other = await this.#open(request.cutoff);
      return other.begin(request).reply;
    }
  }

  /** Ends every connection, also those in use. */
  destroy(): void {
    this.#isDestroyed = true;
    for (const connection of this.#all) connection.destroy();
    if (this.#sweep !== null) clearTimeout(this.#sweep);
  }

  /** What lies in kept connections already is seen before one of them is chosen. */
  async #take(cutoff: Cutoff): Promise<UpstreamConnection> {
    if (this.#idle.length === 0) return this.#open(cutoff);
    await this.#endOfTurn.reached();
    cutoff.throwIfCut();
    return this.#popIdle() ?? this.#open(cutoff);
  }

  #popIdle(): UpstreamConnection | undefined {
    let connection = this.#idle.pop();
    while (connection?.isOpen === false) connection = this.#idle.pop();
    return connection;
  }

  #open(cutoff: Cutoff): Promise<UpstreamConnection> {
    return new Promise((resolve, reject) => {
      cutoff.onCut(reject);
      UpstreamConnection.open(this.#destination, this.#silenceMs, this.#buffers, this).then((connection) => {
        this.#all.add(connection);
        if (this.#isDestroyed) {
          connection.destroy();
          reject(new AppError('UPSTREAM_BROKEN'));
        } else if (cutoff.isCut) this.onIdle(connection);
        else resolve(connection);
      }, reject);
    });
  }

  onIdle(connection: UpstreamConnection): void {
    connection.idleSinceMs = performance.now();
    this.#idle.push(connection);
    this.#sweep ??= setTimeout(() => this.#endIdle(), IDLE_MS).unref();
  }

  onClosed(connection: UpstreamConnection): void {
    this.#all.delete(connection);
    const at = this.#idle.indexOf(connection);
    if (at !== -1) this.#idle.splice(at, 1);
  }

  #endIdle(): void {
    const nowMs = performance.now();
    for (const connection of this.#idle.splice(0)) {
      if (nowMs - (connection.idleSinceMs ?? 0) < IDLE_MS) this.#idle.push(connection);
      else connection.destroy();
    }
    const [oldest] = this.#idle;
    const leftMs = (oldest?.idleSinceMs ?? 0) + IDLE_MS - nowMs;
    this.#sweep =
      oldest === undefined ? null : setTimeout(() => this.#endIdle(), Math.max(1, leftMs)).unref();
  }
}
