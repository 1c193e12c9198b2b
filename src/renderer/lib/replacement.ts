import type { Credential } from '../../shared/contract/credentials.ts';
import { DAY_MS } from '../../shared/expiry.ts';
import type { Dialog } from '../stores/dialogs.ts';

/** A new credential that takes the place of this one. */
export interface Replacement {
  readonly credentialId: string;
  /** It is to read only. */
  readonly isNarrower: boolean;
}

/** The one place that says how a credential is replaced: rotated, or by a narrower one that somebody makes for it. */
export const replacementOf = ({ id, kind }: Credential, isNarrower: boolean): Dialog =>
  isNarrower
    ? { kind: kind === 'token' ? 'mintToken' : 'createKey', replaces: { credentialId: id, isNarrower } }
    : { kind: 'rotate', credentialId: id };

/** The days that it was given, as far as the contract lets them be given again; null: it never expires. */
export const lifeDays = ({ createdAt, expiresAt }: Credential): number | null =>
  expiresAt === null
    ? null
    : Math.min(365, Math.max(1, Math.round((Date.parse(expiresAt) - Date.parse(createdAt)) / DAY_MS)));

/** `ci` becomes `ci 2`, and `ci 2` becomes `ci 3`. */
export const nextName = (name: string, taken: readonly string[]): string => {
  const stem = name.replace(/ \d+$/, '');
  let number = 2;
  while (taken.includes(`${stem} ${number}`)) number += 1;
  return `${stem} ${number}`.slice(0, 80);
};
