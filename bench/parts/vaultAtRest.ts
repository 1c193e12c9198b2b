import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { put, unlockedVault } from '../../test/helpers/testVault.ts';
import { runProcess } from '../childServer.ts';
import { formatCount, formatMebibytes, formatMs, median } from '../numbers.ts';
import type { Opening, OpeningResult } from '../processes/openVault.ts';
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

/** @returns the folder of a vault of this many credentials */
const vaultOf = async (count: number, resources: Resources): Promise<string> => {
  const folder = mkdtempSync(join(tmpdir(), 'nfyio-vault-bench-'));
  resources.onEnd(() => rmSync(folder, { recursive: true }));
  const vault = await unlockedVault(folder);
  await vault.commit(Array.from({ length: count }, (_, index) => put(`id-${index}`, secret, meta(index))));
  vault.lock();
  return folder;
};

const medianOf = (openings: readonly OpeningResult[]): OpeningResult => ({
  wallMs: median(openings.map(({ wallMs }) => wallMs)),
  processorMs: median(openings.map(({ processorMs }) => processorMs)),
});

/** A vault far larger than anybody's: what opening it takes, and saving one change in it. */
export const measureVaultAtRest = async (resources: Resources): Promise<PartReport> => {
  const folder = await vaultOf(CREDENTIALS, resources);
  const empty = await vaultOf(0, resources);
  const opened: OpeningResult[] = [];
  const openedEmpty: OpeningResult[] = [];
  const saving: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const open = (of: Opening) => runProcess<OpeningResult>('openVault.ts', of);
    opened.push(await open({ folder }));
    openedEmpty.push(await open({ folder: empty }));
  }
  const vault = await unlockedVault(folder);
  for (let round = 0; round < ROUNDS; round++) {
    const startedAtMs = performance.now();
    await vault.commit([put(`id-${round}`, secret, meta(-round))]);
    saving.push(performance.now() - startedAtMs);
  }
  const [full, none] = [medianOf(opened), medianOf(openedEmpty)];
  const beyond = full.wallMs - none.wallMs;
  const processor = full.processorMs - none.processorMs;
  const save = median(saving);
  return {
    tables: [
      {
        title: `A vault of ${formatCount(CREDENTIALS)} credentials`,
        columns: ['size', 'opened, beyond an empty one', 'of that, processor', 'one change saved'],
        rows: [
          [
            formatMebibytes(statSync(join(folder, 'vault.nfyv')).size),
            ...[beyond, processor, save].map(formatMs),
          ],
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
      `The median of ${ROUNDS}, each opening in a process of its own, on the disk of this machine, every save synced and read back; the passphrase at a cost that takes no time.`,
    ],
  };
};
