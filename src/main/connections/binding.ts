import type { ConnectionKind } from '../../shared/contract/connections.ts';
import type { Credential, KeyCredential, TokenCredential } from '../../shared/contract/credentials.ts';
import { isExpired } from '../../shared/expiry.ts';
import { AppError } from '../lib/appError.ts';
import { type Limits, onlyReads } from './limits.ts';

/** Which credentials a connection may use. Pure: the caller gathers. */

/** What is to be minted for a connection that finds no credential: no wider than the connection itself. */
export type Order =
  | {
      readonly kind: 'token';
      readonly name: string;
      readonly scope: TokenCredential['scope'];
      readonly route: string | null;
      readonly expireDays: number;
    }
  | {
      readonly kind: 'key';
      readonly name: string;
      /** null: every bucket that the service lists. */
      readonly buckets: readonly string[] | null;
      readonly permission: KeyCredential['permission'];
      readonly expireDays: number;
    };

const MADE_FOR_DAYS = 90;
const LONGEST_NAME = 76; // Room for a number that makes it new.

export const credentialKindOf = (kind: ConnectionKind): Credential['kind'] =>
  kind === 's3' ? 'key' : 'token';

/**
 * The credentials named, by id or name.
 * @param candidates every credential of the workspace
 * @throws AppError CREDENTIAL_UNKNOWN | CREDENTIAL_WRONG_KIND | CREDENTIAL_EXPIRED
 */
export const namedCredentials = (
  references: readonly string[],
  kind: ConnectionKind,
  candidates: readonly Credential[],
  nowMs: number,
): Credential[] => {
  const wanted = credentialKindOf(kind);
  const resolve = (reference: string): Credential => {
    const named = candidates.filter(({ name }) => name === reference);
    const found =
      candidates.find(({ id }) => id === reference) ??
      named.find((credential) => credential.kind === wanted) ??
      named[0];
    if (found === undefined) {
      throw new AppError('CREDENTIAL_UNKNOWN', { detail: 'It must be one of the same workspace.' });
    }
    if (found.kind !== wanted) throw new AppError('CREDENTIAL_WRONG_KIND');
    if (isExpired(found.expiresAt, nowMs)) throw new AppError('CREDENTIAL_EXPIRED');
    return found;
  };
  return [...new Set(references.map(resolve))];
};

/** Every unexpired credential that can serve at least a part of the connection. */
export const fittingCredentials = (
  kind: ConnectionKind,
  { buckets }: Limits,
  candidates: readonly Credential[],
  nowMs: number,
): Credential[] =>
  candidates
    .filter((credential) => credential.kind === credentialKindOf(kind))
    .filter((credential) => !isExpired(credential.expiresAt, nowMs))
    .filter(
      (credential) =>
        credential.kind === 'token' ||
        buckets === null ||
        credential.buckets.some((bucket) => bucket === '*' || buckets.includes(bucket)),
    );

export const orderFor = (connectionName: string, kind: ConnectionKind, limits: Limits): Order => {
  const suffix = ' (made for it)';
  const name = `${connectionName.slice(0, LONGEST_NAME - suffix.length).trimEnd()}${suffix}`;
  return kind === 'api'
    ? {
        kind: 'token',
        name,
        scope: onlyReads(limits) ? 'read' : 'write',
        route: limits.route,
        expireDays: MADE_FOR_DAYS,
      }
    : {
        kind: 'key',
        name,
        buckets: limits.buckets,
        permission: onlyReads(limits) ? 'read' : 'read-write',
        expireDays: MADE_FOR_DAYS,
      };
};
