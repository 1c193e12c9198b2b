import { randomUUID } from 'node:crypto';
import type { Credential, CredentialKind } from '../../shared/contract/credentials.ts';
import type {
  Target,
  TargetChange,
  TargetPlace,
  TargetState,
  ValueNames,
} from '../../shared/contract/rollout.ts';
import { AppError } from '../lib/appError.ts';
import type { Secret } from '../lib/secret.ts';
import { SerialQueue } from '../lib/serialQueue.ts';
import type { Clock } from '../ports.ts';
import { type Collection, collection } from '../vault/collection.ts';
import type { Change, Vault } from '../vault/vault.ts';
import { type Failure, Failures } from './failures.ts';
import { namedValues } from './namedValues.ts';
import { checkPlace, isSamePlace, namesFor, scopeOf, titleOf } from './places.ts';
import type { NamedValue, PlaceWriter } from './placeWriter.ts';
import { isSameVersion, presentVersion, type Standing, standingOf } from './standing.ts';
import { type SecretVersion, type TargetMeta, type TargetRecord, targetMeta } from './targetRecord.ts';

interface RolloutsDependencies {
  readonly vault: Pick<Vault, 'records' | 'secretOf' | 'commit' | 'state'>;
  readonly clock: Clock;
  readonly edits: SerialQueue;
  readonly credentials: {
    find(reference: string, kind?: CredentialKind): Credential;
  };
  /** Whether it gives its place to another one: that one is what its places must learn. */
  readonly isRetiring: (credentialId: string) => boolean;
  readonly writerOf: (place: TargetPlace) => Promise<PlaceWriter>;
  readonly onBug: (error: unknown) => void;
  /** What `list` says is different, and nothing was committed. */
  readonly onChange: () => void;
}

export interface NewTarget {
  readonly credential: string;
  readonly kind?: CredentialKind | undefined;
  readonly place: TargetPlace;
  readonly names?: ValueNames | undefined;
  readonly access?: Secret | undefined;
}

export interface Preview {
  readonly target: Target;
  readonly changes: TargetChange[];
}

/** What the places of one credential know. */
export interface RolloutFacts {
  readonly targets: number;
  /** Of those, how many do not hold its present secret for all we know. */
  readonly pending: number;
  /** When the last of the others got it. */
  readonly lastWrittenMs: number | null;
}

/** So that a timer can hold it, and a clock that is set forward is noticed. */
const LONGEST_WAIT_MS = 3_600_000;

/** Keeps the places outside the vault up to date with the secrets of their credentials. */
export class Rollouts {
  readonly #dependencies: RolloutsDependencies;
  readonly #records: Collection<TargetMeta>;
  readonly #failures = new Failures();
  /** Where two targets may lie in one file or document, they are written one after another. */
  readonly #queues = new Map<string, SerialQueue>();
  /** Ids of those that are written by themselves now. */
  readonly #underWay = new Set<string>();
  #cancelWake: () => void = () => undefined;

  constructor(dependencies: RolloutsDependencies) {
    this.#dependencies = dependencies;
    this.#records = collection(dependencies.vault, 'target', targetMeta);
  }

