import type { Vault } from './vault.ts';

interface LiveRecordsDependencies {
  readonly vault: Vault;
  /** Brings all that lives off the records up to date with them. */
  readonly refresh: () => Promise<void>;
  readonly tellChange: () => void;
  readonly onBug: (error: unknown) => void;
}

/** The vault as the use cases see it. */
export type LiveRecords = Pick<Vault, 'state' | 'records' | 'secretOf' | 'openedRecords' | 'commit'>;

/** What is committed takes effect before the caller goes on. */
export const liveRecords = ({ vault, refresh, tellChange, onBug }: LiveRecordsDependencies): LiveRecords => ({
  state: () => vault.state(),
  records: (kind) => vault.records(kind),
  secretOf: (id) => vault.secretOf(id),
  openedRecords: (isWanted) => vault.openedRecords(isWanted),
  commit: async (changes) => {
    await vault.commit(changes);
    // The change is durable: whatever goes wrong from here on must not look as if it were not.
    await refresh().catch(onBug);
    tellChange();
  },
});
