import { startServer } from '../childServer.ts';
import { signForLoopback } from '../localSignature.ts';
import { nginxProgram, startBearerNginx } from '../nginx.ts';
import { formatRatio, GIBIBYTE, MEBIBYTE, median } from '../numbers.ts';
import { canReadUsage, cpuSeconds } from '../processUsage.ts';
import type { PartReport, Verdict } from '../report.ts';
import type { Resources } from '../resources.ts';
import { type Transfer, transfer } from '../transfer.ts';
import { upstreamToken, VaultUnderTest } from '../vaultUnderTest.ts';

const ROUNDS = 3;
const BYTES = GIBIBYTE;
const path = `/bucket/${BYTES}`;

type Method = Transfer['method'];

interface Way {
  readonly name: string;
  /** Of the process in the middle; null where there is none. */
  readonly pid: number | null;
  send(method: Method): Promise<{ readonly seconds: number }>;
}

/** One gibibyte up and down. */
export const measureBulk = async (resources: Resources): Promise<PartReport> => {
  const ways = await startWays(resources);
  for (const way of ways) await way.send('GET');
  const down = await measure(ways, 'GET');
  const up = await measure(ways, 'PUT');
  return {
    tables: [
      {
        title: 'One gibibyte',
        columns: ['through', 'GET', 'CPU', 'PUT', 'CPU'],
        rows: ways.map(({ name }) => rowOf(name, down.get(name), up.get(name))),
      },
    ],
    verdicts: nginxProgram === null ? [] : [verdictOf('GET', down), verdictOf('PUT', up)],
    notes: [
      `The median of ${ROUNDS} rounds; client, proxy and store share the machine. The body is unsigned (UNSIGNED-PAYLOAD). CPU is that of the proxy alone, for the whole gibibyte.`,
      ...(nginxProgram === null ? ['nginx is not installed: nothing to compare with.'] : []),
    ],
  };
};

const startWays = async (resources: Resources): Promise<Way[]> => {
  const { port: storePort } = await startServer('objectServer.ts', [], resources);
  const vault = await VaultUnderTest.start(resources);
  const { s3Port, localKey } = await vault.connect('bulk', `http://127.0.0.1:${storePort}`);
  const plain = (name: string, port: number, pid: number | null): Way => ({
    name,
    pid,
    send: (method) => transfer({ port, method, path, headers: {}, bytes: BYTES, chunks: null }),
  });
  const through: Way = {
    name: 'vault, SigV4',
    pid: vault.pid,
    send: async (method) => {
      const unsigned = { 'x-amz-content-sha256': 'UNSIGNED-PAYLOAD' };
      const headers = await signForLoopback(localKey, s3Port, { method, path, headers: unsigned });
      return transfer({ port: s3Port, method, path, headers, bytes: BYTES, chunks: null });
    },
  };
  const direct = plain('direct', storePort, null);
  if (nginxProgram === null) return [direct, through];
  const nginx = await startBearerNginx(storePort, upstreamToken, resources);
  return [direct, plain('nginx, bearer', nginx.port, nginx.pid), through];
};

interface Round {
  readonly bytesPerSecond: number;
  readonly cpuSeconds: number;
}
type Measured = ReadonlyMap<string, Round>;

const measure = async (ways: readonly Way[], method: Method): Promise<Measured> => {
  const rounds = new Map<string, Round[]>(ways.map(({ name }) => [name, []]));
  for (let round = 0; round < ROUNDS; round++)
    for (const way of ways) rounds.get(way.name)?.push(await runRound(way, method));
  const medians = [...rounds].map(([name, measured]): [string, Round] => [
    name,
    {
      bytesPerSecond: median(measured.map(({ bytesPerSecond }) => bytesPerSecond)),
      cpuSeconds: median(measured.map((round) => round.cpuSeconds)),
    },
  ]);
  return new Map(medians);
};

const runRound = async ({ pid, send }: Way, method: Method): Promise<Round> => {
  const usedSeconds = (): number => (pid === null || !canReadUsage ? Number.NaN : cpuSeconds(pid));
  const before = usedSeconds();
  const { seconds } = await send(method);
  return { bytesPerSecond: BYTES / seconds, cpuSeconds: usedSeconds() - before };
};

const rowOf = (name: string, down: Round | undefined, up: Round | undefined): string[] => {
  const cells = (round: Round | undefined): string[] => [
    `${Math.round((round?.bytesPerSecond ?? Number.NaN) / MEBIBYTE)} MiB/s`,
    Number.isNaN(round?.cpuSeconds) ? '' : `${round?.cpuSeconds.toFixed(2)} s`,
  ];
  return [name, ...cells(down), ...cells(up)];
};

const verdictOf = (method: Method, measured: Measured): Verdict => {
  const speedOf = (name: string): number => measured.get(name)?.bytesPerSecond ?? Number.NaN;
  const ratio = speedOf('vault, SigV4') / speedOf('nginx, bearer');
  return { target: `1 GiB ${method} ≥ 0.7 × nginx`, measured: formatRatio(ratio), isMet: ratio >= 0.7 };
};
