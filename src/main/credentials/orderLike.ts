import type { Credential } from '../../shared/contract/credentials.ts';
import { DAY_MS } from '../../shared/expiry.ts';
import type { MintOrder } from './minting.ts';

/** For an access token of which nobody knows how long it lives: the service wants to be told. */
const UNKNOWN_LIFE_DAYS = 90;
const LONGEST_DAYS = 365;

const lifeDaysOf = ({ createdAt, expiresAt }: Credential): number | null => {
  if (expiresAt === null) return null;
  const days = Math.round((Date.parse(expiresAt) - Date.parse(createdAt)) / DAY_MS);
  return Math.min(Math.max(days, 1), LONGEST_DAYS);
};

/** What makes another credential of the same power and the same length of life. */
export const orderLike = (credential: Credential): MintOrder => {
  const { name } = credential;
  const expireDays = lifeDaysOf(credential);
  if (credential.kind === 'key') {
    const { buckets, permission } = credential;
    return { kind: 'key', name, buckets, permission, expireDays };
  }
  const { scope, route } = credential;
  return { kind: 'token', name, scope, route, expireDays: expireDays ?? UNKNOWN_LIFE_DAYS };
};
