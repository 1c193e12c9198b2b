import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Credential } from '../../shared/contract/credentials.ts';
import type { ErrorCode } from '../../shared/errorCodes.ts';
import { Roster } from '../lib/roster.ts';
import { YoungGarbage } from '../lib/youngGarbage.ts';
import type { Clock, Logger } from '../ports.ts';
import { CredentialRequests } from './credentialRequests.ts';
import { Exchange, type ForwardMeans, isClientGone } from './exchange.ts';
import type { Grant, Grants, ProxyRecord } from './grants.ts';
import { Holds } from './holds.ts';
import { InFlight } from './inFlight.ts';
import type { ProxyLimits } from './limits.ts';
import { pathForRecord } from './pathCapability.ts';
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
import { SigningKeys } from './signingKeys.ts';
import { failureCode } from './upstreamError.ts';

export interface RequestServerDependencies {
  readonly grants: Grants;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly limits: ProxyLimits;
  readonly means: ForwardMeans;
  onRecord(record: ProxyRecord): void;
}

/** A request as a listener has received its head. */
export interface Arrival {
  readonly incoming: IncomingMessage;
  readonly outgoing: ServerResponse;
  readonly expectsContinue: boolean;
  readonly entrance: Entrance;
  /** Of the listener. */
  readonly port: number;
  /** Set where it is not even to be looked at. */
  readonly refusal: ErrorCode | null;
}

type Prepared = Forward | Refused | ArrivedForm;

/** Beyond this no request is expected to run, nor can a timer. */
const LONGEST_REQUEST_MS = 24 * 24 * 60 * 60_000;

/** What becomes of a request, from its arrival to its record: let in, held while its key changes, forwarded, answered. */
export class RequestServer {
  readonly #dependencies: RequestServerDependencies;
  readonly #signingKeys = new SigningKeys();
  readonly #replays = new ReplayGuard();
  readonly #garbage = new YoungGarbage();
  readonly #running = new Roster<Exchange>();
  readonly requests: CredentialRequests;
  readonly holds: Holds;
  readonly #inFlight: InFlight;
  #arrivingForms = 0;

  constructor(dependencies: RequestServerDependencies) {
    const { clock, limits } = dependencies;
    this.#dependencies = dependencies;
    this.requests = new CredentialRequests(clock);
    this.holds = new Holds(limits.maxHeld, limits.holdTimeoutMs, clock);
    this.#inFlight = new InFlight(limits.maxInFlight, limits.turnTimeoutMs, clock);
  }

  /** Never fails: what goes wrong is the tool's reply, or a line in the log. */
  serve(arrival: Arrival): void {
    this.#serve(arrival).catch((error) => this.#reportBug(error));
  }

  /** The rest of its body is no HTTP. */
  abortUnreadable(incoming: IncomingMessage): void {
    const exchange = this.#running.members().find((running) => running.isOf(incoming));
    exchange?.abort('MALFORMED_REQUEST');
  }

  abortAll(code: ErrorCode): void {
    for (const exchange of this.#running.members()) exchange.abort(code);
  }

  /** Ends those whose connection or credential is no more. */
  abortRevoked(): void {
    const { grants } = this.#dependencies;
    for (const exchange of this.#running.members()) {
      if (exchange.uses === null) continue;
      const { connectionId, credentialId } = exchange.uses;
      const grant = grants.byConnectionId(connectionId);
      if (grant === undefined) exchange.abort('AUTH_UNKNOWN');
      else if (grant.credentials.every(({ id }) => id !== credentialId) && !grants.isRetiring(credentialId))
        exchange.abort('CREDENTIAL_GONE');
    }
  }

  forgetKeys(): void {
    this.#signingKeys.clear();
  }

  /** Of a request that nothing became of but a refusal. */
  recordRefused({ incoming, entrance }: Pick<Arrival, 'incoming' | 'entrance'>, refusal: ErrorCode): void {
    const outcome = { status: 400, refusal, bytesIn: 0, bytesOut: 0 };
    this.#record(incoming, entrance, this.#dependencies.clock.now(), refused(refusal), outcome);
  }

  async #serve(arrival: Arrival): Promise<void> {
    const { clock, limits, means } = this.#dependencies;
    const { incoming, outgoing, expectsContinue, entrance } = arrival;
    const startedAtMs = clock.now();
    const exchange = new Exchange(incoming, outgoing, entrance.kind, expectsContinue, this.#garbage);
    exchange.watch(limits.idleBodyTimeoutMs);
    const endRun = this.#running.add(exchange);
    let endLife = nothing;
    let endUse = nothing;
    // As of its arrival, also when it is done again: a request that has to wait here grows no older by it.
    let prepareAnew = (): Prepared => this.#prepare(arrival, exchange, startedAtMs);
    let prepared = prepareAnew();
    /** Once the secret of its credential has changed. What is prepared takes the place of what was. */
    const renewed = async ({ credential, allowRepeat }: Forward): Promise<Forward | Refused> => {
      endUse();
      await this.holds.wait(credential.id, exchange.cutoff);
      allowRepeat();
      const again = prepareAnew();
      prepared = again;
      return again.kind === 'form' ? refused('INTERNAL') : ready(again);
    };
    /** What may be sent now. */
    const ready = async (next: Forward | Refused): Promise<Forward | Refused> => {
      if (next.kind === 'refuse') return next;
      const { connectionId, connectionName } = next.grant;
      exchange.uses = { connectionId, credentialId: next.credential.id };
      if (this.holds.isHeld(next.credential.id)) return renewed(next);
      endUse = this.requests.begin(next.credential.id, {
        describe: () => {
          const { bytesIn, bytesOut } = exchange;
          const since = new Date(startedAtMs).toISOString();
          return { connection: connectionName, method: incoming.method ?? '', bytesIn, bytesOut, since };
        },
      });
      return next;
    };
    try {
      if (prepared.kind === 'form') {
        prepareAnew = await this.#receiveForm(prepared.form, exchange);
        prepared = prepareAnew();
      }
      if (prepared.kind === 'forward') endLife = this.#endWith(prepared.grant, exchange);
      const forward = prepared.kind === 'form' ? refused('INTERNAL') : await ready(prepared);
      if (forward.kind === 'refuse') exchange.refuse(forward.code);
      else
        await this.#inFlight.run(forward.grant.connectionId, exchange.cutoff, () =>
          exchange.forward(forward, means, async (stale) =>
            this.holds.isHeld(stale.credential.id) || !this.#isCurrent(stale) ? renewed(stale) : null,
          ),
        );
    } catch (error) {
      if (!isClientGone(error) && failureCode(error) === 'INTERNAL') this.#reportBug(error);
      exchange.fail(error);
    } finally {
      endLife();
      endUse();
      endRun();
      if (prepared.kind === 'forward' && !exchange.isAnswered) prepared.allowRepeat();
      exchange.linger((task) => clock.after(limits.lingerMs, task));
      this.#record(incoming, entrance, startedAtMs, prepared, exchange);
    }
  }

