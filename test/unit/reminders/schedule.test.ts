import { describe, expect, it } from 'vitest';
import { LONGEST_SLEEP_MS, reminderMark, schedule } from '../../../src/main/reminders/schedule.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const now = Date.parse('2026-11-23T12:00:00.000Z');
const expiring = (id: string, inMs: number | null) => ({
  id,
  name: id,
  kind: 'token' as const,
  expiresAt: inMs === null ? null : new Date(now + inMs).toISOString(),
});
const steps = (inMs: number | null, told: string[] = []) =>
  schedule([expiring('t', inMs)], now, new Set(told)).due.map(({ stepDays }) => stepDays);

describe('the schedule of reminders', () => {
  it.each([
    [null, []],
    [15 * DAY, []],
    [14 * DAY + 1, []],
    [14 * DAY, [14]],
    [8 * DAY, [14]],
    [7 * DAY, [7]],
    [3 * DAY, [3]],
    [DAY, [1]],
    [1, [1]],
    [0, [0]],
    [-30 * DAY, [0]],
  ])('reminds of what expires in %s ms of the steps %j', (inMs, due) => {
    expect(steps(inMs)).toEqual(due);
  });

  it('tells a step once, and the next one again', () => {
    expect(steps(6 * DAY, [reminderMark('t', 7)])).toEqual([]);
    expect(steps(2 * DAY, [reminderMark('t', 7)])).toEqual([3]);
  });

  it('settles the steps that passed unseen, so that they are not told one after another', () => {
    const [reminder] = schedule([expiring('t', 2 * DAY)], now, new Set()).due;
    expect(reminder?.marks).toEqual(['t:14', 't:7', 't:3']);
  });

  it('wakes at the next step, and after an hour at the latest', () => {
    const wake = (inMs: number | null) => schedule([expiring('t', inMs)], now, new Set()).nextWakeMs - now;
    expect(wake(14 * DAY + 5000)).toBe(5000);
    expect(wake(7 * DAY + 60_000)).toBe(60_000);
    expect(wake(20 * DAY)).toBe(LONGEST_SLEEP_MS);
    expect(wake(-DAY)).toBe(LONGEST_SLEEP_MS);
    expect(wake(null)).toBe(HOUR);
  });
});
