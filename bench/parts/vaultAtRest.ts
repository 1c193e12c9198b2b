import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { put, unlockedVault } from '../../test/helpers/testVault.ts';
import { formatCount, formatMebibytes, formatMs, median } from '../numbers.ts';
import type { PartReport } from '../report.ts';
import type { Resources } from '../resources.ts';

const CREDENTIALS = 10_000;
const ROUNDS = 9;
const MOST_OPENING_MS = 150;
const MOST_SAVING_MS = 50;

const meta = (index: number) => ({
  kind: 'key',
  uid: null,
  workspaceId: '5f0c9c53-0000-4000-8000-000000000000',
  name: `credential ${index}`,
  origin: 'imported',
  createdAt: '2026-01-01T00:00:00.000Z',
  expiresAt: null,
  accessKeyId: `AKIA${String(index).padStart(16, '0')}`,
  buckets: ['one', 'two'],
  permission: 'read-write',
});
const secret = 'q7Zt4mVb9LxN2rKd8WfH3sYc6PgJ5eTa1UoQiBnM';

const timed = async (work: () => Promise<unknown>): Promise<number> => {
  const startedAtMs = performance.now();
  await work();
  return performance.now() - startedAtMs;
};

/** A vault far larger than anybody's: what opening it takes, and saving one change in it. */
export const measureVaultAtRest = async (resources: Resources): Promise<PartReport> => {
  const folder = mkdtempSync(join(tmpdir(), 'nfyio-vault-bench-'));
  resources.onEnd(() => rmSync(folder, { recursive: true }));
  const vault = await unlockedVault(folder);
  await vault.commit(
    Array.from({ length: CREDENTIALS }, (_, index) => put(`id-${index}`, secret, meta(index))),
  );
  const opening: number[] = [];
  const saving: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    opening.push(await timed(() => unlockedVault(folder)));
    saving.push(await timed(() => vault.commit([put(`id-${round}`, secret, meta(-round))])));
  }
  const empty = mkdtempSync(join(tmpdir(), 'nfyio-vault-bench-'));
  resources.onEnd(() => rmSync(empty, { recursive: true }));
  (await unlockedVault(empty)).lock();
  const openingEmpty = await timed(() => unlockedVault(empty));
  const beyond = median(opening) - openingEmpty;
  const save = median(saving);
  return {
    tables: [
      {
        title: `A vault of ${formatCount(CREDENTIALS)} credentials`,
        columns: ['size', 'opened, beyond an empty one', 'one change saved'],
        rows: [
          [formatMebibytes(statSync(join(folder, 'vault.nfyv')).size), formatMs(beyond), formatMs(save)],
        ],
      },
    ],
    verdicts: [
      {
        target: `opening ≤ ${MOST_OPENING_MS} ms beyond the passphrase`,
        measured: formatMs(beyond),
        isMet: beyond <= MOST_OPENING_MS,
      },
      {
        target: `saving one change ≤ ${MOST_SAVING_MS} ms`,
        measured: formatMs(save),
        isMet: save <= MOST_SAVING_MS,
      },
    ],
    notes: [
      `The median of ${ROUNDS}, on the disk of this machine, every save synced and read back; the passphrase at a cost that takes no time.`,
    ],
  };
};
