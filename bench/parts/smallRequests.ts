import { startServer } from '../childServer.ts';
import { type Load, type LoadResult, loadProgram, putUnderLoad } from '../load.ts';
import { signForLoopback } from '../localSignature.ts';
import { nginxProgram, startBearerNginx, startStaticNginx } from '../nginx.ts';
import { formatCount, formatMs, formatRatio, median } from '../numbers.ts';
import { canReadUsage, cpuSeconds } from '../processUsage.ts';
import type { PartReport, Table, Verdict } from '../report.ts';
import type { Resources } from '../resources.ts';
import { sigV4ProxyProgram, startSigV4Proxy } from '../sigV4Proxy.ts';
import { upstreamToken, VaultUnderTest } from '../vaultUnderTest.ts';

const ROUNDS = 3;
const SECONDS = 3;
const path = '/bucket/a-small-object';

interface Target extends Pick<Load, 'port' | 'headers'> {
  readonly name: string;
  readonly pid: number;
}

interface Round extends LoadResult {
  /** Of the process in the middle alone: it says how much is done for a request, however busy the machine is. */
  readonly cpuMicroseconds: number;
}

/** Small GETs: how many a second, and how much later than without a proxy. */
export const measureSmallRequests = async (resources: Resources): Promise<PartReport> => {
  if (nginxProgram === null)
    return { tables: [], verdicts: [], notes: ['nginx is not installed: not measured.'] };
  const targets = await startTargets(resources);
  for (const target of targets) await putUnderLoad({ ...target, path, connections: 32, seconds: 2 });
  const alone = await measure(targets, 1);
  const crowded = await measure(targets, 32);
  return {
    tables: [tableOf(alone, 1), tableOf(crowded, 32)],
    verdicts: verdictsOf(crowded),
    notes: [
      `Load: ${loadProgram}, one thread, the same GET over kept connections; the median of ${ROUNDS} rounds of ${SECONDS} s in which every target takes its turn.`,
      'Added latency is the difference to going to the upstream directly, at the same percentile. CPU is that of the proxy alone, user and system.',
      'Node alone is a relay of its HTTP server and undici: one header set, nothing looked at, nothing kept. With SigV4 it proves one signature and makes another one besides, with the code of the vault, and that is all.',
      wallOf(crowded),
      'Each nginx runs one worker, as the vault runs one process. nginx checks no local credential, writes no log and keeps no activity.',
      ...(sigV4ProxyProgram === null ? ['aws-sigv4-proxy is not on PATH: not compared.'] : []),
    ],
  };
};

const startTargets = async (resources: Resources): Promise<Target[]> => {
  const upstream = await startStaticNginx(resources);
  const vault = await VaultUnderTest.start(resources);
  const { apiPort, s3Port, localToken, localKey } = await vault.connect(
    'small',
    `http://127.0.0.1:${upstream.port}`,
  );
  const nginx = await startBearerNginx(upstream.port, upstreamToken, resources);
  const bareRelay = await startServer('bareRelay.ts', [String(upstream.port), upstreamToken], resources);
  const { accessKeyId, secretAccessKey } = localKey;
  const signingRelay = await startServer(
    'bareSigV4Relay.ts',
    [String(upstream.port), accessKeyId, secretAccessKey],
    resources,
  );
  const bearer = { authorization: `Bearer ${localToken}` };
  const signedFor = (port: number) => signForLoopback(localKey, port, { method: 'GET', path });
  return [
    { name: 'direct', ...upstream, headers: {} },
    { name: 'nginx, bearer', ...nginx, headers: {} },
    { name: 'Node alone, bearer', ...bareRelay, headers: {} },
    { name: 'Node alone, SigV4', ...signingRelay, headers: await signedFor(signingRelay.port) },
    { name: 'vault, bearer', port: apiPort, pid: vault.pid, headers: bearer },
    { name: 'vault, SigV4', port: s3Port, pid: vault.pid, headers: await signedFor(s3Port) },
    ...(sigV4ProxyProgram === null
      ? []
      : [{ name: 'aws-sigv4-proxy', ...(await startSigV4Proxy(upstream.port, resources)), headers: {} }]),
  ];
};

type Measured = ReadonlyMap<string, Round>;

