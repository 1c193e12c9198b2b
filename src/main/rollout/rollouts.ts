import type { Target, TargetPlace } from '../../shared/contract/rollout.ts';
import { AppError } from '../lib/appError.ts';
import { SerialQueue } from '../lib/serialQueue.ts';
import type { Clock } from '../ports.ts';
import type { Vault } from '../vault/vault.ts';
import { scopeOf } from './places.ts';
import type { PlaceWriter } from './placeWriter.ts';
import { isSameVersion, presentVersion } from './standing.ts';
import type { SecretVersion, TargetRecord } from './targetRecord.ts';
import type { Targets } from './targets.ts';

interface RolloutsDependencies {
  readonly vault: Pick<Vault, 'state'>;
  readonly clock: Clock;
  readonly targets: Targets;
  readonly writerOf: (place: TargetPlace) => Promise<PlaceWriter>;
  readonly onBug: (error: unknown) => void;
  /** What is known of a target is different, and nothing was committed. */
  readonly onChange: () => void;
}

/** So that a timer can hold it, and a clock that is set forward is noticed. */
const LONGEST_WAIT_MS = 3_600_000;

/** Writes the secrets of credentials to their targets: when they are due, and when somebody asks. */
export class Rollouts {
  readonly #dependencies: RolloutsDependencies;
  /** Where two targets may lie in one file or document, they are written one after another. */
  readonly #queues = new Map<string, SerialQueue>();
  /** Ids of those that are written by themselves now. */
  readonly #underWay = new Set<string>();
  #cancelWake: () => void = () => undefined;

  constructor(dependencies: RolloutsDependencies) {
    this.#dependencies = dependencies;
  }

  /** @throws what went wrong; then it is tried again by itself */
  async write(id: string): Promise<Target> {
    const { targets } = this.#dependencies;
    await this.#queueOf(targets.require(id).place).run(async () => {
      if (targets.require(id).heldFor !== null)
        await targets.change(id, (record) => ({ ...record, heldFor: null }));
      await this.#write(targets.require(id));
    });
    return targets.get(id);
  }

  /** Writes what is due, now and whenever it is time, until `rest()`. To be called whenever something changed. */
  look(): void {
    const { clock, onBug, targets, vault } = this.#dependencies;
    this.#cancelWake();
    if (vault.state() !== 'unlocked') return;
    const nowMs = clock.now();
    const due = targets.due();
    targets.failures.keep(due.map(({ id }) => id));
    let nextMs = Number.POSITIVE_INFINITY;
    for (const record of due) {
      if (this.#underWay.has(record.id)) continue;
      const atMs = this.#retryAtMs(record);
      if (atMs > nowMs) nextMs = Math.min(nextMs, atMs);
      else void this.#writeByItself(record).catch(onBug);
    }
    if (nextMs !== Number.POSITIVE_INFINITY)
      this.#cancelWake = clock.after(Math.min(nextMs - nowMs, LONGEST_WAIT_MS), () => this.look());
  }

  /** On lock and at the end. */
  rest(): void {
    this.#cancelWake();
  }

  #queueOf(place: TargetPlace): SerialQueue {
    const name = scopeOf(place);
    const queue = this.#queues.get(name) ?? new SerialQueue();
    this.#queues.set(name, queue);
    return queue;
  }

  async #writeByItself({ id, place }: TargetRecord): Promise<void> {
    this.#underWay.add(id);
    try {
      // Why it failed is kept by `#failed`.
      await this.#queueOf(place)
        .run(() => this.#writeIfDue(id))
        .catch(() => undefined);
    } finally {
      this.#underWay.delete(id);
      this.look();
    }
  }

  async #writeIfDue(id: string): Promise<void> {
    const { clock, targets } = this.#dependencies;
    const record = targets.due().find((due) => due.id === id);
    if (record !== undefined && this.#retryAtMs(record) <= clock.now()) await this.#write(record);
  }

  /** What is known of the place is committed afterwards: whatever ends the process before, it is written again. */
  async #write(record: TargetRecord): Promise<void> {
    const { clock, targets, writerOf } = this.#dependencies;
    const credential = targets.credentialOf(record);
    const secret = presentVersion(credential);
    try {
      const writer = await writerOf(record.place);
      const { isVerified } = await targets.opened(record, credential, (values, access) =>
        writer.write(record.place, values, access),
      );
      const at = new Date(clock.now()).toISOString();
      await targets.change(record.id, (now) => ({ ...now, written: { ...secret, at, isVerified } }));
      targets.failures.forget(record.id);
    } catch (error) {
      await this.#failed(record, secret, error);
      throw error;
    }
  }

  async #failed({ id, written }: TargetRecord, secret: SecretVersion, error: unknown): Promise<void> {
    const { clock, onBug, onChange, targets } = this.#dependencies;
    if (!(error instanceof AppError)) onBug(error);
    else if (error.code === 'VAULT_LOCKED') return; // The next unlock goes on.
    const shown = error instanceof AppError ? error : new AppError('INTERNAL');
    targets.failures.add(id, secret, shown, clock.now());
    // Of a place that was current nobody knows any more that it is.
    if (isSameVersion(written, secret))
      await targets.change(id, (now) => ({ ...now, written: null })).catch(() => undefined);
    onChange();
    this.look();
  }

  /** Long ago, unless the last try failed. */
  #retryAtMs(record: TargetRecord): number {
    return this.#dependencies.targets.failureOf(record)?.retryAtMs ?? 0;
  }
}
