/**
 * Whether HTTP/2 towards the upstream would pay: the same HTTP client as the proxy's, over TLS to nginx, with HTTP/1.1
 * over as many connections as it takes and with HTTP/2 over one. `node bench/http2Upstream.ts`
 */
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import { type Dispatcher, Pool } from 'undici';
import { startServer } from './childServer.ts';
import { startTlsNginx } from './nginx.ts';
import { MEBIBYTE, median, percentile } from './numbers.ts';
import { Resources } from './resources.ts';

const ROUND_TRIP_MS = 40;
const BODY_BYTES = 64 * MEBIBYTE;
const STREAMS = 100;
const certificate = readFileSync(join(import.meta.dirname, '../test/fixtures/tls/selfSigned.crt'), 'utf8');

const clients = {
  'HTTP/1.1': (origin: string) =>
    new Pool(origin, { allowH2: false, pipelining: 1, connect: { ca: certificate } }),
  'HTTP/2': (origin: string) =>
    new Pool(origin, {
      ...{ allowH2: true, connections: 1, pipelining: STREAMS, maxConcurrentStreams: STREAMS },
      connect: { ca: certificate },
    }),
};

const ask = async (client: Dispatcher, options: Omit<Dispatcher.RequestOptions, 'origin'>): Promise<void> => {
  const { statusCode, body } = await client.request(options);
  if (statusCode >= 400) throw new Error(`answered ${statusCode}`);
  await body.dump({ limit: 2 * BODY_BYTES });
};
const small = (client: Dispatcher) => ask(client, { method: 'GET', path: '/small' });

const inLanes = async (lanes: number, total: number, task: () => Promise<void>): Promise<void> => {
  let begun = 0;
  const lane = async (): Promise<void> => {
    while (begun++ < total) await task();
  };
  await Promise.all(Array.from({ length: lanes }, lane));
};

const measured = async (task: () => Promise<void>): Promise<{ ms: number; cpuMs: number }> => {
  const before = process.cpuUsage();
  const startedAtMs = performance.now();
  await task();
  const { user, system } = process.cpuUsage(before);
  return { ms: performance.now() - startedAtMs, cpuMs: (user + system) / 1000 };
};

const smallRequests = async (client: Dispatcher, lanes: number, total: number): Promise<string> => {
  await inLanes(lanes, lanes * 20, () => small(client));
  const latencies: number[] = [];
  const { ms, cpuMs } = await measured(() =>
    inLanes(lanes, total, async () => {
      latencies.push((await measured(() => small(client))).ms);
    }),
  );
  const rate = Math.round((total / ms) * 1000);
  const each = Math.round((cpuMs / total) * 1000);
  return `${rate}/s, p50 ${median(latencies).toFixed(2)} ms, p99 ${percentile(latencies, 0.99).toFixed(2)} ms, ${each} µs CPU each`;
};

const transfers = async (task: () => Promise<void>, count: number): Promise<string> => {
  const { ms, cpuMs } = await measured(() => inLanes(1, count, task));
  const mebibytes = (count * BODY_BYTES) / MEBIBYTE;
  return `${Math.round((mebibytes / ms) * 1000)} MiB/s, ${Math.round((cpuMs / mebibytes) * 1024)} ms CPU per GiB`;
};

const resources = new Resources();
const folder = mkdtempSync(join(tmpdir(), 'nfyio-vault-bench-http2-'));
resources.onEnd(() => rmSync(folder, { recursive: true, force: true }));
try {
  // The worker of nginx is another user.
  chmodSync(folder, 0o777);
  writeFileSync(join(folder, 'file'), Buffer.alloc(BODY_BYTES));
  const { port } = await startTlsNginx(folder, resources);
  const { port: farPort } = await startServer('relay.ts', [String(port), String(ROUND_TRIP_MS)], resources);
  for (const [name, connect] of Object.entries(clients)) {
    const say = (what: string, figures: string): void =>
      console.log(`${name.padEnd(9)}${what.padEnd(44)}${figures}`);
    const near = connect(`https://localhost:${port}`);
    say('small GET, one at a time', await smallRequests(near, 1, 3_000));
    say('small GET, 64 at a time', await smallRequests(near, 64, 12_000));
    say('GET of 64 MiB', await transfers(() => ask(near, { method: 'GET', path: '/file' }), 16));
    const piece = Buffer.alloc(64 * 1024);
    const body = function* () {
      for (let sent = 0; sent < BODY_BYTES; sent += piece.length) yield piece;
    };
    const headers = { 'content-length': String(BODY_BYTES) };
    const put = () =>
      ask(near, {
        method: 'PUT',
        path: '/uploaded',
        headers,
        body: Readable.from(body(), { objectMode: false }),
      });
    say('PUT of 64 MiB', await transfers(put, 8));
    await near.close();
    for (const round of ['first', 'next']) {
      const far = connect(`https://localhost:${farPort}`);
      if (round === 'next') await inLanes(64, 64, () => small(far));
      // undici looks for a moment whether a connection that has served stays silent, and opens another one meanwhile.
      await delay(100);
      const { ms } = await measured(() => inLanes(64, 64, () => small(far)));
      say(`64 at once, ${ROUND_TRIP_MS} ms away, the ${round}`, `${Math.round(ms)} ms`);
      await far.close();
    }
  }
} finally {
  await resources.end();
}
