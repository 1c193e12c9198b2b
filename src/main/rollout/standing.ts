import type { Credential } from '../../shared/contract/credentials.ts';
import type { SecretVersion, TargetMeta } from './targetRecord.ts';

/** `due`: to be written by itself. `held`: only once somebody asks. */
export type Standing = 'current' | 'due' | 'held';

export const presentVersion = (credential: Credential): SecretVersion => ({
  credentialId: credential.id,
  version:
    credential.kind === 'key' && credential.regeneratedAt !== undefined
      ? credential.regeneratedAt
      : credential.createdAt,
});

export const isSameVersion = (one: SecretVersion | null, other: SecretVersion): boolean =>
  one?.credentialId === other.credentialId && one.version === other.version;

/**
 * Follows from which secret was written and which is the credential's now: so whatever changes a secret has nothing
 * to tell the targets, and a crash leaves nothing to be put right.
 */
export const standingOf = (
  { heldFor, written }: Pick<TargetMeta, 'heldFor' | 'written'>,
  present: SecretVersion,
): Standing => {
  if (isSameVersion(written, present)) return 'current';
  return written === null && isSameVersion(heldFor, present) ? 'held' : 'due';
};
