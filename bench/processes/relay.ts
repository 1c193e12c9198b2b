/** A process that puts a distance before a port: it holds every byte for half a round trip, and the first for one more. */
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

const [port, roundTripMs] = process.argv.slice(2).map(Number) as [number, number];

const carry = (from: Socket, to: Socket, delayMs: () => number): void => {
  from.on('data', (bytes: Buffer) => setTimeout(() => to.write(bytes), delayMs()));
  from.on('end', () => setTimeout(() => to.end(), delayMs()));
  from.on('error', () => to.destroy());
};

const relay = createServer({ noDelay: true }, (near) => {
  const isThereAtMs = performance.now() + roundTripMs;
  const far = connect({ port, host: '127.0.0.1', noDelay: true });
  carry(near, far, () => Math.max(0, isThereAtMs - performance.now()) + roundTripMs / 2);
  carry(far, near, () => roundTripMs / 2);
});
relay.listen(0, '127.0.0.1', () => process.send?.((relay.address() as AddressInfo).port));
