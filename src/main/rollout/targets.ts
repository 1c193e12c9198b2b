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
import type { SerialQueue } from '../lib/serialQueue.ts';
import { type Collection, collection } from '../vault/collection.ts';
import type { Change, Vault } from '../vault/vault.ts';
import { type Failure, Failures } from './failures.ts';
import { namedValues } from './namedValues.ts';
import { checkPlace, isSamePlace, namesFor, titleOf } from './places.ts';
import type { NamedValue, PlaceWriter } from './placeWriter.ts';
import { presentVersion, type Standing, standingOf } from './standing.ts';
import { type TargetMeta, type TargetRecord, targetMeta } from './targetRecord.ts';

interface TargetsDependencies {
  readonly vault: Pick<Vault, 'records' | 'secretOf' | 'commit'>;
  readonly edits: SerialQueue;
  readonly credentials: {
    find(reference: string, kind?: CredentialKind): Credential;
  };
  /** Whether it gives its place to another one: that one is what its places must learn. */
  readonly isRetiring: (credentialId: string) => boolean;
  readonly writerOf: (place: TargetPlace) => Promise<PlaceWriter>;
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

/** The places outside the vault that must learn the secret of a credential, and what is known of each. */
export class Targets {
  readonly #dependencies: TargetsDependencies;
  readonly #records: Collection<TargetMeta>;
  /** Of the roll-outs: what could not be written, and when it is tried again. */
  readonly failures = new Failures();

  constructor(dependencies: TargetsDependencies) {
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
    const { credentials, edits, vault, writerOf } = this.#dependencies;
    try {
      const found = credentials.find(reference, kind);
      checkPlace(place, access !== undefined);
      const names = namesFor(place, found.kind, wanted);
      this.#requireFree(place, names);
      const writer = await writerOf(place);
      const changes = await this.#withValues(found, names, (values) =>
        writer.preview(place, values, access ?? null),
      );
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
      return { target: this.get(id), changes: [...changes] };
    } finally {
      access?.wipe();
    }
  }

  async remove(id: string): Promise<void> {
    const { edits, vault } = this.#dependencies;
    await edits.run(() => vault.commit([this.#records.delete(this.require(id).id)]));
  }

  async preview(id: string): Promise<Preview> {
    const writer = await this.#dependencies.writerOf(this.require(id).place);
    const record = this.require(id);
    const changes = await this.opened(record, this.credentialOf(record), (values, access) =>
      writer.preview(record.place, values, access),
    );
    return { target: this.get(id), changes: [...changes] };
  }

  /**
   * The changes after which nothing is written before somebody asks: in an earlier state of the vault nothing is
   * known of what lies there now, and the secrets may be dead.
   */
  holdAll(): Change[] {
    return this.#records.list().map((record) => {
      const heldFor = presentVersion(this.credentialOf(record));
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

  /** Those that are to be written by themselves. */
  due(): TargetRecord[] {
    return this.#records.list().filter((record) => this.#standing(record) === 'due');
  }

  get(id: string): Target {
    return this.#shown(this.require(id));
  }

  /** @throws AppError TARGET_UNKNOWN */
  require(id: string): TargetRecord {
    const found = this.#records.get(id);
    if (found === undefined) throw new AppError('TARGET_UNKNOWN');
    return found;
  }

  credentialOf({ credentialId }: TargetRecord): Credential {
    return this.#dependencies.credentials.find(credentialId);
  }

  failureOf(record: TargetRecord): Failure | null {
    return this.failures.of(record.id, presentVersion(this.credentialOf(record)));
  }

  /** Lends what its place is to learn and what opens that place, wiped after the use. */
  async opened<T>(
    { id, names, hasAccess }: TargetRecord,
    credential: Credential,
    use: (values: readonly NamedValue[], access: Secret | null) => Promise<T>,
  ): Promise<T> {
    const access = hasAccess ? this.#dependencies.vault.secretOf(id) : null;
    try {
      return await this.#withValues(credential, names, (values) => use(values, access));
    } finally {
      access?.wipe();
    }
  }

  /** Of a target that was removed meanwhile nothing is written down. */
  change(id: string, change: (record: TargetRecord) => TargetRecord): Promise<void> {
    const { edits, vault } = this.#dependencies;
    return edits.run(async () => {
      const record = this.#records.get(id);
      if (record !== undefined) await vault.commit([this.#put(change(record))]);
    });
  }

  #put({ id, ...meta }: TargetRecord): Change {
    return this.#records.put(id, meta);
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

  #standing(record: TargetRecord): Standing {
    return standingOf(record, presentVersion(this.credentialOf(record)));
  }

  #stateOf(record: TargetRecord): TargetState {
    if (record.written !== null && this.#standing(record) === 'current')
      return { kind: 'current', writtenAt: record.written.at, isVerified: record.written.isVerified };
    const failure = this.failureOf(record);
    if (failure === null) return { kind: 'pending' };
    const { error, retryAtMs } = failure;
    return { kind: 'failed', error: error.toWire(), retryAt: new Date(retryAtMs).toISOString() };
  }

  #shown(record: TargetRecord): Target {
    const { id, credentialId, place, names, hasAccess } = record;
    const { kind: credentialKind } = this.credentialOf(record);
    return {
      ...{ id, credentialId, credentialKind, place, title: titleOf(place), names, hasAccess },
      state: this.#stateOf(record),
    };
  }

  #requireFree(place: TargetPlace, names: ValueNames): void {
    if (this.#records.list().some((record) => isSamePlace(record, { place, names })))
      throw new AppError('INVALID_INPUT', {
        detail: 'There is a target already that writes to this place under such a name.',
        hint: 'Remove that target first, or give other names.',
      });
  }
}
