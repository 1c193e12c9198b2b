import { AppError } from '../lib/appError.ts';
import type { Clock } from '../ports.ts';

/** Where a service asks to slow down and does not say for how long. */
const UNNAMED_PAUSE_MS = 5_000;
/** A slip of the service must not shut a workspace out for good. */
const LONGEST_PAUSE_MS = 86_400_000;

/** Of `Retry-After`: seconds, or a date. @returns null when it is neither */
const waitOf = (retryAfter: string, nowMs: number): number | null => {
  if (/^\d{1,9}$/.test(retryAfter)) return Number(retryAfter) * 1000;
  const atMs = Date.parse(retryAfter);
  return Number.isNaN(atMs) ? null : atMs - nowMs;
};

/** `2026-11-23 12:00:17 UTC (17 seconds)` */
const timeWords = (untilMs: number, nowMs: number): string => {
  const seconds = Math.ceil((untilMs - nowMs) / 1000);
  const at = new Date(Math.ceil(untilMs / 1000) * 1000).toISOString().slice(0, 19).replace('T', ' ');
  return `${at} UTC (${seconds} second${seconds === 1 ? '' : 's'})`;
};

/**
 * What a service asked for with 429, or 503 with Retry-After: nothing more is sent to it before. One for each
 * workspace, shared by all that ask on its behalf.
 */
export class Pause {
  readonly #clock: Clock;
  #untilMs = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** @throws AppError BACKEND_RATE_LIMITED */
  requireOver(host: string): void {
    const words = this.words();
    if (words !== null)
      throw new AppError('BACKEND_RATE_LIMITED', {
        detail: `Nothing was sent to ${host}: it asked to wait until ${words}.`,
      });
  }

  /** What an answer asks for. */
  heard(status: number, retryAfter: string | null): void {
    if (status !== 429 && (status !== 503 || retryAfter === null)) return;
    const nowMs = this.#clock.now();
    const waitMs = (retryAfter === null ? null : waitOf(retryAfter, nowMs)) ?? UNNAMED_PAUSE_MS;
    this.#untilMs = Math.max(this.#untilMs, nowMs + Math.min(waitMs, LONGEST_PAUSE_MS));
  }

  /** Until when; null when nothing is to be waited for. */
  words(): string | null {
    const nowMs = this.#clock.now();
    return this.#untilMs > nowMs ? timeWords(this.#untilMs, nowMs) : null;
  }
}
