/** A process that puts a distance before a port. */
import type { AddressInfo } from 'node:net';
import { distanceTo } from './distance.ts';

const [port, roundTripMs] = process.argv.slice(2).map(Number) as [number, number];

const relay = distanceTo(port, roundTripMs);
relay.listen(0, '127.0.0.1', () => process.send?.((relay.address() as AddressInfo).port));
