import { describe, expect, it, vi } from 'vitest';
import { dayOf, UsageRecord } from '../../../src/main/reminders/usage.ts';
import { FakeClock } from '../../helpers/fakeClock.ts';
import { createMemoryPreferences } from '../../helpers/memoryPreferences.ts';
import { DAY } from './reminding.ts';

const setUp = () => {
  const clock = new FakeClock();
  const store = createMemoryPreferences();
  const write = vi.spyOn(store, 'write');
  const usage = new UsageRecord(clock, store);
  usage.load();
  usage.flush();
  write.mockClear();
  const pass = (change: object = {}) =>
    usage.note({
      ...{ atMs: clock.now(), credential: { id: 'c' }, method: 'GET', status: 200, refusal: null },
      ...change,
    });
  return { clock, store, write, usage, pass, today: dayOf(clock.now()) };
};

describe('the record of use', () => {
  it('knows the day of the last request and of the last write', () => {
    const { clock, usage, pass, today } = setUp();
    expect(usage.of('c')).toEqual({ usedDay: null, wroteDay: null, isRefused: false });
    pass({ method: 'PUT' });
    clock.advance(3 * DAY);
    pass();
    pass({ method: 'HEAD' });
    expect(usage.of('c')).toEqual({ usedDay: today + 3, wroteDay: today, isRefused: false });
  });

  it('writes nothing while requests pass, once when asked, and not again while nothing is new', () => {
    const { usage, write, pass } = setUp();
    for (let count = 0; count < 10_000; count += 1) pass();
    expect(write).not.toHaveBeenCalled();
    usage.flush();
    pass();
    usage.flush();
    expect(write).toHaveBeenCalledTimes(1);
  });

  it('survives a restart, and begins anew with a file that something else wrote over', () => {
    const { clock, store, usage, pass, today } = setUp();
    pass();
    usage.flush();
    clock.advance(9 * DAY);
    const next = new UsageRecord(clock, store);
    next.load();
    expect([next.of('c').usedDay, next.sinceDay]).toEqual([today, today]);
    store.write('usage', { sinceDay: 'x' });
    next.load();
    expect([next.of('c').usedDay, next.sinceDay]).toEqual([null, today + 9]);
  });

  it.each([
    ['a 401 of the service', { status: 401 }],
    ['a signature that the service does not accept', { status: 403, refusal: 'UPSTREAM_SIGNATURE' }],
  ])('tells %s once, until a request is served again', (_, refused) => {
    const { usage, pass } = setUp();
    pass();
    expect(pass(refused)).toBe(true);
    expect(pass(refused)).toBe(false);
    expect(usage.of('c').isRefused).toBe(true);
    expect(pass()).toBe(false);
    expect(usage.of('c').isRefused).toBe(false);
    expect(pass(refused)).toBe(true);
  });

  it.each([
    ['was made without a credential', { credential: null }],
    ['the proxy refused itself', { status: 401, refusal: 'READ_ONLY' }],
  ])('does not count what %s', (_, change) => {
    const { usage, pass } = setUp();
    expect(pass(change)).toBe(false);
    expect(usage.of('c').usedDay).toBeNull();
  });

  it('does not count what the service refused as use or as a write', () => {
    const { usage, pass } = setUp();
    pass({ method: 'PUT', status: 401 });
    expect(usage.of('c')).toEqual({ usedDay: null, wroteDay: null, isRefused: true });
  });

  it('forgets the credentials that are gone', () => {
    const { store, usage, pass } = setUp();
    pass();
    pass({ credential: { id: 'gone' } });
    usage.keepOnly(new Set(['c']));
    usage.flush();
    expect(JSON.stringify(store.read('usage'))).not.toContain('gone');
    expect(JSON.stringify(store.read('usage'))).toContain('"c"');
  });
});
