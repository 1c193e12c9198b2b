import { AppError } from '../lib/appError.ts';
import type { EndOfTurn } from '../lib/endOfTurn.ts';
import { strictTls } from '../lib/strictTls.ts';
import type { ProxyLimits } from './limits.ts';
import { ConnectionPool } from './upstream/connectionPool.ts';
import { ReadBuffers } from './upstream/readBuffers.ts';

const loopbackHosts = new Set(['127.0.0.1', 'localhost', '[::1]']);

/** One pool per origin and credential, so that a connection which one credential opened never serves another. */
export class Upstreams {
  readonly #pools = new Map<string, ConnectionPool>();
  readonly #buffers = new ReadBuffers();
  readonly #limits: ProxyLimits;
  readonly #endOfTurn: EndOfTurn;
  readonly #certificates: readonly string[] | undefined;
  #tls: ReturnType<typeof strictTls> | null = null;

  /** @param certificates the authorities that are believed; absent: those of the runtime */
  constructor(limits: ProxyLimits, endOfTurn: EndOfTurn, certificates?: readonly string[]) {
    this.#limits = limits;
    this.#endOfTurn = endOfTurn;
    this.#certificates = certificates;
  }

  /** @throws AppError UPSTREAM_TLS for plain http to anywhere but this machine */
  pool(origin: string, credentialId: string): ConnectionPool {
    const name = `${origin} ${credentialId}`;
    const known = this.#pools.get(name);
    if (known !== undefined) return known;
    refusePlain(origin);
    // One context for all: reading some hundred certificates for each would cost more than the connection.
    this.#tls ??= strictTls(this.#certificates);
    const destination = {
      origin,
      tls: this.#tls,
      timeoutMs: this.#limits.connectTimeoutMs,
      session: undefined,
    };
    const pool = new ConnectionPool(destination, this.#limits, this.#buffers, this.#endOfTurn);
    this.#pools.set(name, pool);
    return pool;
  }

  /** Ends every connection, also those in use. */
  destroyAll(): void {
    const pools = [...this.#pools.values()];
    this.#pools.clear();
    for (const pool of pools) pool.destroy();
    this.#buffers.clear();
  }
}

const refusePlain = (origin: string): void => {
  const { protocol, hostname } = new URL(origin);
  if (protocol !== 'https:' && !loopbackHosts.has(hostname)) throw new AppError('UPSTREAM_TLS');
};
