import type { SnoozeUntil } from '../../shared/contract/due.ts';
import { DAY_MS } from '../../shared/expiry.ts';
import type { Remembered } from './memory.ts';

/** When a working day begins, where this machine is. */
const MORNING_HOUR = 9;

const tomorrowMorning = (nowMs: number): number => {
  const moment = new Date(nowMs);
  moment.setDate(moment.getDate() + 1);
  // By the calendar of this machine: a day on which the clock is changed has no 24 hours.
  moment.setHours(MORNING_HOUR, 0, 0, 0);
  return moment.getTime();
};

/** What is remembered after the person has answered. */
export const snoozed = (known: Remembered, until: SnoozeUntil, nowMs: number): Remembered => {
  switch (until) {
    case 'tomorrow':
      return { ...known, isIgnored: false, quietUntilMs: tomorrowMorning(nowMs) };
    case '3d':
      return { ...known, isIgnored: false, quietUntilMs: nowMs + 3 * DAY_MS };
    case 'never':
      return { ...known, isIgnored: true, quietUntilMs: null };
    case 'now':
      return { ...known, isIgnored: false, quietUntilMs: null };
  }
};
