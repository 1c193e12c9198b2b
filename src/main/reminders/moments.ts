import type { Credential } from '../../shared/contract/credentials.ts';
import { DAY_MS } from '../../shared/expiry.ts';

/** A life shorter than this is reminded of by the share of it that is left: days would come at once, or never. */
export const SHORT_LIFE_MS = 14 * DAY_MS;
const SHARES_LEFT = [0.5, 0.2, 0.05] as const;

/**
 * When a person is to be told that it expires, in order of time. What lies before it came here never comes: who has
 * just made a credential knows how long it lives.
 * @param stepsDays days before the expiry; 0 is the expiry itself
 */
export const reminderMoments = (
  { createdAt, expiresAt }: Pick<Credential, 'createdAt' | 'expiresAt'>,
  stepsDays: readonly number[],
): readonly number[] => {
  if (expiresAt === null || stepsDays.length === 0) return [];
  const bornMs = Date.parse(createdAt);
  const endMs = Date.parse(expiresAt);
  const lifeMs = endMs - bornMs;
  const before =
    lifeMs < SHORT_LIFE_MS
      ? [...SHARES_LEFT.map((share) => Math.round(share * lifeMs)), ...stepsDays.filter((days) => days === 0)]
      : stepsDays.map((days) => days * DAY_MS);
  return before
    .map((leftMs) => endMs - leftMs)
    .filter((moment) => moment > bornMs)
    .sort((one, other) => one - other);
};
