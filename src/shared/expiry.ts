/** The words and the colour of an expiry, for badge, notification and CLI alike. */

export const DAY_MS = 86_400_000;

export type ExpiryTone = 'never' | 'fresh' | 'due' | 'expired';

export interface Expiry {
  readonly tone: ExpiryTone;
  /** For eyes: "expires in 6 days", "expired 2 days ago", "never expires". */
  readonly words: string;
  /** Whole days left, rounded down; negative once expired; null when it never expires. */
  readonly daysLeft: number | null;
}

/** Days before expiry from which a credential counts as due. */
export const DUE_WITHIN_DAYS = 14;

const count = (amount: number, unit: string): string => `${amount} ${unit}${amount === 1 ? '' : 's'}`;

const distance = (ms: number): string => {
  const minutes = Math.floor(ms / 60_000);
  if (minutes < 1) return 'less than a minute';
  if (minutes < 60) return count(minutes, 'minute');
  const hours = Math.floor(minutes / 60);
  return hours < 24 ? count(hours, 'hour') : count(Math.floor(hours / 24), 'day');
};

/** @param expiresAt ISO 8601 UTC or null · @param nowMs epoch milliseconds */
export const describeExpiry = (expiresAt: string | null, nowMs: number): Expiry => {
  if (expiresAt === null) return { tone: 'never', words: 'never expires', daysLeft: null };
  const leftMs = Date.parse(expiresAt) - nowMs;
  const daysLeft = Math.floor(leftMs / DAY_MS);
  if (leftMs <= 0) return { tone: 'expired', words: `expired ${distance(-leftMs)} ago`, daysLeft };
  const tone = daysLeft < DUE_WITHIN_DAYS ? 'due' : 'fresh';
  return { tone, words: `expires in ${distance(leftMs)}`, daysLeft };
};

export const isExpired = (expiresAt: string | null, nowMs: number): boolean =>
  expiresAt !== null && Date.parse(expiresAt) <= nowMs;
