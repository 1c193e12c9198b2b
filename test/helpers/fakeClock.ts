import type { Clock } from '../../src/main/ports.ts';

interface Timer {
  readonly atMs: number;
  readonly task: () => void;
}

/** Stands still until it is told to advance; then runs what is due, in order of time. */
export class FakeClock implements Clock {
  /** What timers count. */
  #nowMs: number;
  /** By how much the time of day differs from it. */
  #aheadMs = 0;
  readonly #timers = new Set<Timer>();

  constructor(startMs = Date.UTC(2026, 0, 1)) {
    this.#nowMs = startMs;
  }

  now(): number {
    return this.#nowMs + this.#aheadMs;
  }

  after(delayMs: number, task: () => void): () => void {
    const timer = { atMs: this.#nowMs + Math.max(0, delayMs), task };
    this.#timers.add(timer);
    return () => this.#timers.delete(timer);
  }

  advance(ms: number): void {
    const endMs = this.#nowMs + ms;
    for (let next = this.#nextDue(endMs); next !== undefined; next = this.#nextDue(endMs)) {
      this.#timers.delete(next);
      this.#nowMs = Math.max(this.#nowMs, next.atMs);
      next.task();
    }
    this.#nowMs = endMs;
  }

  /** The time moves and no timer runs, as while a machine sleeps; the next `advance` runs what became due. */
  sleep(ms: number): void {
    this.#nowMs += ms;
  }

  /** Somebody sets the time of day, forwards or back; timers do not notice. */
  jump(ms: number): void {
    this.#aheadMs += ms;
  }

  get pendingTimers(): number {
    return this.#timers.size;
  }

  #nextDue(endMs: number): Timer | undefined {
    return [...this.#timers].filter(({ atMs }) => atMs <= endMs).sort((a, b) => a.atMs - b.atMs)[0];
  }
}
