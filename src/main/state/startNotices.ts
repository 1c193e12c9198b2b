import { DAY_MS } from '../../shared/expiry.ts';
import type { Clock } from '../ports.ts';

/** What the start found is put right already: for a day it is news. */
export class StartNotices {
  readonly #clock: Pick<Clock, 'now'>;
  #notices: readonly string[] = [];
  #untilMs = 0;

  constructor(clock: Pick<Clock, 'now'>) {
    this.#clock = clock;
  }

  found(notices: readonly string[]): void {
    this.#notices = notices;
    this.#untilMs = this.#clock.now() + DAY_MS;
  }

  list(): readonly string[] {
    return this.#clock.now() < this.#untilMs ? this.#notices : [];
  }
}
