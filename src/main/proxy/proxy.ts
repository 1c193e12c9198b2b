import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Credential } from '../../shared/contract/credentials.ts';
import type { ErrorCode } from '../../shared/errorCodes.ts';
import { Roster } from '../lib/roster.ts';
import { YoungGarbage } from '../lib/youngGarbage.ts';
import type { Clock, Logger } from '../ports.ts';
import { CredentialRequests } from './credentialRequests.ts';
import { Exchange, type ForwardMeans, isClientGone } from './exchange.ts';
import type { Grant, Grants, ProxyRecord, RunningRequest } from './grants.ts';
import { type HoldCost, Holds } from './holds.ts';
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
  /** When nothing runs with it, or the time is over. @returns whether nothing runs */
  idle(credentialId: string, limitMs: number): Promise<boolean>;
  /** From now on new requests with it wait. @returns the function that lets them go on, prepared anew */
  hold(credentialId: string): () => HoldCost;
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
  const running = new Roster<Exchange>();
  const requests = new CredentialRequests(clock);
  const holds = new Holds(limits.maxHeld, limits.holdTimeoutMs, clock);
  const inFlight = new InFlight(limits.maxInFlight, limits.turnTimeoutMs, clock);
  let arrivingForms = 0;
  let isStopping = false;

  const preparation = (nowMs: number): Preparation => ({
    ...{ grants, signingKeys, replays, endpointModes },
    nowMs,
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
    nowMs: number,
  ): Forward | Refused | ArrivedForm => {
    if (isStopping) return refused('STOPPING');
    if (listener.isTooMuch(incoming.socket)) return refused('TOO_MANY_REQUESTS');
    const { method = '', url: target = '', httpVersion } = incoming;
    const arrived = { method, target, httpVersion, headers: exchange.headers, port: listener.port };
    try {
      return prepare(arrived, entrance, preparation(nowMs));
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
  const receiveForm = async (form: FormRequest, exchange: Exchange): Promise<() => Forward | Refused> => {
    if (arrivingForms >= limits.maxArrivingForms) return () => refused('TOO_MANY_REQUESTS');
    arrivingForms += 1;
    const endPatience = clock.after(limits.headersTimeoutMs, () => exchange.abort('REQUEST_TOO_SLOW'));
    try {
      const head = await exchange.readForm(form, limits);
      const nowMs = clock.now();
      return () => prepareForm(form, head, preparation(nowMs));
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

  const isCurrent = ({ grant, credential, secret }: Forward): boolean => {
    const bound = grants.byConnectionId(grant.connectionId)?.credentials ?? [];
    const now = bound.find(({ id }) => id === credential.id);
    if (now === undefined) return false;
    const idOf = (one: Credential): string => (one.kind === 'key' ? one.accessKeyId : '');
    return idOf(now) === idOf(credential) && grants.secretOf(now).revealBytes().equals(secret.revealBytes());
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
    const endRun = running.add(exchange);
    let endLife = (): void => undefined;
    let endUse = (): void => undefined;
    // As of its arrival, also when it is done again: a request that has to wait here grows no older by it.
    let prepareAnew = (): ReturnType<typeof prepareSafely> =>
      prepareSafely(incoming, exchange, entrance, listener, startedAtMs);
    let prepared = prepareAnew();
    /** Once the secret of its credential has changed. What is prepared takes the place of what was. */
    const renewed = async ({ credential, allowRepeat }: Forward): Promise<Forward | Refused> => {
      endUse();
      exchange.uses = null;
      await holds.wait(credential.id, exchange.cutoff);
      allowRepeat();
      const again = prepareAnew();
      prepared = again;
      return again.kind === 'form' ? refused('INTERNAL') : ready(again);
    };
    /** What may be sent now. */
    const ready = async (next: Forward | Refused): Promise<Forward | Refused> => {
      if (next.kind === 'refuse') return next;
      if (holds.isHeld(next.credential.id)) return renewed(next);
      const { connectionId, connectionName } = next.grant;
      exchange.uses = { connectionId, credentialId: next.credential.id };
      endUse = requests.begin(next.credential.id, {
        describe: () => {
          const { bytesIn, bytesOut } = exchange;
          return { connectionName, method: incoming.method ?? '', bytesIn, bytesOut, sinceMs: startedAtMs };
        },
      });
      return next;
    };
    try {
      if (prepared.kind === 'form') {
        prepareAnew = await receiveForm(prepared.form, exchange);
        prepared = prepareAnew();
      }
      if (prepared.kind === 'forward') endLife = endWith(prepared.grant, exchange);
      const forward = prepared.kind === 'form' ? refused('INTERNAL') : await ready(prepared);
      if (forward.kind === 'refuse') exchange.refuse(forward.code);
      else
        await inFlight.run(forward.grant.connectionId, exchange.cutoff, () =>
          exchange.forward(forward, means, async (stale) =>
            holds.isHeld(stale.credential.id) || !isCurrent(stale) ? renewed(stale) : null,
          ),
        );
    } catch (error) {
      if (!isClientGone(error) && failureCode(error) === 'INTERNAL') reportBug(error);
      exchange.fail(error);
    } finally {
      endLife();
      endUse();
      endRun();
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
      onUnreadableBody: (incoming) =>
        running
          .members()
          .find((exchange) => exchange.isOf(incoming))
          ?.abort('MALFORMED_REQUEST'),
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
    for (const exchange of running.members()) exchange.abort(code);
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
      for (const exchange of running.members()) {
        if (exchange.uses === null) continue;
        const { connectionId, credentialId } = exchange.uses;
        const grant = grants.byConnectionId(connectionId);
        if (grant === undefined) exchange.abort('AUTH_UNKNOWN');
        else if (grant.credentials.every(({ id }) => id !== credentialId) && !grants.isRetiring(credentialId))
          exchange.abort('CREDENTIAL_GONE');
      }
    },
    requestsWith: (credentialId) => ({
      running: requests.running(credentialId),
      lastEndedMs: requests.lastEndedMs(credentialId),
    }),
    idle: (credentialId, limitMs) => requests.idle(credentialId, limitMs),
    hold: (credentialId) => holds.hold(credentialId),
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
