import type { Credential } from '../../shared/contract/credentials.ts';
import { DAY_MS, isExpired } from '../../shared/expiry.ts';
import {
  type Advice,
  advices,
  OLD_AFTER_DAYS,
  UNUSED_AFTER_DAYS,
  WIDE_AFTER_DAYS,
} from '../../shared/reminderReasons.ts';
import { dayOf, type Usage } from './usage.ts';

const mayWrite = (credential: Credential): boolean =>
  credential.kind === 'token' ? credential.scope === 'write' : credential.permission === 'read-write';

/**
 * What is to be said of a credential beside its expiry.
 * @param sinceDay nothing is known of its use before that day, and what is not known is not held against it
 */
export const adviceFor = (
  credential: Credential,
  { usedDay, wroteDay, isRefused }: Usage,
  sinceDay: number,
  nowMs: number,
): readonly Advice[] => {
  if (isExpired(credential.expiresAt, nowMs)) return [];
  const createdMs = Date.parse(credential.createdAt);
  const today = dayOf(nowMs);
  const watchedDay = Math.max(dayOf(createdMs), sinceDay);
  const daysSince = (day: number | null): number => today - Math.max(watchedDay, day ?? watchedDay);
  const holds: Readonly<Record<Advice, boolean>> = {
    refused: isRefused,
    old:
      credential.kind === 'key' &&
      credential.expiresAt === null &&
      nowMs - Date.parse(credential.regeneratedAt ?? credential.createdAt) >= OLD_AFTER_DAYS * DAY_MS,
    unused: daysSince(usedDay) >= UNUSED_AFTER_DAYS,
    wide:
      mayWrite(credential) &&
      usedDay !== null &&
      today - usedDay < WIDE_AFTER_DAYS &&
      daysSince(wroteDay) >= WIDE_AFTER_DAYS,
  };
  return advices.filter((advice) => holds[advice]);
};
