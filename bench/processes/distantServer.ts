/**
 * A process that answers small requests over TLS from far away: a relay in front of the server holds every byte for
 * half a round trip, and the first ones for the round trip that a TCP handshake takes.
 */
import { readFileSync } from 'node:fs';
import { createServer as createTlsServer } from 'node:https';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { join } from 'node:path';

const roundTripMs = Number(process.argv[2]);
const certificates = join(import.meta.dirname, '../../test/fixtures/tls');

const server = createTlsServer(
  {
    key: readFileSync(join(certificates, 'selfSigned.key')),
    cert: readFileSync(join(certificates, 'selfSigned.crt')),
    keepAliveTimeout: 60_000,
  },
  (_, outgoing) => outgoing.end('{"ok":true}'),
);

const carry = (from: Socket, to: Socket, delayMs: () => number): void => {
  from.on('data', (bytes: Buffer) => setTimeout(() => to.write(bytes), delayMs()));
  from.on('end', () => setTimeout(() => to.end(), delayMs()));
  from.on('error', () => to.destroy());
};

server.listen(0, '127.0.0.1', () => {
  const { port } = server.address() as AddressInfo;
  const relay = createServer({ noDelay: true }, (near) => {
    const isThereAtMs = performance.now() + roundTripMs;
    const far = connect({ port, host: '127.0.0.1', noDelay: true });
    carry(near, far, () => Math.max(0, isThereAtMs - performance.now()) + roundTripMs / 2);
    carry(far, near, () => roundTripMs / 2);
  });
  relay.listen(0, '127.0.0.1', () => process.send?.((relay.address() as AddressInfo).port));
});
