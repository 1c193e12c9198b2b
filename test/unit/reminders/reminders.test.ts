import { afterEach, describe, expect, it, vi } from 'vitest';
import { DAY, HOUR, keyOf, remindingWorld, tokenOf } from './reminding.ts';

const bodies = (world: ReturnType<typeof remindingWorld>) => world.notifier.notices.map(({ body }) => body);

const withToken = (lifeMs = 90 * DAY) => {
  const world = remindingWorld();
  const bornMs = world.clock.now();
  world.credentials = [tokenOf('t', { bornMs, endMs: bornMs + lifeMs })];
  return world;
};

describe('reminders', () => {
  it('come at 14, 7, 3 and 1 days and at the expiry, once each, and then no more', () => {
    const world = withToken(20 * DAY);
    world.start();
    const days: number[] = [];
    for (let day = 1; day <= 40; day += 1) {
      const before = world.notifier.notices.length;
      world.clock.advance(DAY);
      if (world.notifier.notices.length > before) days.push(20 - day);
    }
    expect(days).toEqual([14, 7, 3, 1, 0]);
    expect(world.notifier.notices).toHaveLength(5);
  });

  it('are at the moments that were chosen, from the moment of the choice on', () => {
    const world = withToken(20 * DAY);
    const reminders = world.start();
    world.clock.advance(7 * DAY);
    world.preferences.write({ stepsDays: [2, 10], showNames: true });
    reminders.look();
    world.clock.advance(30 * DAY);
    expect(bodies(world)).toEqual([
      'It expires in 14 days. Open nfyio Vault to replace it.',
      '“name-of-t” expires in 10 days. Open nfyio Vault to replace it.',
      '“name-of-t” expires in 2 days. Open nfyio Vault to replace it.',
    ]);
  });

  it('are not repeated by a restart', () => {
    const world = withToken();
    world.clock.sleep(80 * DAY);
    world.start().stop();
    world.start();
    expect(world.notifier.notices).toHaveLength(1);
  });

  it('are kept before they are told: a crash in between loses one rather than repeating it', () => {
    const world = withToken();
    world.clock.sleep(80 * DAY);
    vi.spyOn(world.notifier, 'notify').mockImplementation(() => {
      throw new Error('crashed');
    });
    expect(() => world.start()).toThrow('crashed');
    vi.restoreAllMocks();
    world.start();
    expect(world.notifier.notices).toEqual([]);
  });

  it('are one when several are due, and name nobody unless that was chosen', () => {
    const world = remindingWorld();
    const now = world.clock.now();
    const ages = [-1, 0.5, 2, 3, 4, 5, 6].map((days) => ({
      bornMs: now - 99 * DAY,
      endMs: now + days * DAY,
    }));
    world.credentials = [
      ...ages.map((life, index) => tokenOf(`t${index}`, life)),
      keyOf('old', { bornMs: now - 99 * DAY, endMs: null }),
    ];
    world.start();
    world.store.write('memory', {});
    world.preferences.write({ ...world.preferences.read(), showNames: true });
    world.start();
    expect(world.notifier.notices).toMatchObject([
      {
        title: '8 credentials need attention',
        body: '1 expired, 6 about to expire, 1 old.',
        credentialIds: ['t0', 't1', 't2', 't3', 't4', 't5', 't6', 'old'],
        actions: ['snooze', 'open'],
      },
      {
        body: '1 expired (“name-of-t0”), 6 about to expire (“name-of-t1”, “name-of-t2”, “name-of-t3”, “name-of-t4”, “name-of-t5” and 1 more), 1 old (“name-of-old”).',
      },
    ]);
    expect(JSON.stringify(world.notifier.notices[0])).not.toContain('name-of');
  });

  it('are silent about what was deleted or replaced, and begin anew with a new expiry', () => {
    const world = withToken(20 * DAY);
    const reminders = world.start();
    world.clock.advance(10 * DAY);
    const { id } = world.credentials?.[0] ?? { id: '' };
    const now = world.clock.now();
    world.credentials = [tokenOf(id, { bornMs: now, endMs: now + 60 * DAY })];
    reminders.look();
    world.clock.advance(45 * DAY);
    expect(world.notifier.notices).toHaveLength(1);
    world.clock.advance(2 * DAY);
    expect(world.notifier.notices).toHaveLength(2);
    world.credentials = [];
    reminders.look();
    world.clock.advance(30 * DAY);
    expect(world.notifier.notices).toHaveLength(2);
    expect(world.store.read('memory')).toEqual({});
  });

  it('catch up once after the machine slept through several steps, an hour after it woke at the latest', () => {
    const world = withToken(20 * DAY);
    world.start();
    world.clock.sleep(18 * DAY);
    world.clock.advance(HOUR);
    expect(bodies(world)).toEqual(['It expires in 2 days. Open nfyio Vault to replace it.']);
  });

  it('forget nothing while no credential can be known', () => {
    const world = withToken();
    world.clock.sleep(80 * DAY);
    world.start().stop();
    const known = world.credentials;
    world.credentials = null;
    const locked = world.start();
    locked.look();
    locked.stop();
    world.credentials = known;
    world.start();
    expect(world.notifier.notices).toHaveLength(1);
  });

  it('end with stop(), and survive files that something else wrote over', () => {
    const world = withToken();
    world.store.write('memory', ['not', 'a', 'record']);
    const reminders = world.start();
    reminders.stop();
    world.clock.advance(99 * DAY);
    expect(world.notifier.notices).toEqual([]);
    expect(world.clock.pendingTimers).toBe(0);
  });

  it('go on, each once, where the disk takes nothing', () => {
    const world = withToken(20 * DAY);
    vi.spyOn(world.store, 'write').mockImplementation(() => {
      throw Object.assign(new Error('ENOSPC'), { code: 'ENOSPC' });
    });
    world.start();
    world.clock.advance(30 * DAY);
    expect(world.notifier.notices).toHaveLength(5);
    expect(new Set(world.logged)).toEqual(new Set(['what was reminded of could not be written down']));
  });
});

