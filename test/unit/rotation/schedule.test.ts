import { describe, expect, it } from 'vitest';
import { type Planned, planRotations, rotateAtMs } from '../../../src/main/rotation/schedule.ts';

const DAY_MS = 86_400_000;
const bornMs = Date.UTC(2026, 0, 1);
const credential = (lifeDays: number | null, rotateDaysBefore?: number, id = 'c'): Planned => ({
  id,
  createdAt: new Date(bornMs).toISOString(),
  expiresAt: lifeDays === null ? null : new Date(bornMs + lifeDays * DAY_MS).toISOString(),
  ...(rotateDaysBefore === undefined ? {} : { rotateDaysBefore }),
});
const none: ReadonlyMap<string, number> = new Map();

describe('a credential that is rotated by itself', () => {
  it('is so many days before its expiry', () => {
    expect(rotateAtMs(credential(90, 7))).toBe(bornMs + 83 * DAY_MS);
  });

  it('is never in the first half of its life, so that its successor is not rotated at once', () => {
    expect(rotateAtMs(credential(5, 7))).toBe(bornMs + 2.5 * DAY_MS);
  });

  it('is none that was not chosen, nor one that never expires', () => {
    expect(rotateAtMs(credential(90))).toBeNull();
    expect(rotateAtMs(credential(null, 7))).toBeNull();
    expect(planRotations([credential(90), credential(null, 7)], none, bornMs)).toEqual({
      due: [],
      nextMs: Number.POSITIVE_INFINITY,
    });
  });

  it('is due from its moment on, however late that is noticed, and the next moment is known', () => {
    const all = [credential(90, 7, 'first'), credential(100, 7, 'second'), credential(95, 7, 'third')];
    const atMs = bornMs + 83 * DAY_MS;
    expect(planRotations(all, none, atMs - 1)).toEqual({ due: [], nextMs: atMs });
    expect(planRotations(all, none, atMs)).toEqual({ due: ['first'], nextMs: bornMs + 88 * DAY_MS });
    expect(planRotations(all, none, bornMs + 400 * DAY_MS).due).toEqual(['first', 'second', 'third']);
  });

  it('is tried again a day after it failed, and not before', () => {
    const failedMs = bornMs + 84 * DAY_MS;
    const tried = new Map([['c', failedMs]]);
    expect(planRotations([credential(90, 7)], tried, failedMs + DAY_MS - 1)).toEqual({
      due: [],
      nextMs: failedMs + DAY_MS,
    });
    expect(planRotations([credential(90, 7)], tried, failedMs + DAY_MS).due).toEqual(['c']);
  });

  it('is tried again sooner where it would expire before: in half of the time that is left, an hour at least', () => {
    const endMs = bornMs + 90 * DAY_MS;
    const retryAfterMs = (leftMs: number): number => {
      const failedMs = endMs - leftMs;
      return planRotations([credential(90, 7)], new Map([['c', failedMs]]), failedMs).nextMs - failedMs;
    };
    expect([2 * DAY_MS, DAY_MS, DAY_MS / 2].map(retryAfterMs)).toEqual([DAY_MS, DAY_MS / 2, DAY_MS / 4]);
    expect(retryAfterMs(60_000)).toBe(DAY_MS / 24);
    expect(retryAfterMs(-60_000)).toBe(DAY_MS);
  });
});
