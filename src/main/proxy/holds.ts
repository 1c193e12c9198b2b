import { AppError } from '../lib/appError.ts';
import type { Clock } from '../ports.ts';
import type { Cutoff } from './cutoff.ts';

/** What a hold has cost those who waited. */
export interface HoldCost {
  readonly requests: number;
  readonly longestMs: number;
}

interface Hold {
  readonly waiting: Set<() => void>;
  requests: number;
  longestMs: number;
}

/**
 * Where new requests wait while the secret of their credential changes: none is signed with one that dies, and none
 * is refused, unless too many come or it takes too long.
 */
export class Holds {
  readonly #most: number;
  readonly #patienceMs: number;
  readonly #clock: Clock;
  readonly #holds = new Map<string, Hold>();

  /** @param most requests that wait at once, for each credential */
  constructor(most: number, patienceMs: number, clock: Clock) {
    this.#most = most;
    this.#patienceMs = patienceMs;
    this.#clock = clock;
  }

  isHeld(credentialId: string): boolean {
    return this.#holds.has(credentialId);
  }

  /** Not twice at once for the same credential. @returns the function that lets all go on, in their order */
  hold(credentialId: string): () => HoldCost {
    const hold: Hold = { waiting: new Set(), requests: 0, longestMs: 0 };
    this.#holds.set(credentialId, hold);
    return () => {
      this.#holds.delete(credentialId);
      for (const goOn of hold.waiting) goOn();
      return { requests: hold.requests, longestMs: hold.longestMs };
    };
  }

  /** @throws AppError KEY_HELD, or what the cutoff was made with */
  wait(credentialId: string, cutoff: Cutoff): Promise<void> {
    const hold = this.#holds.get(credentialId);
    if (hold === undefined) return Promise.resolve();
    if (hold.waiting.size >= this.#most) return Promise.reject(new AppError('KEY_HELD'));
    const sinceMs = this.#clock.now();
    hold.requests += 1;
    return new Promise((resolve, reject) => {
      const end = (): void => {
        endPatience();
        hold.waiting.delete(goOn);
        hold.longestMs = Math.max(hold.longestMs, this.#clock.now() - sinceMs);
      };
      const goOn = (): void => {
        end();
        resolve();
      };
      const leave = (reason: unknown): void => {
        // Who has gone on has left already.
        if (!hold.waiting.has(goOn)) return;
        end();
        reject(reason);
      };
      const endPatience = this.#clock.after(this.#patienceMs, () => leave(new AppError('KEY_HELD')));
      hold.waiting.add(goOn);
      cutoff.onCut(leave);
    });
  }
}
