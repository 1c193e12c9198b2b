import type { RunningRequest } from '../../shared/contract/rotation.ts';
import type { ErrorCode } from '../../shared/errorCodes.ts';
import { EndOfTurn } from '../lib/endOfTurn.ts';
import type { Clock, Logger } from '../ports.ts';
import type { ForwardMeans } from './exchange.ts';
import type { Grants, ProxyRecord } from './grants.ts';
import type { HoldCost } from './holds.ts';
import { defaultLimits, type ProxyLimits } from './limits.ts';
import { Listener } from './listener.ts';
import { ChunkMemory } from './payload/chunkMemory.ts';
import { EndpointModes } from './payload/endpointModes.ts';
import type { Entrance } from './prepare.ts';
import { RequestServer } from './requestServer.ts';
import { SecretPatterns } from './secretPattern.ts';
import { UpstreamClocks } from './upstreamClocks.ts';
import { Upstreams } from './upstreams.ts';

export interface ProxyDependencies {
  readonly grants: Grants;
  readonly clock: Clock;
  readonly logger: Logger;
  onRecord(record: ProxyRecord): void;
  readonly limits?: Partial<ProxyLimits>;
  /** The authorities that upstreams' certificates are to be from; absent: those of the runtime. */
  readonly certificates?: readonly string[];
}

export interface SigningProxy {
  /** @throws AppError PORT_IN_USE */
  listen(kind: 's3' | 'api', port: number): Promise<{ readonly origin: string; readonly port: number }>;
  /** A listener of one connection alone, without local authentication. @throws AppError PORT_IN_USE */
  openPort(connectionId: string, kind: 's3' | 'api', port: number): Promise<{ readonly port: number }>;
  closePort(connectionId: string): Promise<void>;
  /** To be called when connections or credentials have changed: ends the running requests of those that are no more. */
  abortRevoked(): void;
  /** What is under way with a credential, and when the last request with it ended. */
  requestsWith(credentialId: string): {
    readonly running: readonly RunningRequest[];
    readonly lastEndedMs: number | null;
  };
  /** When nothing runs with it, or the time is over. @returns whether nothing runs */
  idle(credentialId: string, limitMs: number): Promise<boolean>;
  /** From now on new requests with it wait. @returns the function that lets them go on, prepared anew */
  hold(credentialId: string): () => HoldCost;
  /** On lock: ends running requests and upstream connections, forgets derived keys. Ports stay bound. */
  abortAll(): void;
  /** Lets running requests finish for `drainMs`, then breaks them off. */
  stop(drainMs: number): Promise<void>;
}

export const createProxy = (dependencies: ProxyDependencies): SigningProxy => {
  const { grants, clock, logger, onRecord } = dependencies;
  const limits = { ...defaultLimits, ...dependencies.limits };
  const endOfTurn = new EndOfTurn();
  const upstreams = new Upstreams(limits, endOfTurn, dependencies.certificates);
  const secretPatterns = new SecretPatterns();
  const means: ForwardMeans = {
    ...{ upstreams, limits, clock, secretPatterns, endOfTurn },
    endpointModes: new EndpointModes(clock),
    chunkMemory: new ChunkMemory(limits.maxChunkMemoryBytes),
    clocks: new UpstreamClocks(),
  };
  const server = new RequestServer({ grants, clock, logger, limits, means, onRecord });
  const listeners = new Set<Listener>();
  const openPorts = new Map<string, Listener>();
  let isStopping = false;

  const isFull = (): boolean => {
    let connections = 0;
    for (const listener of listeners) connections += listener.connections;
    return connections > limits.maxConnections;
  };

  const openListener = async (entrance: Entrance, port: number): Promise<Listener> => {
    const listener: Listener = new Listener(entrance.kind, limits, clock, {
      isFull,
      onRequest: (incoming, outgoing, expectsContinue) =>
        server.serve({
          ...{ incoming, outgoing, expectsContinue, entrance, port: listener.port },
          refusal: isStopping ? 'STOPPING' : listener.isTooMuch(incoming.socket) ? 'TOO_MANY_REQUESTS' : null,
        }),
      onUnreadableBody: (incoming) => server.abortUnreadable(incoming),
      onTunnelRefused: (incoming) => server.recordRefused({ incoming, entrance }, 'UPGRADE_REFUSED'),
    });
    await listener.open(port);
    listeners.add(listener);
    return listener;
  };

  const closeListener = async (listener: Listener): Promise<void> => {
    listeners.delete(listener);
    const closed = listener.close();
    listener.closeAllConnections();
    await closed;
  };

  const forgetSecrets = (): void => {
    server.forgetKeys();
    secretPatterns.clear();
  };

  const abortRunning = (code: ErrorCode): void => {
    server.abortAll(code);
    forgetSecrets();
    upstreams.destroyAll();
  };

  return {
    listen: async (kind, port) => {
      const listener = await openListener({ kind, openConnectionId: null }, port);
      return { origin: `http://127.0.0.1:${listener.port}`, port: listener.port };
    },
    openPort: async (connectionId, kind, port) => {
      const listener = await openListener({ kind, openConnectionId: connectionId }, port);
      openPorts.set(connectionId, listener);
      return { port: listener.port };
    },
    closePort: async (connectionId) => {
      const listener = openPorts.get(connectionId);
      openPorts.delete(connectionId);
      if (listener !== undefined) await closeListener(listener);
    },
    abortRevoked: () => server.abortRevoked(),
    requestsWith: (credentialId) => ({
      running: server.requests.running(credentialId),
      lastEndedMs: server.requests.lastEndedMs(credentialId),
    }),
    idle: (credentialId, limitMs) => server.requests.idle(credentialId, limitMs),
    hold: (credentialId) => server.holds.hold(credentialId),
    abortAll: () => abortRunning('VAULT_LOCKED'),
    stop: async (drainMs) => {
      isStopping = true;
      const closed = Promise.all([...listeners].map((listener) => listener.close()));
      const cancel = clock.after(drainMs, () => {
        abortRunning('STOPPING');
        for (const listener of listeners) listener.closeAllConnections();
      });
      await closed;
      cancel();
      listeners.clear();
      openPorts.clear();
      forgetSecrets();
      upstreams.destroyAll();
    },
  };
};