describe('advice', () => {
  it('is told once, however long it holds and however often the app starts', () => {
    const world = remindingWorld();
    const bornMs = world.clock.now();
    world.credentials = [keyOf('k', { bornMs, endMs: null })];
    world.start();
    world.clock.advance(59 * DAY);
    expect(world.notifier.notices).toEqual([]);
    world.clock.advance(2 * DAY);
    world.clock.advance(40 * DAY);
    world.start();
    world.clock.advance(300 * DAY);
    expect(world.notifier.notices.map(({ title }) => title)).toEqual([
      'An access key is not used',
      'An access key is old and never expires',
    ]);
  });

  it('that the service refuses a credential comes a second after it did, once for a burst', () => {
    const world = withToken();
    const reminders = world.start();
    const request = { credential: { id: 't' }, method: 'GET', status: 401, refusal: null };
    for (let count = 0; count < 50; count += 1)
      if (world.usage.note({ ...request, atMs: world.clock.now() })) reminders.lookSoon();
    world.clock.advance(1000);
    expect(world.notifier.notices).toMatchObject([
      {
        title: 'An access token was refused by the service',
        body: 'The service answers that it is wrong, expired or deleted there. Replace it, and delete it here.',
        actions: ['rotate', 'snooze', 'open'],
      },
    ]);
    expect(world.changes).toBe(1);
  });
});

