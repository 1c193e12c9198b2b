import type { IncomingMessage, ServerResponse } from 'node:http';
import type { ErrorCode } from '../../shared/errorCodes.ts';
import { YoungGarbage } from '../lib/youngGarbage.ts';
import type { Clock, Logger } from '../ports.ts';
import { Exchange, type ForwardMeans, isClientGone } from './exchange.ts';
import type { Grant, Grants, ProxyRecord, RunningRequest } from './grants.ts';
import { InFlight } from './inFlight.ts';
import { defaultLimits, type ProxyLimits } from './limits.ts';
import { Listener } from './listener.ts';
import { pathForRecord } from './pathCapability.ts';
import { EndpointModes } from './payload/endpointModes.ts';
import type { FormRequest } from './postPolicy/formRequest.ts';
import { prepareForm } from './postPolicy/prepareForm.ts';
import {
  type ArrivedForm,
  type Entrance,
  type Forward,
  type Preparation,
  prepare,
  type Refused,
  refused,
} from './prepare.ts';
import { ReplayGuard } from './replayGuard.ts';
import { SecretPatterns } from './secretPattern.ts';
import { SigningKeys } from './signingKeys.ts';
import { UpstreamClocks } from './upstreamClocks.ts';
import { failureCode } from './upstreamError.ts';
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
  /** On lock: ends running requests and upstream connections, forgets derived keys. Ports stay bound. */
  abortAll(): void;
  /** Lets running requests finish for `drainMs`, then breaks them off. */
  stop(drainMs: number): Promise<void>;
}

/** Beyond this no request is expected to run, nor can a timer. */
const LONGEST_REQUEST_MS = 24 * 24 * 60 * 60_000;

