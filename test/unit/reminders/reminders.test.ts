import { describe, expect, it } from 'vitest';
import { Reminders } from '../../../src/main/reminders/reminders.ts';
import { FakeClock } from '../../helpers/fakeClock.ts';
import { createMemoryPreferences } from '../../helpers/memoryPreferences.ts';
import { RecordingNotifier } from '../../helpers/recordingNotifier.ts';

const DAY = 86_400_000;

const setUp = () => {
  const clock = new FakeClock();
  const preferences = createMemoryPreferences();
  const notifier = new RecordingNotifier();
  const credentials = [
    {
      id: 't1',
      name: 'ci',
      kind: 'token' as const,
      expiresAt: new Date(clock.now() + 20 * DAY).toISOString(),
    },
  ];
  const make = () => new Reminders({ clock, preferences, notifier, credentials: () => credentials });
  return { clock, preferences, notifier, make };
};

describe('reminders', () => {
  it('come at 14, 7, 3 and 1 days and at the expiry, once each, and then no more', () => {
    const { clock, notifier, make } = setUp();
    make().look();
    const days: number[] = [];
    for (let day = 0; day < 40; day += 1) {
      const before = notifier.notices.length;
      clock.advance(DAY);
      if (notifier.notices.length > before) days.push(19 - day);
    }
    expect(days).toEqual([14, 7, 3, 1, 0]);
    expect(notifier.notices).toHaveLength(5);
    expect(notifier.notices[0]).toEqual({
      title: 'An access token is about to expire',
      body: '“ci” expires in 14 days.',
    });
    expect(notifier.notices.at(-1)?.title).toBe('An access token has expired');
  });

  it('are not repeated by a restart', () => {
    const { clock, notifier, make } = setUp();
    clock.sleep(15 * DAY);
    const first = make();
    first.look();
    first.stop();
    make().look();
    expect(notifier.notices).toHaveLength(1);
  });

  it('are marked before they are told: a crash in between loses one rather than repeating it', () => {
    const { clock, preferences, notifier, make } = setUp();
    clock.sleep(15 * DAY);
    const crashing = {
      ...notifier,
      notify: () => expect(preferences.read('remindersTold')).toEqual(['t1:14', 't1:7']),
    };
    const expiresAt = new Date(clock.now() + 5 * DAY).toISOString();
    const credentials = () => [{ id: 't1', name: 'ci', kind: 'token' as const, expiresAt }];
    new Reminders({ clock, preferences, notifier: crashing, credentials }).look();
    make().look();
    expect(notifier.notices).toEqual([]);
    expect.assertions(2);
  });

  it('catch up once after the machine slept through several steps', () => {
    const { clock, notifier, make } = setUp();
    make().look();
    clock.sleep(18 * DAY);
    clock.advance(0);
    expect(notifier.notices.map(({ body }) => body)).toEqual(['“ci” expires in 2 days.']);
  });

  it('end with stop()', () => {
    const { clock, notifier, make } = setUp();
    const reminders = make();
    reminders.look();
    reminders.stop();
    clock.advance(30 * DAY);
    expect(notifier.notices).toEqual([]);
  });

  it('survive preferences that something else wrote over', () => {
    const { clock, preferences, notifier, make } = setUp();
    preferences.write('remindersTold', { not: 'a list' });
    clock.sleep(19 * DAY);
    make().look();
    expect(notifier.notices).toHaveLength(1);
  });
});
