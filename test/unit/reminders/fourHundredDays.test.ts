import { afterEach, describe, expect, it } from 'vitest';
import type { Credential } from '../../../src/shared/contract/credentials.ts';
import { SeededRandom } from '../../fuzz/seededRandom.ts';
import { DAY, HOUR, keyOf, remindingWorld, tokenOf } from './reminding.ts';

const START = Date.UTC(2026, 1, 1);
const DAYS = 400;
const MINUTE = 60_000;
const TICK = HOUR / 2;
const ZONES = ['UTC', 'Europe/Berlin', 'America/Los_Angeles', 'Pacific/Kiritimati', 'Asia/Kathmandu'];

interface Existence {
  readonly credential: Credential;
  readonly bornMs: number;
  readonly goneMs: number;
}

/** A moment at which the person is to be told. `reachedMs`: how long the app had been awake when it came. */
interface Expected {
  readonly id: string;
  readonly atMs: number;
  reachedMs: number | null;
}

interface Told {
  readonly id: string;
  readonly awakeMs: number;
}

/** The rule as it is written in the README, enumerated plainly. */
const momentsOf = ({ credential, bornMs }: Existence): Expected[] => {
  if (credential.expiresAt === null) return [];
  const endMs = Date.parse(credential.expiresAt);
  const life = endMs - bornMs;
  const left = life < 14 * DAY ? [life / 2, life / 5, life / 20, 0] : [14 * DAY, 7 * DAY, 3 * DAY, DAY, 0];
  return left
    .filter((ms) => endMs - ms > bornMs)
    .map((ms) => ({ id: credential.id, atMs: endMs - ms, reachedMs: null }));
};

const walk = (seed: number) => {
  const random = new SeededRandom(seed);
  const between = (from: number, to: number) => from + random.below(to - from);
  const existences = Array.from({ length: 50 }, (_, index): Existence => {
    const bornMs = START + between(0, 300 * DAY);
    // In whole minutes, so that a twentieth of it is a whole number of milliseconds.
    const lifeMs = (index % 3 === 0 ? between(60, 14 * 1440) : between(14 * 1440, 365 * 1440)) * MINUTE;
    // Of those that never expire none is a key: nobody is to be told that it is old.
    const make = index % 2 === 0 ? keyOf : tokenOf;
    const endMs = index % 10 === 9 ? null : bornMs + lifeMs;
    return {
      credential: make(`c${index}`, { bornMs, endMs }),
      bornMs,
      goneMs: index % 5 === 4 ? bornMs + between(0, lifeMs) : Number.POSITIVE_INFINITY,
    };
  });
  const expected = existences.flatMap(momentsOf);
  const goneAfterMs = new Map<string, number>();
  const told: Told[] = [];
  const world = remindingWorld(START);
  let awakeMs = 0;
  let tickBeganMs = START;
  let aheadMs = 0;
  world.notifier.notify = ({ credentialIds }) => {
    const nowMs = awakeMs + world.clock.now() - tickBeganMs;
    told.push(...credentialIds.map((id) => ({ id, awakeMs: nowMs })));
  };
  const born = new Set<Existence>();
  const gone = new Set<Existence>();
  /** What was made stays made, also when somebody sets the clock back. */
  const present = () => {
    const nowMs = world.clock.now();
    for (const one of existences) {
      if (one.bornMs <= nowMs) born.add(one);
      if (one.goneMs <= nowMs) gone.add(one);
    }
    return existences.filter((one) => born.has(one) && !gone.has(one));
  };
  /** As the app does: the list is read anew after every change. */
  const follow = () => {
    const now = present().map(({ credential }) => credential);
    if (
      now.length === world.credentials?.length &&
      now.every((one, index) => one === world.credentials?.[index])
    )
      return;
    for (const { id } of world.credentials ?? [])
      if (!now.some((one) => one.id === id) && !goneAfterMs.has(id)) goneAfterMs.set(id, awakeMs);
    world.credentials = now;
    reminders.look();
  };
  let reminders = world.start();
  const happen: readonly (() => void)[] = [
    // The machine sleeps: the time of day goes on, timers stand still.
    () => world.clock.jump(between(HOUR, 3 * DAY)),
    // The app ends and is started again later.
    () => {
      reminders.stop();
      world.clock.jump(between(0, 2 * DAY));
      tickBeganMs = world.clock.now();
      reminders = world.start();
    },
    // Somebody sets the clock, forwards or back.
    () => {
      const target = between(-11 * HOUR, 11 * HOUR);
      world.clock.jump(target - aheadMs);
      aheadMs = target;
    },
    // The machine travels.
    () => {
      process.env.TZ = ZONES[between(0, ZONES.length)] ?? 'UTC';
    },
  ];
  while (world.clock.now() < START + DAYS * DAY) {
    tickBeganMs = world.clock.now();
    if (random.chance(0.03)) happen[between(0, happen.length)]?.();
    tickBeganMs = world.clock.now();
    follow();
    const alive = new Set(present().map(({ credential }) => credential.id));
    for (const moment of expected)
      if (moment.reachedMs === null && alive.has(moment.id) && moment.atMs <= tickBeganMs + TICK)
        moment.reachedMs = awakeMs + Math.max(0, moment.atMs - tickBeganMs);
    for (const id of alive)
      world.usage.note({ atMs: tickBeganMs, credential: { id }, method: 'GET', status: 200, refusal: null });
    world.clock.advance(TICK);
    awakeMs += TICK;
  }
  return { expected, told, goneAfterMs, awakeMs };
};

afterEach(() => {
  delete process.env.TZ;
});

describe('400 days of 50 credentials, with sleep, restarts, set clocks and journeys', () => {
  it.each([1, 2, 3, 4])(
    'every reminder comes exactly once, and within an hour of being awake (%i)',
    (seed) => {
      const { expected, told, goneAfterMs, awakeMs } = walk(seed);
      const covering = new Set<Told>();
      const wrong: string[] = [];
      for (const { id, reachedMs, atMs } of expected) {
        if (reachedMs === null) continue;
        const first = told.find((one) => one.id === id && one.awakeMs >= reachedMs);
        const hadTime = Math.min(goneAfterMs.get(id) ?? awakeMs, awakeMs) - reachedMs > HOUR;
        if (first !== undefined) covering.add(first);
        if (hadTime && (first === undefined || first.awakeMs - reachedMs > HOUR))
          wrong.push(`${id} at ${new Date(atMs).toISOString()}: ${JSON.stringify({ reachedMs, first })}`);
      }
      expect(wrong).toEqual([]);
      expect(told.filter((one) => !covering.has(one))).toEqual([]);
      expect(told.filter(({ id, awakeMs: at }) => at > (goneAfterMs.get(id) ?? at))).toEqual([]);
      expect(covering.size).toBeGreaterThan(100);
    },
  );
});

it('a clock that was a year ahead for an hour takes no reminder away', () => {
  const world = remindingWorld(START);
  world.credentials = [tokenOf('t', { bornMs: START, endMs: START + 50 * DAY })];
  world.start();
  world.clock.jump(365 * DAY);
  world.clock.advance(HOUR);
  expect(world.notifier.notices).toHaveLength(1);
  world.clock.jump(-365 * DAY);
  world.clock.advance(100 * DAY);
  expect(world.notifier.notices.slice(1)).toHaveLength(5);
});
