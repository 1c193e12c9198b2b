import { describe, expect, it } from 'vitest';
import { adviceFor } from '../../../src/main/reminders/advice.ts';
import { dayOf } from '../../../src/main/reminders/usage.ts';
import { DAY, keyOf, tokenOf } from './reminding.ts';

const now = Date.parse('2026-11-23T12:00:00.000Z');
const today = dayOf(now);
const never = { usedDay: null, wroteDay: null, isRefused: false };
const bornDaysAgo = (days: number, endMs: number | null = null) => ({ bornMs: now - days * DAY, endMs });
const advice = (
  credential: Parameters<typeof adviceFor>[0],
  usage: Partial<Parameters<typeof adviceFor>[1]> = {},
  sinceDay = 0,
) => adviceFor(credential, { ...never, ...usage }, sinceDay, now);

describe('advice beside the expiry', () => {
  it('is that a key without expiry is old, after 90 days', () => {
    const used = { usedDay: today };
    expect(advice(keyOf('k', bornDaysAgo(90)), used)).toEqual(['old']);
    expect(advice(keyOf('k', bornDaysAgo(89)), used)).toEqual([]);
    expect(advice(keyOf('k', bornDaysAgo(90, now + DAY)), used)).toEqual([]);
    expect(advice(tokenOf('t', bornDaysAgo(90)), used)).toEqual([]);
  });

  it('is that it is not used, after 60 days without use, and after 60 days of watching at the earliest', () => {
    const token = tokenOf('t', bornDaysAgo(80, now + DAY));
    expect(advice(token)).toEqual(['unused']);
    expect(advice(token, { usedDay: today - 60 })).toEqual(['unused']);
    expect(advice(token, { usedDay: today - 59 })).toEqual([]);
    expect(advice(token, {}, today - 59)).toEqual([]);
    expect(advice(tokenOf('t', bornDaysAgo(59, now + DAY)))).toEqual([]);
  });

  it('is that it may write and only reads, after 30 days of reading', () => {
    const token = tokenOf('t', bornDaysAgo(40, now + DAY), { scope: 'write' });
    const key = keyOf('k', bornDaysAgo(40), { permission: 'read-write' });
    for (const wide of [token, key]) {
      expect(advice(wide, { usedDay: today })).toEqual(['wide']);
      expect(advice(wide, { usedDay: today, wroteDay: today - 30 })).toEqual(['wide']);
      expect(advice(wide, { usedDay: today, wroteDay: today - 29 })).toEqual([]);
      expect(advice(wide, { usedDay: today - 30 })).toEqual([]);
      expect(advice(wide, { usedDay: today }, today - 29)).toEqual([]);
    }
    expect(advice(tokenOf('t', bornDaysAgo(40, now + DAY)), { usedDay: today })).toEqual([]);
    expect(advice(keyOf('k', bornDaysAgo(40)), { usedDay: today })).toEqual([]);
  });

  it('is that the service refuses it, and is silent about what has expired', () => {
    expect(advice(tokenOf('t', bornDaysAgo(1, now + DAY)), { isRefused: true })).toEqual(['refused']);
    expect(advice(tokenOf('t', bornDaysAgo(200, now)), { isRefused: true })).toEqual([]);
  });
});
