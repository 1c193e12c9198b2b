import { readFileSync } from 'node:fs';
import { request as requestPlain } from 'node:http';
import { request as requestTls } from 'node:https';
import { join } from 'node:path';
import { startServer } from '../childServer.ts';
import { formatMs, median, percentile } from '../numbers.ts';
import type { PartReport } from '../report.ts';
import type { Resources } from '../resources.ts';
import { VaultUnderTest } from '../vaultUnderTest.ts';

const ROUND_TRIP_MS = 40;
const REQUESTS = 30;
const trustFile = join(import.meta.dirname, '../processes/trustTestCertificate.mjs');
const certificateFile = join(import.meta.dirname, '../../test/fixtures/tls/selfSigned.crt');

/** One request and its program ends, as with curl: who pays for the handshakes? */
export const measureWarmPool = async (resources: Resources): Promise<PartReport> => {
  const { port: upstreamPort } = await startServer('distantServer.ts', [String(ROUND_TRIP_MS)], resources);
  const vault = await VaultUnderTest.start(resources, ['--import', trustFile]);
  const { apiPort, localToken } = await vault.connect('far', `https://localhost:${upstreamPort}`);
  const authorization = { authorization: `Bearer ${localToken}` };
  const once = { path: '/api/a', agent: false } as const;
  const direct = () =>
    requestTls({
      ...once,
      host: 'localhost',
      port: upstreamPort,
      ca: readFileSync(certificateFile),
      headers: authorization,
    });
  const through = () => requestPlain({ ...once, host: '127.0.0.1', port: apiPort, headers: authorization });
  await elapsedMs(through);
  const directMs: number[] = [];
  const throughMs: number[] = [];
  for (let index = 0; index < REQUESTS; index++) {
    directMs.push(await elapsedMs(direct));
    throughMs.push(await elapsedMs(through));
  }
  const row = (name: string, values: readonly number[]) => [
    name,
    formatMs(median(values)),
    formatMs(percentile(values, 0.99)),
  ];
  return {
    tables: [
      {
        title: `One-shot requests at ${ROUND_TRIP_MS} ms round trip, TLS 1.3`,
        columns: ['way', 'p50', 'p99'],
        rows: [
          row('direct, a new TLS connection each', directMs),
          row('through the vault, its pool warm', throughMs),
        ],
      },
    ],
    verdicts: [
      {
        target: `one-shot requests at ${ROUND_TRIP_MS} ms: the vault faster than direct`,
        measured: `${formatMs(median(throughMs))} to ${formatMs(median(directMs))}`,
        isMet: median(throughMs) < median(directMs),
      },
    ],
    notes: [
      `${REQUESTS} requests each, in turn, each over a connection of its own. The distance is made by a relay that holds bytes back, and the first ones for the round trip of a TCP handshake as well.`,
    ],
  };
};

const elapsedMs = async (start: () => ReturnType<typeof requestPlain>): Promise<number> => {
  const startedAtMs = performance.now();
  await new Promise<void>((resolve, reject) => {
    start()
      .on('error', reject)
      .on('response', (response) => {
        if (response.statusCode !== 200) reject(new Error(`answered ${response.statusCode}`));
        response.on('error', reject).on('end', resolve).resume();
      })
      .end();
  });
  return performance.now() - startedAtMs;
};
