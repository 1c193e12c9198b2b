import type { Credential, CredentialKind } from '../../shared/contract/credentials.ts';
import type { Notice } from '../../shared/contract/due.ts';
import { errorTable } from '../../shared/errorCodes.ts';
import { AppError } from '../lib/appError.ts';
import type { SerialQueue } from '../lib/serialQueue.ts';
import type { Clock } from '../ports.ts';
import type { Change, Vault } from '../vault/vault.ts';
import type { Rotations } from './rotations.ts';
import { planRotations, type RotationPlan } from './schedule.ts';

interface AutomaticRotationDependencies {
  readonly vault: Pick<Vault, 'commit' | 'state'>;
  readonly clock: Clock;
  readonly edits: SerialQueue;
  readonly credentials: {
    find(reference: string, kind?: CredentialKind): Credential;
    put(credential: Credential): Change;
  };
  readonly rotations: Pick<Rotations, 'serving' | 'start'>;
  readonly isRotating: (credentialId: string) => boolean;
  readonly notify: (notice: Notice) => void;
  readonly onBug: (error: unknown) => void;
}

/** So that a timer can hold it, and a clock that is set forward is noticed. */
const LONGEST_WAIT_MS = 3_600_000;
const word = { token: 'An access token', key: 'An access key' } as const;

/** Rotates credentials some days before they expire, where a person has chosen so. */
export class AutomaticRotation {
  readonly #dependencies: AutomaticRotationDependencies;
  /** When each was last tried in vain. */
  readonly #triedMs = new Map<string, number>();
  #isRotating = false;
  #cancelWake: () => void = () => undefined;

  constructor(dependencies: AutomaticRotationDependencies) {
    this.#dependencies = dependencies;
  }

  /** @param daysBefore null: never · @throws AppError INVALID_INPUT for one that never expires */
  choose(
    reference: string,
    kind: CredentialKind | undefined,
    daysBefore: number | null,
  ): Promise<Credential> {
    const { credentials, edits, vault } = this.#dependencies;
    return edits.run(async () => {
      const { rotateDaysBefore: _former, ...credential } = credentials.find(reference, kind);
      if (daysBefore !== null && credential.expiresAt === null)
        throw new AppError('INVALID_INPUT', { detail: 'It never expires, so nothing would ever rotate it.' });
      const chosen: Credential =
        daysBefore === null ? credential : { ...credential, rotateDaysBefore: daysBefore };
      await vault.commit([credentials.put(chosen)]);
      return chosen;
    });
  }

  /** Rotates what is due, and looks again when something is, until `rest()`. To be called whenever something changed. */
  look(): void {
    const { clock, onBug, vault } = this.#dependencies;
    this.#cancelWake();
    if (vault.state() !== 'unlocked' || this.#isRotating) return;
    const nowMs = clock.now();
    const { due, nextMs } = this.#plan();
    if (due.length > 0) void this.#rotate(due).catch(onBug);
    else if (nextMs !== Number.POSITIVE_INFINITY)
      this.#cancelWake = clock.after(Math.min(nextMs - nowMs, LONGEST_WAIT_MS), () => this.look());
  }

  /** On lock and at the end. */
  rest(): void {
    this.#cancelWake();
  }

  #plan(): RotationPlan {
    const { clock, isRotating, rotations } = this.#dependencies;
    const waiting = rotations.serving().filter(({ id }) => !isRotating(id));
    return planRotations(waiting, this.#triedMs, clock.now());
  }

  /** One after the other: a service is not stormed either. */
  async #rotate(due: readonly string[]): Promise<void> {
    this.#isRotating = true;
    try {
      for (const id of due) await this.#try(id);
    } finally {
      this.#isRotating = false;
      this.look();
    }
  }

  async #try(id: string): Promise<void> {
    const { clock, credentials, notify, onBug, rotations, vault } = this.#dependencies;
    if (vault.state() !== 'unlocked') return;
    // While another one was rotated, a person may have decided otherwise.
    if (!this.#plan().due.includes(id)) return;
    const { kind } = credentials.find(id);
    try {
      await rotations.start(id);
    } catch (error) {
      if (!(error instanceof AppError)) onBug(error);
      else if (error.code === 'VAULT_LOCKED') return; // The next unlock tries again, if it has not come already.
      this.#triedMs.set(id, clock.now());
      const { because } = errorTable[error instanceof AppError ? error.code : 'INTERNAL'];
      notify({
        title: `${word[kind]} could not be rotated`,
        body: `${because} It is tried again within a day.`,
        credentialIds: [id],
        actions: ['open'],
      });
    }
  }
}
