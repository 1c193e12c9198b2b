import { readdirSync } from 'node:fs';
import { runProcess, startServer } from '../childServer.ts';
import { type Load, putUnderLoad } from '../load.ts';
import { nginxProgram, startStaticNginx } from '../nginx.ts';
import { formatCount, formatMebibytes, formatMs, formatRatio, MEBIBYTE } from '../numbers.ts';
import type { Burst, BurstResult } from '../processes/burst.ts';
import { canReadUsage, peakResidentBytes } from '../processUsage.ts';
import type { PartReport } from '../report.ts';
import type { Resources } from '../resources.ts';
import { VaultUnderTest } from '../vaultUnderTest.ts';

const AT_ONCE = 10_000;
const SLOW = 5_000;
const MOST_RESIDENT = 300 * MEBIBYTE;
const MOST_P99_MS = 2_500;
const MOST_SLOWED = 2;
const path = '/bucket/a-small-object';

const openFiles = (pid: number): number => readdirSync(`/proc/${pid}/fd`).length;

/** Ten thousand tools at once, and tools that are slow on purpose beside one that is not. */
export const measureCrowd = async (resources: Resources): Promise<PartReport> => {
  if (nginxProgram === null || !canReadUsage)
    return { tables: [], verdicts: [], notes: ['nginx and Linux are needed: not measured.'] };
  const upstream = await startStaticNginx(resources);
  const vault = await VaultUnderTest.start(resources);
  const { apiPort, localToken } = await vault.connect('crowd', `http://127.0.0.1:${upstream.port}`);
  const headers = { authorization: `Bearer ${localToken}` };
  const load: Load = { port: apiPort, path, headers, connections: 32, seconds: 5 };
  await putUnderLoad({ ...load, seconds: 2 });

  const filesBefore = openFiles(vault.pid);
  const burst: Burst = { port: apiPort, path, headers, connections: AT_ONCE };
  let answers: BurstResult = { answered: 0, p99Ms: Number.NaN };
  const resident = await peakResidentBytes(vault.pid, async () => {
    answers = await runProcess<BurstResult>('burst.ts', burst);
  });
  const filesLeft = openFiles(vault.pid) - filesBefore;

  const alone = await putUnderLoad(load);
  await startServer('slowCrowd.ts', [String(apiPort), String(SLOW)], resources);
  const beside = await putUnderLoad(load);
  const slowed = beside.p99Ms / alone.p99Ms;
  return {
    tables: [
      {
        title: `${formatCount(AT_ONCE)} requests at once, each on a connection of its own`,
        columns: ['answered well', 'p99', 'resident at the peak', 'files left open'],
        rows: [
          [
            formatCount(answers.answered),
            formatMs(answers.p99Ms),
            formatMebibytes(resident),
            formatCount(filesLeft),
          ],
        ],
      },
      {
        title: `Small GETs over 32 connections, beside ${formatCount(SLOW)} heads that never end`,
        columns: ['', 'requests/s', 'p50', 'p99'],
        rows: (
          [
            ['alone', alone],
            ['beside them', beside],
          ] as const
        ).map(([name, { requestsPerSecond, p50Ms, p99Ms }]) => [
          name,
          formatCount(requestsPerSecond),
          formatMs(p50Ms),
          formatMs(p99Ms),
        ]),
      },
    ],
    verdicts: [
      {
        target: `${formatCount(AT_ONCE)} at once: all answered well`,
        measured: formatCount(answers.answered),
        isMet: answers.answered === AT_ONCE,
      },
      {
        target: `${formatCount(AT_ONCE)} at once: p99 ≤ ${formatMs(MOST_P99_MS)}`,
        measured: formatMs(answers.p99Ms),
        isMet: answers.p99Ms <= MOST_P99_MS,
      },
      {
        target: `${formatCount(AT_ONCE)} at once: resident ≤ ${formatMebibytes(MOST_RESIDENT)}`,
        measured: formatMebibytes(resident),
        isMet: resident <= MOST_RESIDENT,
      },
      {
        target: `p99 beside slow heads ≤ ${MOST_SLOWED} × alone`,
        measured: formatRatio(slowed),
        isMet: slowed <= MOST_SLOWED,
      },
    ],
    notes: [
      'A slow head gets a header a second; the vault ends it after ten, and another one takes its place.',
    ],
  };
};
