import { describe, expect, it } from 'vitest';
import { retryDelayMs } from '../../../src/main/lib/retryDelay.ts';
import { drainedAtMs, type Facts, nextStep } from '../../../src/main/rotation/nextStep.ts';
import type { RotationRecord } from '../../../src/main/rotation/rotationRecord.ts';

const switchedMs = Date.UTC(2026, 10, 24, 14);
const MINUTE_MS = 60_000;

const record = (change: Partial<RotationRecord> = {}): RotationRecord => ({
  ...{ id: 'r', workspaceId: 'w', kind: 'token', name: 'ci', step: 'draining', isUndone: false },
  ...{ retiringId: 'old', servingId: 'new', drainMs: 10 * MINUTE_MS },
  startedAt: new Date(switchedMs).toISOString(),
  switchedAt: new Date(switchedMs).toISOString(),
  ...change,
});
const unused: Facts = {
  ...{ inFlight: 0, lastEndedMs: null, retryAtMs: null },
  ...{ pendingTargets: 0, lastRolledOutMs: null },
};
const afterMs = (ms: number, facts: Partial<Facts> = {}, change: Partial<RotationRecord> = {}) =>
  nextStep(record(change), { ...unused, ...facts }, switchedMs + ms);

describe('what comes next for a credential that goes', () => {
  it('is waiting until nothing has used it for the drain time', () => {
    expect(afterMs(0)).toEqual({ kind: 'wait', untilMs: switchedMs + 10 * MINUTE_MS });
    expect(afterMs(10 * MINUTE_MS - 1)).toEqual({ kind: 'wait', untilMs: switchedMs + 10 * MINUTE_MS });
    expect(afterMs(10 * MINUTE_MS)).toEqual({ kind: 'beginDeleting' });
  });

  it('counts the drain time from the end of its last request, where that is later', () => {
    const lastEndedMs = switchedMs + 3 * MINUTE_MS;
    expect(afterMs(10 * MINUTE_MS, { lastEndedMs })).toEqual({
      kind: 'wait',
      untilMs: lastEndedMs + 10 * MINUTE_MS,
    });
    expect(afterMs(13 * MINUTE_MS, { lastEndedMs })).toEqual({ kind: 'beginDeleting' });
    expect(afterMs(10 * MINUTE_MS, { lastEndedMs: switchedMs - 1 })).toEqual({ kind: 'beginDeleting' });
  });

  it('is never deleting while a request runs, however long ago the switch was', () => {
    expect(afterMs(600 * MINUTE_MS, { inFlight: 1 })).toEqual({
      kind: 'wait',
      untilMs: switchedMs + 610 * MINUTE_MS,
    });
    expect(afterMs(0, { inFlight: 1 }, { drainMs: 0 })).toEqual({ kind: 'wait', untilMs: switchedMs + 1000 });
    expect(drainedAtMs(record(), { ...unused, inFlight: 1 })).toBeNull();
  });

  it('is waiting without end while a place outside the vault knows only the old one', () => {
    const forever = { kind: 'wait', untilMs: Number.POSITIVE_INFINITY };
    expect(afterMs(0, { pendingTargets: 1 }, { drainMs: 0 })).toEqual(forever);
    expect(afterMs(600 * MINUTE_MS, { pendingTargets: 2, inFlight: 1 })).toEqual(forever);
    expect(drainedAtMs(record(), { ...unused, pendingTargets: 1 })).toBeNull();
  });

  it('counts the drain time from when the last such place got to know the new one', () => {
    const lastRolledOutMs = switchedMs + 30 * MINUTE_MS;
    expect(afterMs(31 * MINUTE_MS, { lastRolledOutMs })).toEqual({
      kind: 'wait',
      untilMs: switchedMs + 40 * MINUTE_MS,
    });
    expect(afterMs(40 * MINUTE_MS, { lastRolledOutMs })).toEqual({ kind: 'beginDeleting' });
    expect(afterMs(10 * MINUTE_MS, { lastRolledOutMs: switchedMs - 1 })).toEqual({ kind: 'beginDeleting' });
  });

  it('is deleting once that was written down, whatever runs', () => {
    expect(afterMs(0, { inFlight: 1, pendingTargets: 1 }, { step: 'deleting' })).toEqual({ kind: 'delete' });
  });

  it('is waiting after a failure, then trying again', () => {
    const retryAtMs = switchedMs + 5;
    expect(afterMs(0, { retryAtMs }, { step: 'deleting' })).toEqual({ kind: 'wait', untilMs: retryAtMs });
    expect(afterMs(5, { retryAtMs }, { step: 'deleting' })).toEqual({ kind: 'delete' });
  });
});

it('a failing service is asked after 1, 2, 4 minutes and so on, and once an hour at last', () => {
  expect([1, 2, 3, 7, 50].map(retryDelayMs)).toEqual([1, 2, 4, 60, 60].map((minutes) => minutes * MINUTE_MS));
});