  #prepare({ incoming, entrance, port, refusal }: Arrival, { headers }: Exchange, nowMs: number): Prepared {
    if (refusal !== null) return refused(refusal);
    const { method = '', url: target = '', httpVersion } = incoming;
    try {
      return prepare({ method, target, httpVersion, headers, port }, entrance, this.#preparation(nowMs));
    } catch (error) {
      const code = failureCode(error);
      if (code === 'INTERNAL') this.#reportBug(error);
      return refused(code);
    }
  }

  #preparation(nowMs: number): Preparation {
    const { grants, means } = this.#dependencies;
    const { endpointModes } = means;
    return { grants, signingKeys: this.#signingKeys, replays: this.#replays, endpointModes, nowMs };
  }

  /** Until its fields are there nobody is known by it: it gets the time of a head, and room among a few. */
  async #receiveForm(form: FormRequest, exchange: Exchange): Promise<() => Prepared> {
    const { clock, limits } = this.#dependencies;
    if (this.#arrivingForms >= limits.maxArrivingForms) return () => refused('TOO_MANY_REQUESTS');
    this.#arrivingForms += 1;
    const endPatience = clock.after(limits.headersTimeoutMs, () => exchange.abort('REQUEST_TOO_SLOW'));
    try {
      const head = await exchange.readForm(form, limits);
      const nowMs = clock.now();
      return () => prepareForm(form, head, this.#preparation(nowMs));
    } finally {
      endPatience();
      this.#arrivingForms -= 1;
    }
  }

  /** A request does not outlive its connection. @returns the function that calls that off */
  #endWith({ expiresAtMs }: Grant, exchange: Exchange): () => void {
    const { clock } = this.#dependencies;
    const leftMs = expiresAtMs === null ? Number.POSITIVE_INFINITY : expiresAtMs - clock.now();
    if (leftMs > LONGEST_REQUEST_MS) return nothing;
    return clock.after(leftMs, () => exchange.abort('CONNECTION_EXPIRED'));
  }

  #isCurrent({ grant, credential, secret }: Forward): boolean {
    const { grants } = this.#dependencies;
    const bound = grants.byConnectionId(grant.connectionId)?.credentials ?? [];
    const now = bound.find(({ id }) => id === credential.id);
    if (now === undefined) return false;
    const idOf = (one: Credential): string => (one.kind === 'key' ? one.accessKeyId : '');
    return idOf(now) === idOf(credential) && grants.secretOf(now).revealBytes().equals(secret.revealBytes());
  }

  #record(
    { method = '', url = '' }: IncomingMessage,
    { kind }: Entrance,
    atMs: number,
    prepared: Prepared,
    outcome: Pick<ProxyRecord, 'status' | 'refusal' | 'bytesIn' | 'bytesOut'>,
  ): void {
    const { clock, onRecord } = this.#dependencies;
    const { grant, rawPath } = prepared;
    const credential = prepared.kind === 'forward' ? prepared.credential : null;
    const { status, refusal, bytesIn, bytesOut } = outcome;
    const path = pathForRecord(kind, rawPath ?? pathIn(url));
    const ms = clock.now() - atMs;
    onRecord({ atMs, grant, credential, kind, method, path, status, refusal, ms, bytesIn, bytesOut });
  }

  // Not the error's own message: a bug may carry a value that must not be logged.
  #reportBug(error: unknown): void {
    this.#dependencies.logger.log('error', 'the proxy failed unexpectedly', {
      kind: error instanceof Error ? error.name : typeof error,
    });
  }
}

/** Of a request that nobody came to judge. */
const pathIn = (target: string): string => {
  const [path = ''] = target.replace(/^[a-z]+:\/\/[^/?#]*/i, '').split(/[?#]/);
  return path === '' ? '/' : path;
};

const nothing = (): void => undefined;
