import { describe, expect, it } from 'vitest';
import { reminderMoments } from '../../../src/main/reminders/moments.ts';
import { DAY, HOUR, tokenOf } from './reminding.ts';

const born = Date.parse('2026-11-23T12:00:00.000Z');
/** Hours before the expiry. */
const hoursLeft = (lifeMs: number | null, stepsDays: readonly number[] = [14, 7, 3, 1, 0]) => {
  const endMs = lifeMs === null ? null : born + lifeMs;
  return reminderMoments(tokenOf('t', { bornMs: born, endMs }), stepsDays).map(
    (moment) => ((endMs ?? 0) - moment) / HOUR,
  );
};

describe('the moments at which a person is reminded', () => {
  it('are the steps, for a life of 14 days and more', () => {
    expect(hoursLeft(90 * DAY)).toEqual([336, 168, 72, 24, 0]);
  });

  it('do not come with the credential itself: a fresh one of 14 days is not about to expire', () => {
    expect(hoursLeft(14 * DAY)).toEqual([168, 72, 24, 0]);
    expect(hoursLeft(20 * DAY, [30, 7])).toEqual([168]);
  });

  it('are at 50, 20 and 5 % of the life that is left, for a shorter one', () => {
    expect(hoursLeft(7 * DAY)).toEqual([84, 33.6, 8.4, 0]);
    expect(hoursLeft(DAY)).toEqual([12, 4.8, 1.2, 0]);
  });

  it.each([
    ['without expiry', null, [14, 0]],
    ['that had expired before it came here', -DAY, [14, 7, 3, 1, 0]],
    ['whose owner wants no reminders', 90 * DAY, []],
    ['that is short-lived, whose owner wants no reminders', DAY, []],
  ])('are none for a credential %s', (_, lifeMs, steps) => {
    expect(hoursLeft(lifeMs, steps)).toEqual([]);
  });

  it('leave the expiry itself out where that was chosen', () => {
    expect(hoursLeft(10 * HOUR, [3])).toEqual([5, 2, 0.5]);
    expect(hoursLeft(90 * DAY, [3])).toEqual([72]);
  });
});