export const createProxy = (dependencies: ProxyDependencies): SigningProxy => {
  const { grants, clock, logger } = dependencies;
  const limits = { ...defaultLimits, ...dependencies.limits };
  const upstreams = new Upstreams(limits, dependencies.certificates);
  const signingKeys = new SigningKeys();
  const replays = new ReplayGuard();
  const secretPatterns = new SecretPatterns();
  const endpointModes = new EndpointModes(clock);
  const garbage = new YoungGarbage();
  const means: ForwardMeans = {
    ...{ upstreams, limits, clock, secretPatterns, endpointModes },
    clocks: new UpstreamClocks(),
  };
  const listeners = new Set<Listener>();
  const openPorts = new Map<string, Listener>();
  const running = new Map<IncomingMessage, Exchange>();
  const lastEndedMs = new Map<string, number>();
  const inFlight = new InFlight(limits.maxInFlight, limits.turnTimeoutMs, clock);
  let arrivingForms = 0;
  let isStopping = false;

  const preparation = (): Preparation => ({
    ...{ grants, signingKeys, replays, endpointModes },
    nowMs: clock.now(),
  });

  const isFull = (): boolean => {
    let connections = 0;
    for (const listener of listeners) connections += listener.connections;
    return connections > limits.maxConnections;
  };

  const prepareSafely = (
    incoming: IncomingMessage,
    exchange: Exchange,
    entrance: Entrance,
    listener: Listener,
  ): Forward | Refused | ArrivedForm => {
    if (isStopping) return refused('STOPPING');
    if (listener.isTooMuch(incoming.socket)) return refused('TOO_MANY_REQUESTS');
    const { method = '', url: target = '', httpVersion } = incoming;
    const arrived = { method, target, httpVersion, headers: exchange.headers, port: listener.port };
    try {
      return prepare(arrived, entrance, preparation());
    } catch (error) {
      const code = failureCode(error);
      if (code === 'INTERNAL') reportBug(error);
      return refused(code);
    }
  };

  // Not the error's own message: a bug may carry a value that must not be logged.
  const reportBug = (error: unknown): void =>
    logger.log('error', 'the proxy failed unexpectedly', {
      kind: error instanceof Error ? error.name : typeof error,
    });

  const record = (
    incoming: IncomingMessage,
    entrance: Entrance,
    startedAtMs: number,
    rawPath: string | null,
    outcome: Pick<ProxyRecord, 'grant' | 'credential' | 'status' | 'refusal' | 'bytesIn' | 'bytesOut'>,
  ): void => {
    const { method = '', url = '' } = incoming;
    const [path = ''] = url.replace(/^[a-z]+:\/\/[^/?#]*/i, '').split(/[?#]/);
    dependencies.onRecord({
      ...outcome,
      atMs: startedAtMs,
      kind: entrance.kind,
      method,
      path: pathForRecord(entrance.kind, rawPath ?? (path === '' ? '/' : path)),
      ms: clock.now() - startedAtMs,
    });
  };

  /** Until its fields are there nobody is known by it: it gets the time of a head, and room among a few. */
  const receiveForm = async (form: FormRequest, exchange: Exchange): Promise<Forward | Refused> => {
    if (arrivingForms >= limits.maxArrivingForms) return refused('TOO_MANY_REQUESTS');
    arrivingForms += 1;
    const endPatience = clock.after(limits.headersTimeoutMs, () => exchange.abort('REQUEST_TOO_SLOW'));
    try {
      const head = await exchange.readForm(form, limits);
      return prepareForm(form, head, preparation());
    } finally {
      endPatience();
      arrivingForms -= 1;
    }
  };

  /** A request does not outlive its connection. @returns the function that calls that off */
  const endWith = ({ expiresAtMs }: Grant, exchange: Exchange): (() => void) => {
    const leftMs = expiresAtMs === null ? Number.POSITIVE_INFINITY : expiresAtMs - clock.now();
    if (leftMs > LONGEST_REQUEST_MS) return () => undefined;
    return clock.after(leftMs, () => exchange.abort('CONNECTION_EXPIRED'));
  };

  const serve = async (
    incoming: IncomingMessage,
    outgoing: ServerResponse,
    expectsContinue: boolean,
    entrance: Entrance,
    listener: Listener,
  ): Promise<void> => {
    const startedAtMs = clock.now();
    const exchange = new Exchange(incoming, outgoing, entrance.kind, expectsContinue, garbage);
    exchange.watch(limits.idleBodyTimeoutMs);
    running.set(incoming, exchange);
    let endLife = (): void => undefined;
    let prepared = prepareSafely(incoming, exchange, entrance, listener);
    try {
      if (prepared.kind === 'form') prepared = await receiveForm(prepared.form, exchange);
      if (prepared.kind === 'refuse') exchange.refuse(prepared.code);
      else {
        const ready = prepared;
        const { connectionId, connectionName } = ready.grant;
        exchange.uses = {
          connectionId,
          connectionName,
          credentialId: ready.credential.id,
          sinceMs: startedAtMs,
        };
        endLife = endWith(ready.grant, exchange);
        await inFlight.run(ready.grant.connectionId, exchange.cutoff, () => exchange.forward(ready, means));
      }
    } catch (error) {
      if (!isClientGone(error) && failureCode(error) === 'INTERNAL') reportBug(error);
      exchange.fail(error);
    } finally {
      endLife();
      running.delete(incoming);
      if (exchange.uses !== null) lastEndedMs.set(exchange.uses.credentialId, clock.now());
      if (prepared.kind === 'forward' && !exchange.isAnswered) prepared.allowRepeat();
      exchange.linger((task) => clock.after(limits.lingerMs, task));
      const { status, refusal, bytesIn, bytesOut } = exchange;
      const credential = prepared.kind === 'forward' ? prepared.credential : null;
      record(incoming, entrance, startedAtMs, prepared.rawPath, {
        grant: prepared.grant,
        credential,
        status,
        refusal,
        bytesIn,
        bytesOut,
      });
    }
  };

  const openListener = async (entrance: Entrance, port: number): Promise<Listener> => {
    const listener: Listener = new Listener(entrance.kind, limits, clock, {
      isFull,
      onRequest: (incoming, outgoing, expectsContinue) =>
        void serve(incoming, outgoing, expectsContinue, entrance, listener).catch(reportBug),
      onUnreadableBody: (incoming) => running.get(incoming)?.abort('MALFORMED_REQUEST'),
      onTunnelRefused: (incoming) =>
        record(incoming, entrance, clock.now(), null, {
          grant: null,
          credential: null,
          status: 400,
          refusal: 'UPGRADE_REFUSED',
          bytesIn: 0,
          bytesOut: 0,
        }),
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
    signingKeys.clear();
    secretPatterns.clear();
  };

  const abortRunning = (code: ErrorCode): void => {
    for (const exchange of running.values()) exchange.abort(code);
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
    abortRevoked: () => {
      for (const exchange of running.values()) {
        if (exchange.uses === null) continue;
        const { connectionId, credentialId } = exchange.uses;
        const grant = grants.byConnectionId(connectionId);
        if (grant === undefined) exchange.abort('AUTH_UNKNOWN');
        else if (grant.credentials.every(({ id }) => id !== credentialId) && !grants.isRetiring(credentialId))
          exchange.abort('CREDENTIAL_GONE');
      }
    },
    requestsWith: (credentialId) => ({
      running: [...running].flatMap(([{ method = '' }, { uses, bytesIn, bytesOut }]) =>
        uses?.credentialId === credentialId
          ? [{ connectionName: uses.connectionName, method, bytesIn, bytesOut, sinceMs: uses.sinceMs }]
          : [],
      ),
      lastEndedMs: lastEndedMs.get(credentialId) ?? null,
    }),
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
