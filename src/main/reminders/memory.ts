import { z } from 'zod';
import { DAY_MS } from '../../shared/expiry.ts';
import { advices } from '../../shared/reminderReasons.ts';
import type { DocumentStore } from '../ports.ts';

/** What was told of a credential, and what the person answered. Not secret: ids and times. */

const remembered = z.object({
  /** Of every moment up to here the person has been told. */
  toldMs: z.number().nullable(),
  /** Told advice. */
  advised: z.array(z.enum(advices)),
  /** Snoozed until then. */
  quietUntilMs: z.number().nullable(),
  isIgnored: z.boolean(),
});
export type Remembered = Readonly<z.infer<typeof remembered>>;
export type Memory = Readonly<Record<string, Remembered>>;

export const nothingTold: Remembered = { toldMs: null, advised: [], quietUntilMs: null, isIgnored: false };

const LONGEST_SNOOZE_MS = 3 * DAY_MS;

/**
 * Times that can only come from a clock that was wrong by more than a day are forgotten: a machine that once woke up
 * in the year 2040 would else be silent until then. Smaller jumps back repeat nothing.
 */
export const believable = (known: Remembered, nowMs: number): Remembered => {
  const { toldMs, quietUntilMs } = known;
  const isToldWrong = toldMs !== null && toldMs > nowMs + DAY_MS;
  const isQuietWrong = quietUntilMs !== null && quietUntilMs > nowMs + LONGEST_SNOOZE_MS + DAY_MS;
  if (!isToldWrong && !isQuietWrong) return known;
  return {
    ...known,
    toldMs: isToldWrong ? null : toldMs,
    quietUntilMs: isQuietWrong ? null : quietUntilMs,
  };
};

export const isQuiet = ({ isIgnored, quietUntilMs }: Remembered, nowMs: number): boolean =>
  isIgnored || (quietUntilMs !== null && quietUntilMs > nowMs);

const KEY = 'memory';
const memoryFile = z.record(z.string(), remembered).catch({});

export const readMemory = (store: DocumentStore): Memory => memoryFile.parse(store.read(KEY));
export const writeMemory = (store: DocumentStore, memory: Memory): void => store.write(KEY, memory);
