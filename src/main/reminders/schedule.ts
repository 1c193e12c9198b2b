import type { Credential } from '../../shared/contract/credentials.ts';
import { type Advice, type ReminderReason, reminderReasons } from '../../shared/reminderReasons.ts';
import { believable, isQuiet, type Memory, nothingTold, type Remembered } from './memory.ts';
import { reminderMoments } from './moments.ts';

/** The longest time between two looks: how late a reminder can come after sleep or when the clock is set. */
export const LONGEST_WAIT_MS = 3_600_000;

export interface Subject {
  readonly credential: Credential;
  /** What holds of it now, beside its expiry. */
  readonly advice: readonly Advice[];
}

export interface Reminder {
  readonly credential: Credential;
  /** At least one, the most urgent first. */
  readonly reasons: readonly ReminderReason[];
}

interface Outcome {
  readonly reminder: Reminder | null;
  /** The very one that was given where nothing is new. */
  readonly remembered: Remembered;
  /** The next time at which something changes by itself. */
  readonly changesAtMs: number;
}

/** Steps that passed unseen are settled by one reminder: they are not told one after another. */
const settle = (
  { credential, advice }: Subject,
  before: Remembered,
  stepsDays: readonly number[],
  nowMs: number,
): Outcome => {
  const known = believable(before, nowMs);
  if (isQuiet(known, nowMs)) {
    const changesAtMs = known.isIgnored ? null : known.quietUntilMs;
    return { reminder: null, remembered: known, changesAtMs: changesAtMs ?? Number.POSITIVE_INFINITY };
  }
  const moments = reminderMoments(credential, stepsDays);
  const passed = moments.filter((moment) => moment <= nowMs);
  const isSnoozeOver = known.quietUntilMs !== null;
  const isStepNew = passed.some((moment) => known.toldMs === null || moment > known.toldMs);
  const isTold = (reason: ReminderReason): boolean =>
    reason === 'expiry'
      ? passed.length > 0 && (isStepNew || isSnoozeOver)
      : advice.includes(reason) && (isSnoozeOver || !known.advised.includes(reason));
  const reasons = reminderReasons.filter(isTold);
  const changesAtMs = moments.find((moment) => moment > nowMs) ?? Number.POSITIVE_INFINITY;
  if (reasons.length === 0 && !isSnoozeOver) return { reminder: null, remembered: known, changesAtMs };
  return {
    reminder: reasons.length === 0 ? null : { credential, reasons },
    remembered: {
      isIgnored: false,
      quietUntilMs: null,
      toldMs: reasons.includes('expiry') ? nowMs : known.toldMs,
      advised: [...new Set([...known.advised, ...advice])],
    },
    changesAtMs,
  };
};

export interface Schedule {
  readonly due: readonly Reminder[];
  readonly nextWakeMs: number;
  /** To be kept before anybody is told; the very one that was given where nothing is new. Nothing that is gone is in it. */
  readonly memory: Memory;
}

const hasSomething = ({ toldMs, advised, quietUntilMs, isIgnored }: Remembered): boolean =>
  toldMs !== null || advised.length > 0 || quietUntilMs !== null || isIgnored;

/** Who is to be reminded of what, and when to look again. */
export const schedule = (
  subjects: readonly Subject[],
  memory: Memory,
  stepsDays: readonly number[],
  nowMs: number,
): Schedule => {
  const outcomes = subjects.map((subject) => {
    const { id } = subject.credential;
    return { id, ...settle(subject, memory[id] ?? nothingTold, stepsDays, nowMs) };
  });
  const kept = outcomes.filter(({ remembered }) => hasSomething(remembered));
  const isSame =
    kept.length === Object.keys(memory).length &&
    kept.every(({ id, remembered }) => remembered === memory[id]);
  return {
    due: outcomes.flatMap(({ reminder }) => reminder ?? []),
    nextWakeMs: outcomes.reduce(
      (earliest, { changesAtMs }) => Math.min(earliest, changesAtMs),
      nowMs + LONGEST_WAIT_MS,
    ),
    memory: isSame ? memory : Object.fromEntries(kept.map(({ id, remembered }) => [id, remembered])),
  };
};
