import { AppError } from '../lib/appError.ts';
import { SerialQueue } from '../lib/serialQueue.ts';
import type { Clock } from '../ports.ts';

const FREE_FAILURES = 3;
const MAX_WAIT_MS = 60_000;

/**
 * Slows guessing at this host down: after three failures each further try waits twice as long as the one before, up
 * to a minute. Whoever has the file itself guesses elsewhere; there the cost of the passphrase's slot is what counts.
 */
export class Attempts {
  readonly #clock: Pick<Clock, 'now'>;
  /** One guess at a time: many at once would all be made before the first has failed. */
  readonly #queue = new SerialQueue();
  #failures = 0;
  #nextAtMs = 0;

  constructor(clock: Pick<Clock, 'now'>) {
    this.#clock = clock;
  }

  /** @throws AppError TRIED_TOO_OFTEN, and whatever `task` throws */
  run<T>(task: () => Promise<T>): Promise<T> {
    return this.#queue.run(() => this.#try(task));
  }

  async #try<T>(task: () => Promise<T>): Promise<T> {
    const waitMs = this.#nextAtMs - this.#clock.now();
    if (waitMs > 0)
      throw new AppError('TRIED_TOO_OFTEN', {
        hint: `Try again in ${Math.ceil(waitMs / 1_000)} seconds.`,
      });
    try {
      const result = await task();
      this.#failures = 0;
      return result;
    } catch (error) {
      if (error instanceof AppError && isWrongGuess(error)) this.#slowDown();
      throw error;
    }
  }

  #slowDown(): void {
    this.#failures += 1;
    const doublings = this.#failures - FREE_FAILURES;
    if (doublings >= 0) this.#nextAtMs = this.#clock.now() + Math.min(1_000 * 2 ** doublings, MAX_WAIT_MS);
  }
}

const isWrongGuess = ({ code }: AppError): boolean =>
  code === 'WRONG_PASSPHRASE' || code === 'WRONG_RECOVERY_KEY';
