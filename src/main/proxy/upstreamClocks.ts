import type { HeaderPair } from '../sigv4/requestParts.ts';

/** Further apart than this, it is not the clock that is wrong. */
const MAX_OFFSET_MS = 24 * 3_600_000;
/** Nearer than this, the clock is not what a signature was refused for. */
const MIN_CHANGE_MS = 60_000;

const httpDate =
  /^(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d\d (?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) \d{4} \d\d:\d\d:\d\d GMT$/;

/**
 * By how much the clock of an upstream is ahead of ours, learned from what it says when it finds a signature too
 * old or too new. It moves the date of a signature and nothing else: no limit in time is ever judged by it.
 */
export class UpstreamClocks {
  readonly #offsets = new Map<string, number>();

  offsetMs(origin: string): number {
    return this.#offsets.get(origin) ?? 0;
  }

  /** @returns whether there was something to learn: another signature may be accepted */
  learn(origin: string, headers: readonly HeaderPair[], nowMs: number): boolean {
    const date = headers.find(([name]) => name.toLowerCase() === 'date')?.[1].trim() ?? '';
    const offsetMs = httpDate.test(date) ? Date.parse(date) - nowMs : Number.NaN;
    if (!(Math.abs(offsetMs) <= MAX_OFFSET_MS)) return false;
    if (Math.abs(offsetMs - this.offsetMs(origin)) < MIN_CHANGE_MS) return false;
    this.#offsets.set(origin, offsetMs);
    return true;
  }

  /** A tool that compares `Date` with its own clock would take the difference for its own and sign as of then. */
  asSeenHere(origin: string, date: string): string {
    const offsetMs = this.offsetMs(origin);
    return offsetMs === 0 || !httpDate.test(date)
      ? date
      : new Date(Date.parse(date) - offsetMs).toUTCString();
  }
}
