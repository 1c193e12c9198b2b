/** A process that sends or fetches one large body over a plain socket and tells how long it took. */
import { once } from 'node:events';
import { connect } from 'node:net';
import { chunkedBody, objectPieces } from '../chunkedBody.ts';
import { MEBIBYTE } from '../numbers.ts';
import type { Transfer, TransferResult } from '../transfer.ts';

const { port, method, path, headers, bytes, chunks } = JSON.parse(process.argv[2] ?? '') as Transfer;
const pieces = () => (chunks === null ? objectPieces(bytes) : chunkedBody(bytes, chunks));

const wireBytes = (): number => {
  let sum = 0;
  for (const piece of pieces()) sum += piece.length;
  return sum;
};
const framing = method === 'PUT' ? { 'content-length': String(wireBytes()) } : {};
const lines = Object.entries({ host: `127.0.0.1:${port}`, ...headers, ...framing });

let head = '';
let bodyBytes = 0;
const replied = Promise.withResolvers<void>();
const onReply = (length: number, buffer: Uint8Array): boolean => {
  if (head.includes('\r\n\r\n')) bodyBytes += length;
  else {
    head += Buffer.from(buffer.subarray(0, length)).toString('latin1');
    const end = head.indexOf('\r\n\r\n');
    if (end === -1) return true;
    bodyBytes = head.length - end - 4;
    if (!head.startsWith('HTTP/1.1 200')) replied.reject(new Error(head));
  }
  if (bodyBytes >= Number(/content-length: (\d+)/i.exec(head)?.[1])) replied.resolve();
  return true;
};

const startedAtMs = performance.now();
// Bytes land in one buffer of our own: the client must not be what limits.
const socket = connect({
  port,
  host: '127.0.0.1',
  onread: { buffer: Buffer.alloc(MEBIBYTE), callback: onReply },
});
socket.on('close', () => replied.reject(new Error('the connection ended before the reply')));
await once(socket, 'connect');
socket.write(
  `${method} ${path} HTTP/1.1\r\n${lines.map(([name, value]) => `${name}: ${value}`).join('\r\n')}\r\n\r\n`,
);
if (method === 'PUT') for (const piece of pieces()) if (!socket.write(piece)) await once(socket, 'drain');
await replied.promise;
const result: TransferResult = { seconds: (performance.now() - startedAtMs) / 1000 };
if (method === 'GET' && bodyBytes !== bytes) throw new Error(`${bodyBytes} bytes came instead of ${bytes}`);
socket.destroy();
process.send?.(result);
