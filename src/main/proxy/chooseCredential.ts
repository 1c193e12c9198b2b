import type { Credential, KeyCredential, TokenCredential } from '../../shared/contract/credentials.ts';
import type { ErrorCode } from '../../shared/errorCodes.ts';
import { isExpired } from '../../shared/expiry.ts';
import type { Need } from './requestPolicy.ts';
import { routeAdmits } from './restPath.ts';

export type CredentialChoice =
  | { readonly kind: 'token'; readonly credential: TokenCredential }
  | { readonly kind: 'key'; readonly credential: KeyCredential }
  | { readonly kind: 'refuse'; readonly code: ErrorCode };

type RestNeed = Extract<Need, { kind: 'rest' }>;
type S3Need = Exclude<Need, { kind: 'rest' }>;

/** The narrowest credential that suffices; where none does, the refusal that tells most. */
export const chooseCredential = (
  need: Need,
  credentials: readonly Credential[],
  nowMs: number,
): CredentialChoice =>
  need.kind === 'rest' ? chooseToken(need, credentials, nowMs) : chooseKey(need, credentials, nowMs);

const chooseToken = (need: RestNeed, credentials: readonly Credential[], nowMs: number): CredentialChoice => {
  const tokens = credentials.filter((credential) => credential.kind === 'token');
  const hasScope = ({ scope }: TokenCredential): boolean => scope === 'write' || !need.isWrite;
  const hasRoute = ({ route }: TokenCredential): boolean =>
    route === null || routeAdmits(route, need.rawPath);
  const verdict = select(tokens, [hasScope, hasRoute], tokenWidth, nowMs);
  switch (verdict.kind) {
    case 'chosen':
      return { kind: 'token', credential: verdict.credential };
    case 'refuse':
      return verdict;
    case 'none':
      return { kind: 'refuse', code: verdict.failed === hasScope ? 'SCOPE_FORBIDDEN' : 'ROUTE_FORBIDDEN' };
  }
};

const chooseKey = (need: S3Need, credentials: readonly Credential[], nowMs: number): CredentialChoice => {
  const keys = credentials.filter((credential) => credential.kind === 'key');
  const isWrite = need.kind === 's3' && need.isWrite;
  const buckets = need.kind === 's3' ? need.buckets : [];
  const hasPermission = ({ permission }: KeyCredential): boolean => permission === 'read-write' || !isWrite;
  const hasBuckets = (key: KeyCredential): boolean =>
    key.buckets.includes('*') || buckets.every((bucket) => key.buckets.includes(bucket));
  // A list of buckets is as good as what the key sees: here the widest serves best, and still only reads.
  const width = need.kind === 'listBuckets' ? keySight : keyWidth;
  const verdict = select(keys, [hasPermission, hasBuckets], width, nowMs);
  switch (verdict.kind) {
    case 'chosen':
      return { kind: 'key', credential: verdict.credential };
    case 'refuse':
      return verdict;
    case 'none':
      return {
        kind: 'refuse',
        code: verdict.failed === hasPermission ? 'PERMISSION_FORBIDDEN' : 'BUCKET_FORBIDDEN',
      };
  }
};

type Test<C> = (credential: C) => boolean;
type Verdict<C> =
  | { readonly kind: 'chosen'; readonly credential: C }
  | { readonly kind: 'refuse'; readonly code: ErrorCode }
  /** No live credential passes both tests; `failed` is the one that alone stands in the way of some. */
  | { readonly kind: 'none'; readonly failed: Test<C> };

const select = <C extends Credential>(
  all: readonly C[],
  [right, reach]: readonly [Test<C>, Test<C>],
  width: Width<C>,
  nowMs: number,
): Verdict<C> => {
  if (all.length === 0) return { kind: 'refuse', code: 'CREDENTIAL_GONE' };
  const suited = all.filter((credential) => right(credential) && reach(credential));
  const live = suited.filter(({ expiresAt }) => !isExpired(expiresAt, nowMs));
  const [narrowest] = live.sort(byNarrowness(width));
  if (narrowest !== undefined) return { kind: 'chosen', credential: narrowest };
  if (suited.length > 0) return { kind: 'refuse', code: 'CREDENTIAL_EXPIRED' };
  return { kind: 'none', failed: all.some(reach) ? right : reach };
};

/** Compared field by field, smaller first. */
type Width<C> = (credential: C) => readonly number[];

const tokenWidth: Width<TokenCredential> = ({ route, scope }) => [
  route === null ? 1 : 0,
  -(route?.length ?? 0),
  scope === 'read' ? 0 : 1,
];

const bucketCount = ({ buckets }: KeyCredential): number =>
  buckets.includes('*') ? Number.POSITIVE_INFINITY : buckets.length;
const powerOf = ({ permission }: KeyCredential): number => (permission === 'read' ? 0 : 1);
const keyWidth: Width<KeyCredential> = (key) => [powerOf(key), bucketCount(key)];
const keySight: Width<KeyCredential> = (key) => [-bucketCount(key), powerOf(key)];

const byNarrowness =
  <C extends Credential>(width: Width<C>) =>
  (one: C, other: C): number => {
    const widths = width(other);
    for (const [index, value] of width(one).entries()) {
      const otherValue = widths[index] as number;
      if (value !== otherValue) return value - otherValue;
    }
    return one.id < other.id ? -1 : 1;
  };
