import type { BackupPreview, RecordName } from '../../shared/contract/vault.ts';
import type { VaultRecord } from './openRecords.ts';

/** What a person has put there; what the vault is in the middle of comes and goes with it. */
const isThing = ({ kind }: VaultRecord): boolean =>
  kind === 'workspace' || kind === 'credential' || kind === 'connection';

const nameOf = ({ kind, meta, id }: VaultRecord): RecordName => {
  const name = typeof meta === 'object' && meta !== null && 'name' in meta ? meta.name : undefined;
  return { kind: kind as RecordName['kind'], name: typeof name === 'string' ? name : id };
};

/** What going back from today's records to earlier ones would do, by the metadata: a secret alone never changes. */
export const compareRecords = (
  allNow: readonly VaultRecord[],
  allEarlier: readonly VaultRecord[],
): BackupPreview => {
  const now = allNow.filter(isThing);
  const earlier = allEarlier.filter(isThing);
  const today = new Map(now.map((record) => [record.id, record]));
  const before = new Map(earlier.map((record) => [record.id, record]));
  const isChanged = (record: VaultRecord): boolean => {
    const current = today.get(record.id);
    return current !== undefined && JSON.stringify(current.meta) !== JSON.stringify(record.meta);
  };
  return {
    missing: earlier.filter(({ id }) => !today.has(id)).map(nameOf),
    newer: now.filter(({ id }) => !before.has(id)).map(nameOf),
    changed: earlier.filter(isChanged).map(nameOf),
  };
};
