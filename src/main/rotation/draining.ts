import type { Credential } from '../../shared/contract/credentials.ts';
import type { RunningRequest } from '../../shared/contract/rotation.ts';
import { AppError } from '../lib/appError.ts';
import { retryDelayMs } from '../lib/retryDelay.ts';
import type { SerialQueue } from '../lib/serialQueue.ts';
import type { Clock } from '../ports.ts';
import type { Collection } from '../vault/collection.ts';
import type { Change, Vault } from '../vault/vault.ts';
import { type Facts, nextStep } from './nextStep.ts';
import { type RotationMeta, type RotationRecord, withoutId } from './rotationRecord.ts';

/** What the proxy knows of a credential. */
export interface CredentialRequests {
  readonly running: readonly RunningRequest[];
  readonly lastEndedMs: number | null;
}

export interface DrainingDependencies {
  readonly vault: Pick<Vault, 'commit' | 'state'>;
  readonly clock: Clock;
  readonly edits: SerialQueue;
  readonly credentials: {
    list(): readonly Credential[];
  };
  /** The changes with which a credential goes, and with it all that hangs on it. */
  readonly removalOf: (credentialId: string) => readonly Change[];
  /** The places outside the vault that must learn a new secret. */
  readonly targets: {
    factsOf(credentialId: string): {
      readonly targets: number;
      readonly pending: number;
      readonly lastWrittenMs: number | null;
    };
  };
  readonly minting: {
    deleteAtService(credential: Credential): Promise<void>;
  };
  readonly requestsWith: (credentialId: string) => CredentialRequests;
  readonly onBug: (error: unknown) => void;
  /** A step failed, and nothing was committed. */
  readonly onChange: () => void;
}

interface Problem {
  readonly error: AppError;
  readonly retryAtMs: number;
  readonly failures: number;
}

/** So that a timer can hold it, and a clock that is set forward is noticed. */
const LONGEST_WAIT_MS = 3_600_000;

/** What follows the switch: waits until nothing uses the retiring credential, and deletes it. */
export class Draining {
  readonly #dependencies: DrainingDependencies;
  readonly #records: Collection<RotationMeta>;
  readonly #problems = new Map<string, Problem>();
  readonly #advancing = new Map<string, Promise<void>>();
  #cancelWake: () => void = () => undefined;

  constructor(dependencies: DrainingDependencies, records: Collection<RotationMeta>) {
    this.#dependencies = dependencies;
    this.#records = records;
  }

  /**
   * Deletes the retiring one now, whatever still runs with it.
   * @throws AppError TARGETS_PENDING, or what the service answered; then it is tried again by itself
   */
  async finish(id: string): Promise<void> {
    this.#problems.delete(id);
    await this.#advancing.get(id);
    await this.#beginDeleting(id, ({ servingId }) => {
      if (this.#dependencies.targets.factsOf(servingId).pending > 0) throw new AppError('TARGETS_PENDING');
      return true;
    });
    this.#problems.delete(id);
    await this.#advance(id);
    const problem = this.#problems.get(id);
    if (problem !== undefined) throw problem.error;
  }

  /** Goes on with all of them, now and whenever it is time, until `rest()`. To be called whenever something changed. */
  look(): void {
    const { clock, onBug, vault } = this.#dependencies;
    this.#cancelWake();
    if (vault.state() !== 'unlocked') return;
    const nowMs = clock.now();
    let wakeAtMs = Number.POSITIVE_INFINITY;
    const records = this.#records.list();
    for (const id of this.#problems.keys())
      if (!records.some((record) => record.id === id)) this.#problems.delete(id);
    for (const record of records) {
      const next = this.#next(record, nowMs);
      if (next.kind === 'wait') wakeAtMs = Math.min(wakeAtMs, next.untilMs);
      else if (!this.#advancing.has(record.id)) void this.#advance(record.id).catch(onBug);
    }
    if (wakeAtMs === Number.POSITIVE_INFINITY) return;
    const delayMs = Math.min(Math.max(wakeAtMs - nowMs, 1), LONGEST_WAIT_MS);
    this.#cancelWake = clock.after(delayMs, () => this.look());
  }

  /** On lock and at the end. */
  rest(): void {
    this.#cancelWake();
  }

  factsOf({ id, retiringId, servingId }: RotationRecord): Facts {
    const { requestsWith, targets } = this.#dependencies;
    const { running, lastEndedMs } = requestsWith(retiringId);
    const { pending: pendingTargets, lastWrittenMs: lastRolledOutMs } = targets.factsOf(servingId);
    return {
      ...{ inFlight: running.length, lastEndedMs, pendingTargets, lastRolledOutMs },
      retryAtMs: this.#problems.get(id)?.retryAtMs ?? null,
    };
  }

  /** Why the last try failed. */
  problemOf(id: string): Problem | undefined {
    return this.#problems.get(id);
  }

  #advance(id: string): Promise<void> {
    const running = this.#advancing.get(id) ?? Promise.resolve();
    const step = running
      .then(() => this.#step(id))
      .catch((error: unknown) => this.#failed(id, error))
      .finally(() => {
        if (this.#advancing.get(id) === step) this.#advancing.delete(id);
        this.look();
      });
    this.#advancing.set(id, step);
    return step;
  }

  /** All that is to be done now. */
  async #step(id: string): Promise<void> {
    const { clock, credentials, edits, minting, removalOf, vault } = this.#dependencies;
    const isDrained = (record: RotationRecord): boolean => this.#next(record, clock.now()).kind !== 'wait';
    await this.#beginDeleting(id, isDrained);
    const record = this.#records.get(id);
    if (record?.step !== 'deleting' || !isDrained(record)) return;
    const retiring = credentials.list().find((credential) => credential.id === record.retiringId);
    if (retiring !== undefined) await minting.deleteAtService(retiring);
    await edits.run(() => vault.commit([...removalOf(record.retiringId), this.#records.delete(id)]));
    this.#problems.delete(id);
  }

  async #beginDeleting(id: string, isWanted: (record: RotationRecord) => boolean): Promise<void> {
    const { edits, vault } = this.#dependencies;
    await edits.run(async () => {
      const record = this.#records.get(id);
      if (record?.step !== 'draining' || !isWanted(record)) return;
      await vault.commit([this.#records.put(id, withoutId({ ...record, step: 'deleting' }))]);
    });
  }

  #failed(id: string, error: unknown): void {
    const { clock, onBug, onChange } = this.#dependencies;
    if (!(error instanceof AppError)) onBug(error);
    else if (error.code === 'VAULT_LOCKED') return; // The next unlock goes on.
    const failures = (this.#problems.get(id)?.failures ?? 0) + 1;
    this.#problems.set(id, {
      error: error instanceof AppError ? error : new AppError('INTERNAL'),
      retryAtMs: clock.now() + retryDelayMs(failures),
      failures,
    });
    onChange();
  }

  #next(record: RotationRecord, nowMs: number): ReturnType<typeof nextStep> {
    return nextStep(record, this.factsOf(record), nowMs);
  }
}