const measure = async (targets: readonly Target[], connections: number): Promise<Measured> => {
  const results = new Map<string, Round[]>(targets.map(({ name }) => [name, []]));
  for (let round = 0; round < ROUNDS; round++)
    for (const target of targets) results.get(target.name)?.push(await runRound(target, connections));
  const medians = [...results].map(([name, rounds]): [string, Round] => [
    name,
    {
      requestsPerSecond: median(rounds.map(({ requestsPerSecond }) => requestsPerSecond)),
      p50Ms: median(rounds.map(({ p50Ms }) => p50Ms)),
      p99Ms: median(rounds.map(({ p99Ms }) => p99Ms)),
      cpuMicroseconds: median(rounds.map(({ cpuMicroseconds }) => cpuMicroseconds)),
    },
  ]);
  return new Map(medians);
};

const runRound = async ({ port, pid, headers }: Target, connections: number): Promise<Round> => {
  const usedBefore = canReadUsage ? cpuSeconds(pid) : Number.NaN;
  const result = await putUnderLoad({ port, headers, path, connections, seconds: SECONDS });
  const usedSeconds = canReadUsage ? cpuSeconds(pid) - usedBefore : Number.NaN;
  return { ...result, cpuMicroseconds: (usedSeconds * 1_000_000) / (result.requestsPerSecond * SECONDS) };
};

const tableOf = (measured: Measured, connections: number): Table => {
  const direct = measured.get('direct');
  const nginx = measured.get('nginx, bearer');
  return {
    title: `Small GETs over ${connections} connection${connections === 1 ? '' : 's'}`,
    columns: ['through', 'requests/s', 'of nginx', 'p50', 'p99', 'p50 added', 'p99 added', 'CPU each'],
    rows: [...measured].map(([name, { requestsPerSecond, p50Ms, p99Ms, cpuMicroseconds }]) => [
      name,
      formatCount(requestsPerSecond),
      formatRatio(requestsPerSecond / (nginx?.requestsPerSecond ?? Number.NaN)),
      formatMs(p50Ms),
      formatMs(p99Ms),
      formatMs(p50Ms - (direct?.p50Ms ?? Number.NaN)),
      formatMs(p99Ms - (direct?.p99Ms ?? Number.NaN)),
      `${Math.round(cpuMicroseconds)} µs`,
    ]),
  };
};

/** What the ratio of SigV4 to bearer could be at best. */
const wallOf = (measured: Measured): string => {
  const rate = (name: string): number => measured.get(name)?.requestsPerSecond ?? Number.NaN;
  const cpu = (name: string): number => measured.get(name)?.cpuMicroseconds ?? Number.NaN;
  const bare = cpu('Node alone, bearer');
  const signatures = cpu('Node alone, SigV4') - bare;
  const vault = cpu('vault, bearer');
  return [
    `Without looking at anything, Node alone reaches ${formatRatio(rate('Node alone, bearer') / rate('nginx, bearer'))} of nginx, and the vault ${formatRatio(rate('vault, bearer') / rate('Node alone, bearer'))} of Node alone.`,
    `To receive, prove and replace a signature takes Node alone ${Math.round(signatures)} µs:`,
    `it falls to ${formatRatio(bare / (bare + signatures))} of its own bearer,`,
    `and the vault could not be better than ${formatRatio(vault / (vault + signatures))} of its own,`,
    'if looking at an S3 request took no longer than looking at a REST request.',
  ].join(' ');
};

const verdictsOf = (measured: Measured): Verdict[] => {
  const rate = (name: string): number => measured.get(name)?.requestsPerSecond ?? Number.NaN;
  const verdict = (name: string, least: number, other: string): Verdict => {
    const ratio = rate(name) / rate(other);
    return {
      target: `requests/s at 32 connections: ${name} ≥ ${least} × ${other}`,
      measured: formatRatio(ratio),
      isMet: ratio >= least,
    };
  };
  return [
    verdict('vault, bearer', 0.4, 'nginx, bearer'),
    verdict('vault, SigV4', 0.85, 'vault, bearer'),
    ...(measured.has('aws-sigv4-proxy') ? [verdict('vault, SigV4', 2, 'aws-sigv4-proxy')] : []),
  ];
};