describe('a snooze', () => {
  afterEach(() => {
    delete process.env.TZ;
  });

  it('of three days comes back after three days, though no step lies there, and the steps go on', () => {
    const world = withToken(20 * DAY);
    const reminders = world.start();
    world.clock.advance(6 * DAY + HOUR);
    reminders.snooze(['t'], '3d');
    world.clock.advance(3 * DAY - 1);
    expect(world.notifier.notices).toHaveLength(1);
    world.clock.advance(1);
    expect(bodies(world).at(-1)).toContain('expires in 10 days');
    world.clock.advance(20 * DAY);
    expect(world.notifier.notices).toHaveLength(6);
  });

  it('is kept across a restart, and quiets the badge meanwhile', () => {
    const world = withToken(20 * DAY);
    const first = world.start();
    world.clock.advance(6 * DAY);
    expect(first.attention(world.credentials ?? [])).toBe(0);
    world.clock.advance(HOUR);
    expect(first.attention(world.credentials ?? [])).toBe(1);
    first.snooze(['t'], '3d');
    first.stop();
    const second = world.start();
    expect(second.attention(world.credentials ?? [])).toBe(0);
    const until = new Date(world.clock.now() + 3 * DAY).toISOString();
    expect(second.due(world.credentials ?? [])).toMatchObject([{ snoozedUntil: until, isIgnored: false }]);
    world.clock.advance(3 * DAY);
    expect(world.notifier.notices).toHaveLength(2);
    expect(second.due(world.credentials ?? [])).toMatchObject([{ snoozedUntil: null }]);
  });

  it.each([
    ['UTC', '2026-03-27T22:00:00Z', '2026-03-28T09:00:00.000Z'],
    // On these nights the clock is changed, and tomorrow is 23 or 25 hours long.
    ['Europe/Berlin', '2026-03-28T22:00:00Z', '2026-03-29T07:00:00.000Z'],
    ['Europe/Berlin', '2026-10-24T21:00:00Z', '2026-10-25T08:00:00.000Z'],
    ['America/Los_Angeles', '2026-03-08T06:00:00Z', '2026-03-08T16:00:00.000Z'],
    ['Pacific/Kiritimati', '2026-03-28T22:00:00Z', '2026-03-29T19:00:00.000Z'],
  ])('until tomorrow ends at nine in the morning in %s', (zone, now, morning) => {
    process.env.TZ = zone;
    const world = remindingWorld(Date.parse(now));
    world.credentials = [
      tokenOf('t', { bornMs: Date.parse(now) - 90 * DAY, endMs: Date.parse(now) + 5 * DAY }),
    ];
    const reminders = world.start();
    reminders.snooze(['t'], 'tomorrow');
    expect(reminders.due(world.credentials)[0]?.snoozedUntil).toBe(morning);
    world.clock.advance(Date.parse(morning) - Date.parse(now) - 1);
    expect(world.notifier.notices).toHaveLength(1);
    world.clock.advance(1);
    expect(world.notifier.notices).toHaveLength(2);
  });

  it('for ever is for ever, for this one alone, until it is taken back', () => {
    const world = withToken(20 * DAY);
    const [first] = world.credentials ?? [];
    const bornMs = world.clock.now();
    const other = tokenOf('other', { bornMs, endMs: bornMs + 20 * DAY });
    world.credentials = first === undefined ? [] : [first, other];
    const reminders = world.start();
    reminders.snooze(['t'], 'never');
    world.clock.advance(15 * DAY);
    expect(world.notifier.notices.map(({ credentialIds }) => credentialIds)).toEqual([['other'], ['other']]);
    reminders.snooze(['t'], 'now');
    expect(world.notifier.notices.at(-1)?.credentialIds).toEqual(['t']);
  });

  it('that a wrong clock put years ahead does not hold', () => {
    const world = withToken(20 * DAY);
    world.clock.advance(15 * DAY);
    const reminders = world.start();
    world.clock.jump(3000 * DAY);
    reminders.snooze(['t'], '3d');
    world.clock.jump(-3000 * DAY);
    world.clock.advance(2 * DAY + HOUR);
    expect(bodies(world).at(-1)).toContain('expires in');
    world.clock.advance(3 * DAY);
    expect(bodies(world).at(-1)).toContain('expired');
  });
});
