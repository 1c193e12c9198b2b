import { createHash } from 'node:crypto';
import type { Secret } from '../lib/secret.ts';
import type { OpenedRecord } from '../vault/openRecords.ts';
import { connectionMeta, credentialMeta, type Thing, workspaceMeta } from './incoming.ts';

/** A record that is in the vault, with the digest of its secret: equal secrets are found without keeping one. */
export interface Present {
  readonly thing: Thing;
  readonly secretDigest: string | null;
}

export const secretDigestOf = (secret: Secret | null): string | null =>
  secret === null ? null : createHash('sha256').update(secret.revealBytes()).digest('hex');

const thingOf = ({ kind, id, meta }: OpenedRecord): Thing | null => {
  switch (kind) {
    case 'workspace':
      return { kind, id, meta: workspaceMeta.parse(meta) };
    case 'credential':
      return { kind, id, meta: credentialMeta.parse(meta) };
    case 'connection':
      return { kind, id, meta: connectionMeta.parse(meta) };
    default:
      return null;
  }
};

/** Wipes the secrets. */
export const presentOf = (records: readonly OpenedRecord[]): readonly Present[] =>
  records.flatMap((record) => {
    const secretDigest = secretDigestOf(record.secret);
    record.secret?.wipe();
    const thing = thingOf(record);
    return thing === null ? [] : [{ thing, secretDigest }];
  });
