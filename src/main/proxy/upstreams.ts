import { Pool } from 'undici';
import { AppError } from '../lib/appError.ts';
import type { ProxyLimits } from './limits.ts';

const loopbackHosts = new Set(['127.0.0.1', 'localhost', '[::1]']);

/**
 * One pool per origin and credential, so that a connection which one credential opened never serves another.
 * Nothing in the environment has a say: no proxy variables, no switched-off certificate check.
 */
export class Upstreams {
  readonly #pools = new Map<string, Pool>();
  readonly #limits: ProxyLimits;

  constructor(limits: ProxyLimits) {
    this.#limits = limits;
  }

  /** @throws AppError UPSTREAM_TLS for plain http to anywhere but this machine */
  pool(origin: string, credentialId: string): Pool {
    const url = new URL(origin);
    if (url.protocol !== 'https:' && !loopbackHosts.has(url.hostname)) throw new AppError('UPSTREAM_TLS');
    const name = `${url.origin} ${credentialId}`;
    const known = this.#pools.get(name);
    if (known !== undefined) return known;
    const pool = new Pool(url.origin, {
      allowH2: false,
      pipelining: 1,
      headersTimeout: this.#limits.upstreamHeadersTimeoutMs,
      // A stream of events may be silent for long; TCP keep-alive notices a dead peer.
      bodyTimeout: 0,
      maxHeaderSize: 64 * 1024,
      connect: { timeout: this.#limits.connectTimeoutMs, rejectUnauthorized: true, minVersion: 'TLSv1.2' },
    });
    this.#pools.set(name, pool);
    return pool;
  }

  /** Ends every connection, also those in use. */
  async destroyAll(): Promise<void> {
    const pools = [...this.#pools.values()];
    this.#pools.clear();
    await Promise.all(pools.map((pool) => pool.destroy()));
  }
}
