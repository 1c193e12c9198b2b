import { describe, expect, it } from 'vitest';
import { ReplayGuard } from '../../../src/main/proxy/replayGuard.ts';

const NOW_MS = 1_000_000;
const FRESH_MS = 300_000;
const LIMIT = 100_000;

const guardWith = (count: number, expiresAtMs = NOW_MS + FRESH_MS): ReplayGuard => {
  const guard = new ReplayGuard();
  for (let index = 0; index < count; index += 1) guard.enter(`signature-${index}`, expiresAtMs, NOW_MS);
  return guard;
};
const isAdmitted = (guard: ReplayGuard, signature: string, nowMs = NOW_MS): boolean =>
  guard.enter(signature, nowMs + FRESH_MS, nowMs) !== null;

describe('a signature', () => {
  it('is admitted once', () => {
    const guard = new ReplayGuard();
    expect([isAdmitted(guard, 'a'), isAdmitted(guard, 'a'), isAdmitted(guard, 'b')]).toEqual([
      true,
      false,
      true,
    ]);
  });

  it('is admitted again when its request came to nothing', () => {
    const guard = new ReplayGuard();
    guard.enter('a', NOW_MS + FRESH_MS, NOW_MS)?.();
    expect([isAdmitted(guard, 'a'), isAdmitted(guard, 'a')]).toEqual([true, false]);
  });

  it('stays used when an earlier use of it, forgotten since, comes to nothing late', () => {
    const guard = new ReplayGuard();
    const release = guard.enter('a', NOW_MS + FRESH_MS, NOW_MS);
    for (let index = 0; index < LIMIT; index += 1) isAdmitted(guard, `newer-${index}`);
    expect(isAdmitted(guard, 'a')).toBe(true);
    release?.();
    expect(isAdmitted(guard, 'a')).toBe(false);
  });

  it('is remembered to its last moment and no longer than a minute beyond', () => {
    const guard = guardWith(1);
    expect(isAdmitted(guard, 'signature-0', NOW_MS + FRESH_MS)).toBe(false);
    isAdmitted(guard, 'other', NOW_MS + FRESH_MS + 60_000);
    expect(guard.size).toBe(1);
  });

  it('that lives long outlives those that do not', () => {
    const guard = new ReplayGuard();
    guard.enter('presigned', NOW_MS + 604_800_000, NOW_MS);
    guard.enter('header', NOW_MS + FRESH_MS, NOW_MS);
    const laterMs = NOW_MS + 86_400_000;
    expect(isAdmitted(guard, 'presigned', laterMs)).toBe(false);
    expect(isAdmitted(guard, 'header', laterMs)).toBe(true);
  });
});

describe('the memory of a guard', () => {
  it('holds the newest hundred thousand and lets the oldest go', () => {
    const guard = guardWith(LIMIT + 1);
    expect(guard.size).toBe(LIMIT);
    expect(isAdmitted(guard, 'signature-1')).toBe(false);
    expect(isAdmitted(guard, `signature-${LIMIT}`)).toBe(false);
    expect(isAdmitted(guard, 'signature-0')).toBe(true);
  });
});
