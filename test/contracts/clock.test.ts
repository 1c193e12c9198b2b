import { describe, expect, it } from 'vitest';
import { systemClock } from '../../src/main/node/systemClock.ts';
import type { Clock } from '../../src/main/ports.ts';
import { FakeClock } from '../helpers/fakeClock.ts';

interface Subject {
  readonly clock: Clock;
  /** Lets time pass until the task has run; a real clock needs nobody for that. */
  readonly until: (ran: Promise<void>) => Promise<void>;
}

const fake = (): Subject => {
  const clock = new FakeClock();
  return {
    clock,
    until: (ran) => {
      clock.advance(1_000);
      return ran;
    },
  };
};
const system = (): Subject => ({ clock: systemClock, until: (ran) => ran });

/** A referee: time only passes for a real clock while something is set, and this keeps the process waiting for it. */
const waitFor = ({ clock, until }: Subject, delayMs: number): Promise<void> => {
  const keptAlive = setInterval(() => undefined, 1_000);
  return until(new Promise<void>((resolve) => clock.after(delayMs, resolve))).finally(() =>
    clearInterval(keptAlive),
  );
};

describe.each([
  ['the fake clock', fake],
  ['the system clock', system],
])('Clock: %s', (_, make) => {
  it('tells the time in whole milliseconds since 1970 and does not go back', async () => {
    const subject = make();
    const before = subject.clock.now();
    await waitFor(subject, 2);
    expect(Number.isInteger(before)).toBe(true);
    expect(new Date(before).getUTCFullYear()).toBeGreaterThanOrEqual(2026);
    expect(subject.clock.now()).toBeGreaterThanOrEqual(before);
  });

  it('runs a task once, when its time has come and not before', async () => {
    const subject = make();
    const ranAt: number[] = [];
    const setAt = subject.clock.now();
    subject.clock.after(20, () => ranAt.push(subject.clock.now()));
    await waitFor(subject, 60);
    expect(ranAt).toHaveLength(1);
    // A timer of Node counts on another clock than the one that tells the time: they may differ by a millisecond.
    expect(ranAt[0]).toBeGreaterThanOrEqual(setAt + 19);
  });

  it('runs tasks in the order of their times', async () => {
    const subject = make();
    const order: string[] = [];
    subject.clock.after(40, () => order.push('late'));
    subject.clock.after(1, () => order.push('early'));
    await waitFor(subject, 80);
    expect(order).toEqual(['early', 'late']);
  });

  it.each([0, -5])('runs a task that is due already (%i ms) soon, but never at once', async (delayMs) => {
    const subject = make();
    let hasRun = false;
    subject.clock.after(delayMs, () => {
      hasRun = true;
    });
    expect(hasRun).toBe(false);
    await waitFor(subject, 20);
    expect(hasRun).toBe(true);
  });

  it('does not run what was cancelled, and takes a second cancelling in its stride', async () => {
    const subject = make();
    let runs = 0;
    const cancel = subject.clock.after(1, () => {
      runs += 1;
    });
    const cancelLater = subject.clock.after(2, () => {
      runs += 10;
    });
    cancel();
    cancel();
    await waitFor(subject, 20);
    cancelLater();
    expect(runs).toBe(10);
  });

  it('does not run at once what lies further ahead than a timer of Node can count', async () => {
    const subject = make();
    let runs = 0;
    const cancel = subject.clock.after(2 ** 31 + 5, () => {
      runs += 1;
    });
    await waitFor(subject, 20);
    cancel();
    expect(runs).toBe(0);
  });
});
