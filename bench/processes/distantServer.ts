/** A process that answers small requests over TLS from far away. */
import { readFileSync } from 'node:fs';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { distanceTo } from './distance.ts';

const roundTripMs = Number(process.argv[2]);
const certificates = join(import.meta.dirname, '../../test/fixtures/tls');

const server = createServer(
  {
    key: readFileSync(join(certificates, 'selfSigned.key')),
    cert: readFileSync(join(certificates, 'selfSigned.crt')),
    keepAliveTimeout: 60_000,
  },
  (_, outgoing) => outgoing.end('{"ok":true}'),
);

server.listen(0, '127.0.0.1', () => {
  const { port } = server.address() as AddressInfo;
  const relay = distanceTo(port, roundTripMs);
  relay.listen(0, '127.0.0.1', () => process.send?.((relay.address() as AddressInfo).port));
});
