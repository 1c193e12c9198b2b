import type { Credential } from '../../shared/contract/credentials.ts';
import { describeExpiry } from '../../shared/expiry.ts';

export interface DueCredential {
  readonly uid: string | null;
  readonly kind: Credential['kind'];
  readonly name: string;
  readonly expiresAt: string;
  readonly daysLeft: number;
}

/** What expires within the next days or has expired, the most urgent first. */
export const dueCredentials = (credentials: readonly Credential[], nowMs: number): DueCredential[] =>
  credentials
    .flatMap(({ uid, kind, name, expiresAt }) => {
      const { tone, daysLeft } = describeExpiry(expiresAt, nowMs);
      const isDue = tone === 'due' || tone === 'expired';
      return isDue && expiresAt !== null && daysLeft !== null
        ? [{ uid, kind, name, expiresAt, daysLeft }]
        : [];
    })
    .sort((one, other) => Date.parse(one.expiresAt) - Date.parse(other.expiresAt));
