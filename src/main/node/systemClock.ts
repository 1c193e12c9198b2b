import type { Clock } from '../ports.ts';

/** Node fires at once what is set further ahead than this (24.8 days). */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** The only place that reads the time of the machine. Its timers do not keep the process alive. */
export const systemClock: Clock = {
  now: () => Date.now(),

  after(delayMs, task) {
    let timer: NodeJS.Timeout;
    const wait = (leftMs: number): void => {
      const stepMs = Math.min(leftMs, LONGEST_TIMER_MS);
      timer = setTimeout(() => (leftMs > stepMs ? wait(leftMs - stepMs) : task()), stepMs);
      timer.unref();
    };
    wait(Math.max(0, delayMs));
    return () => clearTimeout(timer);
  },
};
