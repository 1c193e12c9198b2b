import { randomUUID } from 'node:crypto';
import type { Credential, CredentialKind } from '../../shared/contract/credentials.ts';
import type { Rotation } from '../../shared/contract/rotation.ts';
import { isExpired } from '../../shared/expiry.ts';
import { AppError } from '../lib/appError.ts';
import { type Collection, collection } from '../vault/collection.ts';
import type { Change, Vault } from '../vault/vault.ts';
import { Draining, type DrainingDependencies } from './draining.ts';
import { drainedAtMs } from './nextStep.ts';
import { type RotationMeta, type RotationRecord, rotationMeta, withoutId } from './rotationRecord.ts';

/** Made by the service, to be sealed by the changes or taken back. */
export interface Replacement {
  readonly credential: Credential;
  readonly changes: readonly Change[];
  /** @returns the failure to report instead of `cause` */
  takeBack(cause: unknown): Promise<AppError>;
}

export interface RotationsDependencies extends DrainingDependencies {
  readonly vault: DrainingDependencies['vault'] & Pick<Vault, 'records'>;
  readonly credentials: DrainingDependencies['credentials'] & {
    find(reference: string, kind?: CredentialKind): Credential;
    freeName(workspaceId: string, kind: CredentialKind, wanted: string): string;
    /** Metadata alone: its secret stays. */
    put(credential: Credential): Change;
  };
  readonly connections: {
    rebind(fromId: string, toId: string): readonly Change[];
    using(credentialId: string): readonly string[];
  };
  readonly targets: DrainingDependencies['targets'] & {
    rebind(fromId: string, toId: string): readonly Change[];
  };
  readonly service: {
    /** With the id by which the service knows it. @throws AppError CREDENTIAL_NOT_LOCATED */
    locate(credential: Credential): Promise<Credential>;
    /** What an earlier try for this credential may have left at the service is deleted. */
    cleanUpAfter(credentialId: string): Promise<void>;
  };
  readonly minting: DrainingDependencies['minting'] & {
    replacement(credential: Credential): Promise<Replacement>;
  };
  /** Whether its secret is just changing. */
  readonly isRegenerating: (credentialId: string) => boolean;
}

const DEFAULT_DRAIN_MS = 10 * 60_000;

/**
 * Puts one credential in the place of another without a request noticing: create, switch, drain, delete. Each step is
 * one commit, so that whatever ends the process, the next unlock goes on from the last one.
 */
export class Rotations {
  readonly #dependencies: RotationsDependencies;
  readonly #records: Collection<RotationMeta>;
  readonly #draining: Draining;
  /** Credentials that a replacement is being made for. */
  readonly #starting = new Set<string>();

  constructor(dependencies: RotationsDependencies) {
    this.#dependencies = dependencies;
    this.#records = collection(dependencies.vault, 'rotation', rotationMeta);
    this.#draining = new Draining(dependencies, this.#records);
  }

  list(): Rotation[] {
    return this.#records.list().map((record) => this.#shown(record));
  }

  /** Whether it gives its place to another one: nothing new is to be bound to it. */
  isRetiring(credentialId: string): boolean {
    return this.#records.list().some(({ retiringId }) => retiringId === credentialId);
  }

  /** Those that do not give their place to another one: nobody needs to be reminded of the others, nor use them. */
  serving(): Credential[] {
    return this.#dependencies.credentials.list().filter(({ id }) => !this.isRetiring(id));
  }

  isRotating(credentialId: string): boolean {
    return this.#starting.has(credentialId) || this.#of(credentialId) !== undefined;
  }

