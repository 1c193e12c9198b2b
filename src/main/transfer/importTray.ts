import { randomUUID } from 'node:crypto';
import { AppError } from '../lib/appError.ts';
import type { Clock } from '../ports.ts';
import type { Incoming } from './incoming.ts';

/** An import that was previewed: what it would bring in, and what is needed to rewrite its file afterwards. */
export interface Waiting {
  readonly path: string;
  /** Of the foreign file as it was read; null: it is not one that can be rewritten. */
  readonly sourceDigest: string | null;
  /** Empty after it was applied. */
  readonly incoming: readonly Incoming[];
  /** After it was applied: the record of the vault, by candidate id. */
  readonly applied: ReadonlyMap<string, string> | null;
}

interface Held {
  readonly waiting: Waiting;
  readonly expiresAtMs: number;
  readonly cancelExpiry: () => void;
}

const LIFETIME_MS = 300_000;
const MOST_AT_ONCE = 4;

const wipe = ({ incoming }: Waiting): void => {
  for (const { secret } of incoming) secret?.wipe();
};

/** Where secrets wait between the preview and the decision: five minutes at most, and never over a lock. */
export class ImportTray {
  readonly #clock: Clock;
  readonly #held = new Map<string, Held>();
  /** Counts the locks: what was in use during one does not come back. */
  #locks = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Takes the secrets over. The oldest import gives way. */
  add(waiting: Waiting): { readonly importId: string; readonly expiresAtMs: number } {
    const importId = randomUUID();
    const expiresAtMs = this.#clock.now() + LIFETIME_MS;
    this.#hold(importId, waiting, expiresAtMs);
    return { importId, expiresAtMs };
  }

  /**
   * For one task at a time, during which nothing wipes the secrets. What it returns waits on, null ends the import;
   * after a failure it waits as before.
   * @throws AppError IMPORT_GONE, and whatever the task throws
   */
  async use<Result>(
    importId: string,
    task: (waiting: Waiting) => Promise<{ readonly next: Waiting | null; readonly result: Result }>,
  ): Promise<Result> {
    const { waiting, expiresAtMs } = this.#take(importId);
    const locks = this.#locks;
    const holdUnlessLocked = (again: Waiting, untilMs: number): void => {
      if (this.#locks === locks) this.#hold(importId, again, untilMs);
      else wipe(again);
    };
    try {
      const { next, result } = await task(waiting);
      if (next !== waiting) wipe(waiting);
      if (next !== null) holdUnlessLocked(next, this.#clock.now() + LIFETIME_MS);
      return result;
    } catch (error) {
      holdUnlessLocked(waiting, expiresAtMs);
      throw error;
    }
  }

  drop(importId: string): void {
    const held = this.#held.get(importId);
    if (held === undefined) return;
    held.cancelExpiry();
    wipe(held.waiting);
    this.#held.delete(importId);
  }

  /** On lock. */
  clear(): void {
    this.#locks += 1;
    for (const importId of [...this.#held.keys()]) this.drop(importId);
  }

  #hold(importId: string, waiting: Waiting, expiresAtMs: number): void {
    const cancelExpiry = this.#clock.after(Math.max(0, expiresAtMs - this.#clock.now()), () =>
      this.drop(importId),
    );
    this.#held.set(importId, { waiting, expiresAtMs, cancelExpiry });
    for (const oldest of [...this.#held.keys()].slice(0, -MOST_AT_ONCE)) this.drop(oldest);
  }

  #take(importId: string): Held {
    const held = this.#held.get(importId);
    if (held === undefined) throw new AppError('IMPORT_GONE');
    // A timer may be late (a machine that slept): the clock decides.
    if (this.#clock.now() >= held.expiresAtMs) {
      this.drop(importId);
      throw new AppError('IMPORT_GONE');
    }
    held.cancelExpiry();
    this.#held.delete(importId);
    return held;
  }
}
