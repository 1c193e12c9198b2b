import { randomUUID } from 'node:crypto';
import { AppError } from '../lib/appError.ts';
import type { Secret } from '../lib/secret.ts';
import type { Clock } from '../ports.ts';

const LIFETIME_MS = 120_000;

interface Held<Item> {
  readonly item: Item;
  readonly expiresAtMs: number;
  readonly cancelExpiry: () => void;
}

/**
 * Where a new secret waits, already sealed in the vault, for the one look that its owner gets. Each is handed out
 * once, within two minutes, and never after a lock.
 */
export class RevealTray<Item extends { readonly secret: Secret }> {
  readonly #clock: Clock;
  readonly #held = new Map<string, Held<Item>>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Takes the secret over: it is wiped unless it is taken in time. @returns the revealId */
  put(item: Item): string {
    const revealId = randomUUID();
    this.#held.set(revealId, {
      item,
      expiresAtMs: this.#clock.now() + LIFETIME_MS,
      cancelExpiry: this.#clock.after(LIFETIME_MS, () => this.#drop(revealId)),
    });
    return revealId;
  }

  /** Hands the secret over for good. @throws AppError REVEAL_GONE */
  take(revealId: string): Item {
    const held = this.#held.get(revealId);
    if (held === undefined) throw new AppError('REVEAL_GONE');
    // A timer may be late (a machine that slept): the clock decides.
    if (this.#clock.now() >= held.expiresAtMs) {
      this.#drop(revealId);
      throw new AppError('REVEAL_GONE');
    }
    held.cancelExpiry();
    this.#held.delete(revealId);
    return held.item;
  }

  /** On lock. */
  clear(): void {
    for (const revealId of [...this.#held.keys()]) this.#drop(revealId);
  }

  #drop(revealId: string): void {
    const held = this.#held.get(revealId);
    if (held === undefined) return;
    held.cancelExpiry();
    held.item.secret.wipe();
    this.#held.delete(revealId);
  }
}
