import { connect, createServer, type Server, type Socket } from 'node:net';

const carry = (from: Socket, to: Socket, delayMs: () => number): void => {
  from.on('data', (bytes: Buffer) => setTimeout(() => to.write(bytes), delayMs()));
  from.on('end', () => setTimeout(() => to.end(), delayMs()));
  from.on('error', () => to.destroy());
};

/**
 * A relay before a port of this machine: it holds every byte for half a round trip, and the first ones for the round
 * trip that a TCP handshake takes.
 */
export const distanceTo = (port: number, roundTripMs: number): Server =>
  createServer({ noDelay: true }, (near) => {
    const isThereAtMs = performance.now() + roundTripMs;
    const far = connect({ port, host: '127.0.0.1', noDelay: true });
    carry(near, far, () => Math.max(0, isThereAtMs - performance.now()) + roundTripMs / 2);
    carry(far, near, () => roundTripMs / 2);
  });