  /** Resolves when every connection uses the new credential. */
  async start(
    reference: string,
    kind?: CredentialKind,
    drainMs = DEFAULT_DRAIN_MS,
  ): Promise<{ readonly rotation: Rotation; readonly credential: Credential }> {
    const { credentials, edits, minting, service } = this.#dependencies;
    const { id: oldId } = credentials.find(reference, kind);
    if (this.isRotating(oldId) || this.#dependencies.isRegenerating(oldId))
      throw new AppError('ROTATION_RUNNING');
    this.#starting.add(oldId);
    try {
      await service.cleanUpAfter(oldId);
      const old = await service.locate(credentials.find(oldId));
      const made = await minting.replacement(old);
      const record = await edits
        .run(() => this.#switch(old, made, drainMs))
        .catch(async (error: unknown) => {
          throw await made.takeBack(error);
        });
      return { rotation: this.#shown(record), credential: made.credential };
    } finally {
      this.#starting.delete(oldId);
    }
  }

  /** The connections go back, and what had been made drains and is deleted instead. */
  async undo(reference: string, kind?: CredentialKind): Promise<Rotation> {
    const { clock, connections, credentials, edits, targets, vault } = this.#dependencies;
    const { id } = this.#find(reference, kind);
    const undone = await edits.run(async () => {
      const record = this.#find(id);
      if (record.step !== 'draining' || record.isUndone) throw new AppError('ROTATION_TOO_LATE');
      const { name, retiringId, servingId } = record;
      const [retiring, serving] = [credentials.find(retiringId), credentials.find(servingId)];
      if (isExpired(retiring.expiresAt, clock.now())) throw new AppError('CREDENTIAL_EXPIRED');
      const withdrawn = credentials.freeName(record.workspaceId, record.kind, `${name} (taken back)`);
      // Where nobody but the vault has ever had it, there is nothing to wait for but what runs.
      const drainMs = targets.factsOf(servingId).targets > 0 ? record.drainMs : 0;
      const swapped = { ...record, retiringId: servingId, servingId: retiringId, isUndone: true, drainMs };
      const switchedAt = new Date(clock.now()).toISOString();
      await vault.commit([
        credentials.put({ ...serving, name: withdrawn }),
        credentials.put({ ...retiring, name }),
        ...connections.rebind(servingId, retiringId),
        ...targets.rebind(servingId, retiringId),
        this.#records.put(id, withoutId({ ...swapped, switchedAt })),
      ]);
      return { ...swapped, switchedAt };
    });
    return this.#shown(undone);
  }

  /** @throws AppError TARGETS_PENDING, or what the service answered; then it is tried again by itself */
  async finish(reference: string, kind?: CredentialKind): Promise<void> {
    await this.#draining.finish(this.#find(reference, kind).id);
  }

  /** Goes on with all of them, now and whenever it is time, until `rest()`. To be called whenever something changed. */
  look(): void {
    this.#draining.look();
  }

  /** On lock and at the end. */
  rest(): void {
    this.#draining.rest();
  }

  async #switch(old: Credential, made: Replacement, drainMs: number): Promise<RotationRecord> {
    const { clock, connections, credentials, targets, vault } = this.#dependencies;
    const present = credentials.find(old.id); // It may have gone meanwhile, with its workspace.
    const now = new Date(clock.now()).toISOString();
    const { workspaceId, kind, name } = old;
    const id = randomUUID();
    const meta: RotationMeta = {
      ...{ workspaceId, kind, name, step: 'draining', retiringId: old.id, servingId: made.credential.id },
      ...{ isUndone: false, drainMs, startedAt: now, switchedAt: now },
    };
    const formerName = credentials.freeName(workspaceId, kind, `${name} (being replaced)`);
    await vault.commit([
      ...made.changes,
      credentials.put({ ...present, uid: old.uid, name: formerName }),
      ...connections.rebind(old.id, made.credential.id),
      ...targets.rebind(old.id, made.credential.id),
      this.#records.put(id, meta),
    ]);
    return { id, ...meta };
  }

  #shown(record: RotationRecord): Rotation {
    const { running } = this.#dependencies.requestsWith(record.retiringId);
    const facts = this.#draining.factsOf(record);
    const drainedMs = drainedAtMs(record, facts);
    const problem = this.#draining.problemOf(record.id);
    return {
      ...record,
      connections: [...this.#dependencies.connections.using(record.servingId)],
      running: [...running],
      pendingTargets: facts.pendingTargets,
      deletesAt: drainedMs === null ? null : new Date(drainedMs).toISOString(),
      problem:
        problem === undefined
          ? null
          : { error: problem.error.toWire(), retryAt: new Date(problem.retryAtMs).toISOString() },
    };
  }

  #of(credentialId: string): RotationRecord | undefined {
    return this.#records
      .list()
      .find(({ retiringId, servingId }) => retiringId === credentialId || servingId === credentialId);
  }

  #find(reference: string, kind?: CredentialKind): RotationRecord {
    const all = this.#records.list().filter((record) => kind === undefined || record.kind === kind);
    const found = all.find(({ id }) => id === reference) ?? this.#of(reference);
    if (found !== undefined) return found;
    const [named, another] = all.filter(({ name }) => name === reference);
    if (another !== undefined)
      throw new AppError('INVALID_INPUT', { detail: 'Several rotations are of that name: give the id.' });
    if (named === undefined) throw new AppError('ROTATION_UNKNOWN');
    return named;
  }
}
