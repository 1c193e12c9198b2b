import { AppError } from '../lib/appError.ts';
import type { Clock } from '../ports.ts';
import type { Cutoff } from './cutoff.ts';

/** Lets only so much run at once for each key. What comes on top waits in order, and not for ever. */
export class InFlight {
  readonly #most: number;
  readonly #patienceMs: number;
  readonly #clock: Clock;
  readonly #running = new Map<string, number>();
  readonly #waiting = new Map<string, Set<() => void>>();

  constructor(most: number, patienceMs: number, clock: Clock) {
    this.#most = most;
    this.#patienceMs = patienceMs;
    this.#clock = clock;
  }

  /** @throws AppError CONNECTION_BUSY, or what the cutoff was made with */
  async run(key: string, cutoff: Cutoff, task: () => Promise<void>): Promise<void> {
    const running = this.#running.get(key) ?? 0;
    if (running < this.#most) this.#running.set(key, running + 1);
    else await this.#turn(key, cutoff);
    try {
      await task();
    } finally {
      this.#passOn(key);
    }
  }

  #turn(key: string, cutoff: Cutoff): Promise<void> {
    const waiting = this.#waiting.get(key) ?? new Set();
    this.#waiting.set(key, waiting);
    return new Promise((resolve, reject) => {
      const take = (): void => {
        endPatience();
        resolve();
      };
      const leave = (reason: unknown): void => {
        endPatience();
        // Who has had its turn is not in it any more, and its promise is settled.
        waiting.delete(take);
        reject(reason);
      };
      const endPatience = this.#clock.after(this.#patienceMs, () => leave(new AppError('CONNECTION_BUSY')));
      waiting.add(take);
      cutoff.onCut(leave);
    });
  }

  /** To the one that has waited longest. */
  #passOn(key: string): void {
    const waiting = this.#waiting.get(key);
    const [next] = waiting ?? [];
    if (waiting !== undefined && next !== undefined) {
      waiting.delete(next);
      next();
      return;
    }
    this.#waiting.delete(key);
    const running = (this.#running.get(key) ?? 1) - 1;
    if (running === 0) this.#running.delete(key);
    else this.#running.set(key, running);
  }
}