  list(reference?: string, kind?: CredentialKind): Target[] {
    const { credentials } = this.#dependencies;
    const only = reference === undefined ? null : credentials.find(reference, kind).id;
    return this.#records
      .list()
      .filter(({ credentialId }) => only === null || credentialId === only)
      .map((record) => this.#shown(record));
  }

  /** A place that cannot be looked at is not remembered. @throws AppError INVALID_INPUT | TARGET_… */
  async add({ credential: reference, kind, place, names: wanted, access }: NewTarget): Promise<Preview> {
    const { credentials, edits, vault } = this.#dependencies;
    try {
      const found = credentials.find(reference, kind);
      checkPlace(place, access !== undefined);
      const names = namesFor(place, found.kind, wanted);
      this.#requireFree(place, names);
      const changes = await this.#compare(found, { place, names }, access ?? null);
      const id = randomUUID();
      await edits.run(async () => {
        // It may have got another secret meanwhile, or have gone.
        const credential = credentials.find(found.id);
        if (this.#dependencies.isRetiring(credential.id)) throw new AppError('ROTATION_RUNNING');
        this.#requireFree(place, names);
        const meta: TargetMeta = {
          ...{ workspaceId: credential.workspaceId, credentialId: credential.id, place, names },
          ...{ hasAccess: access !== undefined, heldFor: presentVersion(credential), written: null },
        };
        await vault.commit([this.#records.put(id, meta, access)]);
      });
      return { target: this.#shown(this.#require(id)), changes };
    } finally {
      access?.wipe();
    }
  }

  async remove(id: string): Promise<void> {
    const { edits, vault } = this.#dependencies;
    await edits.run(() => vault.commit([this.#records.delete(this.#require(id).id)]));
  }

  async preview(id: string): Promise<Preview> {
    const record = this.#require(id);
    const changes = await this.#withAccess(record, (access) =>
      this.#compare(this.#credentialOf(record), record, access),
    );
    return { target: this.#shown(this.#require(id)), changes };
  }

  /** @throws what went wrong; then it is tried again by itself */
  async write(id: string): Promise<Target> {
    const { place } = this.#require(id);
    await this.#queueOf(place).run(async () => {
      if (this.#require(id).heldFor !== null)
        await this.#change(id, (record) => ({ ...record, heldFor: null }));
      await this.#write(this.#require(id));
    });
    return this.#shown(this.#require(id));
  }

  /**
   * The changes after which nothing is written before somebody asks: in an earlier state of the vault nothing is
   * known of what lies there now, and the secrets may be dead.
   */
  holdAll(): Change[] {
    return this.#records.list().map((record) => {
      const heldFor = presentVersion(this.#credentialOf(record));
      return this.#put({ ...record, heldFor, written: null });
    });
  }

  /** The changes that have every place learn the one in the place of the other. */
  rebind(fromId: string, toId: string): Change[] {
    return this.#records
      .list()
      .filter(({ credentialId }) => credentialId === fromId)
      .map((record) => this.#put({ ...record, credentialId: toId, heldFor: null }));
  }

  /** The changes that go with a credential that is deleted. */
  removeOf(credentialId: string): Change[] {
    return this.#records
      .list()
      .filter((record) => record.credentialId === credentialId)
      .map(({ id }) => this.#records.delete(id));
  }

  idsOf(workspaceId: string): string[] {
    return this.#records
      .list()
      .filter((record) => record.workspaceId === workspaceId)
      .map(({ id }) => id);
  }

  factsOf(credentialId: string): RolloutFacts {
    const records = this.#records.list().filter((record) => record.credentialId === credentialId);
    const pending = records.filter((record) => this.#standing(record) !== 'current');
    const written = records.filter((record) => !pending.includes(record));
    const times = written.map((record) => Date.parse(record.written?.at ?? ''));
    return {
      ...{ targets: records.length, pending: pending.length },
      lastWrittenMs: times.length === 0 ? null : Math.max(...times),
    };
  }

  /** What could not be written, each in one sentence. */
  notices(): string[] {
    return this.list().flatMap(({ credentialId, title, state }) =>
      state.kind !== 'failed'
        ? []
        : [
            `The ${title} has not learned the present secret of “${this.#dependencies.credentials.find(credentialId).name}”: ${state.error.message} ${state.error.hint}`,
          ],
    );
  }

  /** Writes what is due, now and whenever it is time, until `rest()`. To be called whenever something changed. */
  look(): void {
    const { clock, onBug, vault } = this.#dependencies;
    this.#cancelWake();
    if (vault.state() !== 'unlocked') return;
    const nowMs = clock.now();
    const due = this.#records.list().filter((record) => this.#standing(record) === 'due');
    this.#failures.keep(due.map(({ id }) => id));
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
    const { clock } = this.#dependencies;
    const record = this.#records.get(id);
    if (record === undefined || this.#standing(record) !== 'due') return;
    if (this.#retryAtMs(record) <= clock.now()) await this.#write(record);
  }

  /** What is known of the place is committed afterwards: whatever ends the process before, it is written again. */
  async #write(record: TargetRecord): Promise<void> {
    const { clock, writerOf } = this.#dependencies;
    const credential = this.#credentialOf(record);
    const secret = presentVersion(credential);
    try {
      const writer = await writerOf(record.place);
      const { isVerified } = await this.#withAccess(record, (access) =>
        this.#withValues(credential, record.names, (values) => writer.write(record.place, values, access)),
      );
      const at = new Date(clock.now()).toISOString();
      await this.#change(record.id, (now) => ({ ...now, written: { ...secret, at, isVerified } }));
      this.#failures.forget(record.id);
    } catch (error) {
      await this.#failed(record, secret, error);
      throw error;
    }
  }

  async #failed({ id, written }: TargetRecord, secret: SecretVersion, error: unknown): Promise<void> {
    const { clock, onBug, onChange } = this.#dependencies;
    if (!(error instanceof AppError)) onBug(error);
    else if (error.code === 'VAULT_LOCKED') return; // The next unlock goes on.
    this.#failures.add(id, secret, error instanceof AppError ? error : new AppError('INTERNAL'), clock.now());
    // Of a place that was current nobody knows any more that it is.
    if (isSameVersion(written, secret))
      await this.#change(id, (now) => ({ ...now, written: null })).catch(() => undefined);
    onChange();
    this.look();
  }

  async #compare(
    credential: Credential,
    { place, names }: Pick<TargetMeta, 'place' | 'names'>,
    access: Secret | null,
  ): Promise<TargetChange[]> {
    const writer = await this.#dependencies.writerOf(place);
    return this.#withValues(credential, names, async (values) => [
      ...(await writer.preview(place, values, access)),
    ]);
  }

  async #withValues<T>(
    credential: Credential,
    names: ValueNames,
    use: (values: readonly NamedValue[]) => Promise<T>,
  ): Promise<T> {
    const secret = this.#dependencies.vault.secretOf(credential.id);
    try {
      return await use(namedValues(credential, names, secret));
    } finally {
      secret.wipe();
    }
  }

  async #withAccess<T>(
    { id, hasAccess }: TargetRecord,
    use: (access: Secret | null) => Promise<T>,
  ): Promise<T> {
    const access = hasAccess ? this.#dependencies.vault.secretOf(id) : null;
    try {
      return await use(access);
    } finally {
      access?.wipe();
    }
  }

  /** Of a target that was removed meanwhile nothing is written down. */
  #change(id: string, change: (record: TargetRecord) => TargetRecord): Promise<void> {
    const { edits, vault } = this.#dependencies;
    return edits.run(async () => {
      const record = this.#records.get(id);
      if (record !== undefined) await vault.commit([this.#put(change(record))]);
    });
  }

  #put({ id, ...meta }: TargetRecord): Change {
    return this.#records.put(id, meta);
  }

  #credentialOf({ credentialId }: TargetRecord): Credential {
    return this.#dependencies.credentials.find(credentialId);
  }

  #standing(record: TargetRecord): Standing {
    return standingOf(record, presentVersion(this.#credentialOf(record)));
  }

  #failureOf(record: TargetRecord): Failure | null {
    return this.#failures.of(record.id, presentVersion(this.#credentialOf(record)));
  }

  /** Long ago, unless the last try failed. */
  #retryAtMs(record: TargetRecord): number {
    return this.#failureOf(record)?.retryAtMs ?? 0;
  }

  #stateOf(record: TargetRecord): TargetState {
    if (record.written !== null && this.#standing(record) === 'current')
      return { kind: 'current', writtenAt: record.written.at, isVerified: record.written.isVerified };
    const failure = this.#failureOf(record);
    if (failure === null) return { kind: 'pending' };
    const { error, retryAtMs } = failure;
    return { kind: 'failed', error: error.toWire(), retryAt: new Date(retryAtMs).toISOString() };
  }

  #shown(record: TargetRecord): Target {
    const { id, credentialId, place, names, hasAccess } = record;
    const { kind: credentialKind } = this.#credentialOf(record);
    return {
      ...{ id, credentialId, credentialKind, place, title: titleOf(place), names, hasAccess },
      state: this.#stateOf(record),
    };
  }

  #require(id: string): TargetRecord {
    const found = this.#records.get(id);
    if (found === undefined) throw new AppError('TARGET_UNKNOWN');
    return found;
  }

  #requireFree(place: TargetPlace, names: ValueNames): void {
    if (this.#records.list().some((record) => isSamePlace(record, { place, names })))
      throw new AppError('INVALID_INPUT', {
        detail: 'There is a target already that writes to this place under such a name.',
        hint: 'Remove that target first, or give other names.',
      });
  }
}
