/** Opens many connections, then asks the same on all of them at once. Tells how many were answered well, and when. */
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { percentile } from '../numbers.ts';

export interface Burst {
  readonly port: number;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly connections: number;
}

export interface BurstResult {
  readonly answered: number;
  readonly p99Ms: number;
}

const OPENING_AT_ONCE = 200;

const { port, path, headers, connections }: Burst = JSON.parse(process.argv[2] ?? '');
const lines = [`GET ${path} HTTP/1.1`, `Host: 127.0.0.1:${port}`, 'Connection: close'];
const request = [...lines, ...Object.entries(headers).map((header) => header.join(': ')), '', ''].join(
  '\r\n',
);

const open = async (): Promise<Socket> => {
  const socket = connect({ port, host: '127.0.0.1', noDelay: true });
  socket.on('error', () => undefined);
  await once(socket, 'connect');
  return socket;
};

/** @returns after how long the whole reply was there; null when it was not a good one */
const ask = (socket: Socket): Promise<number | null> =>
  new Promise((resolve) => {
    if (socket.destroyed) resolve(null);
    const startedAtMs = performance.now();
    let reply = '';
    socket.setEncoding('latin1').on('data', (text) => {
      reply += text;
    });
    socket.on('close', () =>
      resolve(/^HTTP\/1\.1 200 /.test(reply) ? performance.now() - startedAtMs : null),
    );
    socket.write(request);
  });

const sockets: Socket[] = [];
while (sockets.length < connections) {
  const batch = Math.min(OPENING_AT_ONCE, connections - sockets.length);
  sockets.push(...(await Promise.all(Array.from({ length: batch }, open))));
}
const times = (await Promise.all(sockets.map(ask))).filter((time) => time !== null);
const result: BurstResult = { answered: times.length, p99Ms: percentile(times, 0.99) };
process.send?.(result);
