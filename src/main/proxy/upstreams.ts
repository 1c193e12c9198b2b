import { buildConnector, Client, type Dispatcher, Pool } from 'undici';
import { AppError } from '../lib/appError.ts';
import { strictTls } from '../lib/strictTls.ts';
import { ExpectAgent } from './expectAgent.ts';
import type { ProxyLimits } from './limits.ts';
import { type Connection, UpstreamResponse } from './upstreamResponse.ts';

export const MAX_HEADER_BYTES = 64 * 1024;
const loopbackHosts = new Set(['127.0.0.1', 'localhost', '[::1]']);

/** One connection to an upstream after the other. It knows whether the present one has served already, or broke. */
class UpstreamConnection extends Client implements Connection {
  #served = 0;
  #isBroken = false;

  constructor(
    origin: string | URL,
    options: Client.Options & { readonly connect: buildConnector.connector },
  ) {
    const connect: buildConnector.connector = (to, callback) =>
      options.connect(to, (...result) => {
        // Before undici's own listener, which takes a reset for the end of a body that has no other end.
        result[1]?.on('error', () => {
          this.#isBroken = true;
        });
        callback(...result);
      });
    super(origin, { ...options, connect });
    this.on('connect', () => {
      this.#served = 0;
      this.#isBroken = false;
    });
  }

  get isBroken(): boolean {
    return this.#isBroken;
  }

  override dispatch(options: Dispatcher.DispatchOptions, handler: Dispatcher.DispatchHandler): boolean {
    if (handler instanceof UpstreamResponse) handler.connection = this;
    return super.dispatch(options, handler);
  }

  /** Told when a request is about to be written. @returns whether another one was before it */
  takeTurn(): boolean {
    this.#served += 1;
    return this.#served > 1;
  }
}

/**
 * One pool per origin and credential, so that a connection which one credential opened never serves another.
 * Nothing in the environment has a say: no proxy variables, no switched-off certificate check, no added authority.
 */
export class Upstreams {
  readonly #pools = new Map<string, Pool>();
  readonly #expectAgents = new Map<string, ExpectAgent>();
  readonly #limits: ProxyLimits;
  readonly #certificates: readonly string[] | undefined;
  #connector: buildConnector.connector | null = null;

  /** @param certificates the authorities that are believed; absent: those of the runtime */
  constructor(limits: ProxyLimits, certificates?: readonly string[]) {
    this.#limits = limits;
    this.#certificates = certificates;
  }

  /** @throws AppError UPSTREAM_TLS for plain http to anywhere but this machine */
  pool(origin: string, credentialId: string): Pool {
    return known(this.#pools, `${origin} ${credentialId}`, () => {
      refusePlain(origin);
      const options = this.#options();
      const factory = (at: URL, given: object): Dispatcher =>
        new UpstreamConnection(at, { ...given, connect: options.connect });
      return new Pool(origin, { ...options, factory });
    });
  }

  /** The same for uploads that ask before they send. @throws AppError UPSTREAM_TLS */
  expectAgent(origin: string, credentialId: string): ExpectAgent {
    return known(this.#expectAgents, `${origin} ${credentialId}`, () => {
      refusePlain(origin);
      return new ExpectAgent(origin, this.#connect());
    });
  }

  /** A connection for one request alone. */
  fresh(origin: string): Dispatcher {
    return new UpstreamConnection(origin, { ...this.#options(), maxRequestsPerClient: 1 });
  }

  /** Ends every connection, also those in use. */
  async destroyAll(): Promise<void> {
    const pools = [...this.#pools.values()];
    for (const agent of this.#expectAgents.values()) agent.destroy();
    this.#pools.clear();
    this.#expectAgents.clear();
    await Promise.all(pools.map((pool) => pool.destroy()));
  }

  #options(): Client.Options & { readonly connect: buildConnector.connector } {
    return {
      allowH2: false,
      pipelining: 1,
      headersTimeout: this.#limits.upstreamHeadersTimeoutMs,
      // A stream of events may be silent for long; TCP keep-alive notices a dead peer.
      bodyTimeout: 0,
      maxHeaderSize: MAX_HEADER_BYTES,
      connect: this.#connect(),
    };
  }

  #connect(): buildConnector.connector {
    // One context for all: reading some hundred certificates for each would cost more than the connection.
    this.#connector ??= buildConnector({
      allowH2: false,
      timeout: this.#limits.connectTimeoutMs,
      ...strictTls(this.#certificates),
    });
    return this.#connector;
  }
}

const refusePlain = (origin: string): void => {
  const { protocol, hostname } = new URL(origin);
  if (protocol !== 'https:' && !loopbackHosts.has(hostname)) throw new AppError('UPSTREAM_TLS');
};

const known = <Value>(values: Map<string, Value>, name: string, make: () => Value): Value => {
  const value = values.get(name);
  if (value !== undefined) return value;
  const made = make();
  values.set(name, made);
  return made;
};
