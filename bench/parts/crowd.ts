import { readdirSync } from 'node:fs';
import { setTimeout } from 'node:timers/promises';
import { runProcess, startServer } from '../childServer.ts';
import { type Load, putUnderLoad } from '../load.ts';
import { nginxProgram, startStaticNginx } from '../nginx.ts';
import { formatCount, formatMebibytes, formatMs, formatRatio, MEBIBYTE } from '../numbers.ts';
import type { Burst, BurstResult } from '../processes/burst.ts';
import { canReadUsage, peakResidentBytes } from '../processUsage.ts';
import type { PartReport } from '../report.ts';
import type { Resources } from '../resources.ts';
import { upstreamToken, VaultUnderTest } from '../vaultUnderTest.ts';

const AT_ONCE = 10_000;
const SLOW = 5_000;
const MOST_RESIDENT = 300 * MEBIBYTE;
const MOST_P99_MS = 2_500;
const MOST_SLOWED = 2;
/** Longer than connections to an upstream are kept, and than a process is in closing thousands of files. */
const KEPT_FOR_MS = 8_000;
const path = '/bucket/a-small-object';

const openFiles = (pid: number): number => readdirSync(`/proc/${pid}/fd`).length;

interface Outcome extends BurstResult {
  /** At the peak, in bytes. */
  readonly resident: number;
  readonly filesLeft: number;
}

const askAtOnce = async ({
  pid,
  port,
  headers,
}: Pick<Load, 'port' | 'headers'> & { readonly pid: number }): Promise<Outcome> => {
  const filesBefore = openFiles(pid);
  const burst: Burst = { port, path, headers, connections: AT_ONCE };
  let answers: BurstResult = { answered: 0, p99Ms: Number.NaN };
  const resident = await peakResidentBytes(pid, async () => {
    answers = await runProcess<BurstResult>('burst.ts', burst);
  });
  const deadlineMs = performance.now() + KEPT_FOR_MS;
  while (openFiles(pid) > filesBefore && performance.now() < deadlineMs) await setTimeout(100);
  return { ...answers, resident, filesLeft: Math.max(0, openFiles(pid) - filesBefore) };
};

const rowOf = (name: string, { answered, p99Ms, resident, filesLeft }: Outcome): string[] => [
  name,
  formatCount(answered),
  formatMs(p99Ms),
  formatMebibytes(resident),
  formatCount(filesLeft),
];

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

  const { answered, p99Ms, resident, filesLeft } = await askAtOnce({ ...load, pid: vault.pid });
  const bareRelay = await startServer('bareRelay.ts', [String(upstream.port), upstreamToken], resources);
  await putUnderLoad({ ...load, ...bareRelay, seconds: 2 });
  const bare = await askAtOnce({ ...load, ...bareRelay });

  const alone = await putUnderLoad(load);
  await startServer('slowCrowd.ts', [String(apiPort), String(SLOW)], resources);
  const beside = await putUnderLoad(load);
  const slowed = beside.p99Ms / alone.p99Ms;
  return {
    tables: [
      {
        title: `${formatCount(AT_ONCE)} requests at once, each on a connection of its own`,
        columns: ['through', 'answered well', 'p99', 'resident at the peak', 'files left open'],
        rows: [rowOf('vault', { answered, p99Ms, resident, filesLeft }), rowOf('Node alone', bare)],
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
        measured: formatCount(answered),
        isMet: answered === AT_ONCE,
      },
      {
        target: `${formatCount(AT_ONCE)} at once: p99 ≤ ${formatMs(MOST_P99_MS)}`,
        measured: formatMs(p99Ms),
        isMet: p99Ms <= MOST_P99_MS,
      },
      {
        target: `${formatCount(AT_ONCE)} at once: resident ≤ ${formatMebibytes(MOST_RESIDENT)}`,
        measured: formatMebibytes(resident),
        isMet: resident <= MOST_RESIDENT,
      },
      {
        target: `${formatCount(AT_ONCE)} at once: no file left open`,
        measured: formatCount(filesLeft),
        isMet: filesLeft === 0,
      },
      {
        target: `p99 beside slow heads ≤ ${MOST_SLOWED} × alone`,
        measured: formatRatio(slowed),
        isMet: slowed <= MOST_SLOWED,
      },
    ],
    notes: [
      'Node alone is a relay of its HTTP server and undici that checks nothing and keeps nothing: what it holds at the peak is what Node needs for as many sockets, parsers, requests and replies. Files left open are counted once the connections to the upstream have been idle for long enough to be closed.',
      'A slow head gets a header a second; the vault ends it after ten, and another one takes its place.',
    ],
  };
};
