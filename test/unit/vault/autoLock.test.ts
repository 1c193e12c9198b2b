import { describe, expect, it } from 'vitest';
import { AutoLock, lockAtMs } from '../../../src/main/vault/autoLock.ts';
import type { LockSettings } from '../../../src/shared/contract/vault.ts';
import { FakeClock } from '../../helpers/fakeClock.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

const setUp = (initial: Partial<LockSettings> = {}) => {
  const clock = new FakeClock();
  let settings: LockSettings = { idleMinutes: 5, connectionsKeepOpen: false, ...initial };
  let locks = 0;
  const autoLock = new AutoLock({
    clock,
    settings: () => settings,
    lock: () => {
      locks += 1;
    },
  });
  autoLock.start();
  return {
    clock,
    autoLock,
    locks: () => locks,
    set: (changed: Partial<LockSettings>) => {
      settings = { ...settings, ...changed };
    },
  };
};

describe('a vault that nobody uses', () => {
  it('locks after the idle time, once', () => {
    const { clock, locks } = setUp();
    clock.advance(5 * MINUTE_MS - 1);
    expect(locks()).toBe(0);
    clock.advance(1);
    expect(locks()).toBe(1);
    clock.advance(HOUR_MS);
    expect(locks()).toBe(1);
    expect(clock.pendingTimers).toBe(0);
  });

  it('stays open as long as the app is used', () => {
    const { clock, autoLock, locks } = setUp();
    for (let use = 0; use < 100; use += 1) {
      clock.advance(4 * MINUTE_MS);
      autoLock.appUsed();
    }
    expect(locks()).toBe(0);
    clock.advance(5 * MINUTE_MS);
    expect(locks()).toBe(1);
  });

  it('locks at the first look after a machine slept', () => {
    const { clock, locks } = setUp();
    clock.sleep(8 * HOUR_MS);
    clock.advance(0);
    expect(locks()).toBe(1);
  });

  it('follows settings that change meanwhile', () => {
    const { clock, locks, set } = setUp({ idleMinutes: null });
    clock.advance(48 * HOUR_MS);
    expect(locks()).toBe(0);
    set({ idleMinutes: 1 });
    clock.advance(15_000);
    expect(locks()).toBe(1);
  });

  it('is left alone after a stop', () => {
    const { clock, autoLock, locks } = setUp();
    autoLock.stop();
    clock.advance(HOUR_MS);
    expect(locks()).toBe(0);
  });
});

describe('requests of tools', () => {
  it('do not count as use unless that was chosen', () => {
    const { clock, autoLock, locks } = setUp();
    clock.advance(4 * MINUTE_MS);
    autoLock.connectionUsed();
    clock.advance(MINUTE_MS);
    expect(locks()).toBe(1);
  });

  it('keep it open where that was chosen, until twelve hours after the app was used', () => {
    const { clock, autoLock, locks } = setUp({ connectionsKeepOpen: true });
    for (let minute = 4; minute < 12 * 60; minute += 4) {
      clock.advance(4 * MINUTE_MS);
      autoLock.connectionUsed();
      expect(locks()).toBe(0);
    }
    clock.advance(4 * MINUTE_MS);
    expect(locks()).toBe(1);
  });

  it.each<[Partial<LockSettings>, number | null, number | null]>([
    [{}, null, 5],
    [{}, 3, 5],
    [{ connectionsKeepOpen: true }, null, 5],
    [{ connectionsKeepOpen: true }, 3, 8],
    [{ connectionsKeepOpen: true }, 719, 720],
    [{ connectionsKeepOpen: true, idleMinutes: 1440 }, 719, 1440],
    [{ connectionsKeepOpen: true, idleMinutes: null }, 3, null],
  ])('%j, last one after %s minutes: locks after %s', (settings, usedAfter, expected) => {
    const lockAt = lockAtMs(
      { idleMinutes: 5, connectionsKeepOpen: false, ...settings },
      { appUsedAtMs: 0, connectionsUsedAtMs: usedAfter === null ? null : usedAfter * MINUTE_MS },
    );
    expect(lockAt).toBe(expected === null ? null : expected * MINUTE_MS);
  });
});
