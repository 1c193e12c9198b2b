import { DAY_MS } from '../../shared/expiry.ts';

/** Days before expiry at which a person is told; 0 is the expiry itself. */
export const REMINDER_STEPS_DAYS = [14, 7, 3, 1, 0] as const;

/** The longest sleep between two looks, so that a machine that was suspended is right again soon. */
export const LONGEST_SLEEP_MS = 3_600_000;

export interface Expiring {
  readonly id: string;
  readonly name: string;
  readonly kind: 'token' | 'key';
  readonly expiresAt: string | null;
}

export interface Reminder {
  readonly credential: Expiring;
  readonly stepDays: number;
  /** Every mark that this reminder settles: steps that passed unseen are not told one after another. */
  readonly marks: readonly string[];
}

export interface Schedule {
  readonly due: readonly Reminder[];
  readonly nextWakeMs: number;
}

export const reminderMark = (credentialId: string, stepDays: number): string => `${credentialId}:${stepDays}`;

/** @param told marks of the reminders that were told already */
export const schedule = (
  credentials: readonly Expiring[],
  nowMs: number,
  told: ReadonlySet<string>,
): Schedule => {
  const due: Reminder[] = [];
  let nextWakeMs = nowMs + LONGEST_SLEEP_MS;
  for (const credential of credentials) {
    if (credential.expiresAt === null) continue;
    const expiresAtMs = Date.parse(credential.expiresAt);
    const momentOf = (stepDays: number): number => expiresAtMs - stepDays * DAY_MS;
    const reached = REMINDER_STEPS_DAYS.filter((stepDays) => momentOf(stepDays) <= nowMs);
    const upcoming = REMINDER_STEPS_DAYS.find((stepDays) => momentOf(stepDays) > nowMs);
    if (upcoming !== undefined) nextWakeMs = Math.min(nextWakeMs, momentOf(upcoming));
    const stepDays = reached.at(-1);
    if (stepDays === undefined || told.has(reminderMark(credential.id, stepDays))) continue;
    due.push({ credential, stepDays, marks: reached.map((step) => reminderMark(credential.id, step)) });
  }
  return { due, nextWakeMs };
};
