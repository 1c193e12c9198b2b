/** A process that repeats one GET over kept connections and tells how fast it was answered. */
import { connect } from 'node:net';
import type { Load, LoadResult } from '../load.ts';
import { percentile } from '../numbers.ts';

const { port, path, headers, connections, seconds } = JSON.parse(process.argv[2] ?? '') as Load;
const lines = Object.entries({ host: `127.0.0.1:${port}`, ...headers }).map(
  ([name, value]) => `${name}: ${value}`,
);
const request = Buffer.from(`GET ${path} HTTP/1.1\r\n${lines.join('\r\n')}\r\n\r\n`, 'latin1');

const latenciesMs: number[] = [];
const startedAtMs = performance.now();
const endsAtMs = startedAtMs + seconds * 1000;

/** Answers end where their content-length says; the answers that are measured have no other form. */
const keepAsking = (): Promise<void> =>
  new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1');
    let sentAtMs = 0;
    let received = '';
    let isClosing = false;
    const send = (): void => {
      sentAtMs = performance.now();
      socket.write(request);
    };
    socket.setNoDelay(true).setEncoding('latin1');
    socket.on('connect', send);
    socket.on('error', reject);
    socket.on('close', () => (performance.now() < endsAtMs ? resolve(keepAsking()) : resolve()));
    socket.on('data', (text: string) => {
      received += text;
      const headEnd = received.indexOf('\r\n\r\n');
      if (headEnd === -1) return;
      if (!/^HTTP\/1\.1 2/.test(received)) reject(new Error(received.slice(0, received.indexOf('\r'))));
      const head = received.slice(0, headEnd);
      if (received.length < headEnd + 4 + Number(/content-length: (\d+)/i.exec(head)?.[1])) return;
      latenciesMs.push(performance.now() - sentAtMs);
      received = '';
      isClosing = /\r\nconnection: close/i.test(head);
      if (isClosing || performance.now() >= endsAtMs) socket.end();
      else send();
    });
  });

await Promise.all(Array.from({ length: connections }, keepAsking));
const elapsedSeconds = (performance.now() - startedAtMs) / 1000;
const result: LoadResult = {
  requestsPerSecond: latenciesMs.length / elapsedSeconds,
  p50Ms: percentile(latenciesMs, 0.5),
  p99Ms: percentile(latenciesMs, 0.99),
};
process.send?.(result);
