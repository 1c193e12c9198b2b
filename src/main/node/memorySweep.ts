import { createServer } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { setFlagsFromString } from 'node:v8';
import { Client } from 'undici';
import { exposeCollector } from '../lib/exposedCollector.ts';
import type { Clock } from '../ports.ts';

/**
 * A secret becomes a string or a header at its last hop, and those cannot be zeroed by us. So after a lock, when
 * nothing refers to them any more, the memory that they lay in is overwritten. A request pays nothing for it.
 */

interface LockingApp {
  /** @returns the function that stops listening */
  subscribe(listener: (name: string, payload: unknown) => void): () => void;
}

/** So that requests which the lock broke off have let go of what they held. */
const SETTLE_MS = 250;
/** Until finalizers have run, and what the first collection has set free can be collected. */
const FINALIZE_MS = 100;
/** In steps of the allocator up to the size that it keeps at hand by the handful, and roughly beyond. */
const holeSizes = [
  ...Array.from({ length: 66 * 16 }, (_, place) => 16 * (1 + (place % 66))),
  ...Array.from({ length: 20 * 64 }, (_, place) => Math.round(1200 * 1.25 ** (place % 20))),
];
/** Several times what the runtime reads at once. */
const OVERWRITING_BYTES = 4 * 65_536;

/** V8 learned to zero what a collection frees with version 13; an older one would complain of an unknown flag. */
const canZero = Number.parseInt(process.versions.v8, 10) >= 13;

const collectGarbage = (): void => {
  if (canZero) setFlagsFromString('--zero-unused-memory');
  exposeCollector()({ type: 'major', execution: 'sync', flavor: 'last-resort' });
};

/** What sockets gave back to the allocator of the system lies there as it was: it is taken once, and zeroed. */
const fillHoles = (): void => {
  // Not `Buffer.alloc`: that passes by what the allocator keeps at hand.
  const holes = holeSizes.map((size) => Buffer.allocUnsafeSlow(size));
  for (const hole of holes) hole.fill(0);
};

/**
 * The runtime reads all sockets into one buffer and all HTTP into another, and undici copies what the service answers
 * into the memory of its parser: an exchange of zeros with itself fills them.
 */
const overwriteReadBuffers = (): void => {
  const zeros = Buffer.alloc(OVERWRITING_BYTES);
  const server = createServer((incoming, outgoing) => {
    incoming.resume();
    outgoing.end(zeros);
    // Two come: one over a bare socket, one by undici.
    left -= 1;
    if (left === 0) server.close();
  });
  let left = 2;
  server.on('error', () => undefined);
  server.listen(0, '127.0.0.1', () => {
    const { port } = server.address() as AddressInfo;
    const client = new Client(`http://127.0.0.1:${port}`);
    client
      .request({ path: '/', method: 'POST', body: zeros })
      .then(({ body }) => body.arrayBuffer())
      .catch(() => undefined)
      .finally(() => void client.destroy());
    const socket = connect(port, '127.0.0.1');
    socket.on('error', () => undefined).resume();
    socket.write(
      `POST / HTTP/1.1\r\nHost: -\r\nConnection: close\r\nContent-Length: ${zeros.length}\r\n\r\n`,
    );
    socket.end(zeros);
  });
};

const isLocked = (name: string, payload: unknown): boolean =>
  name === 'vault.changed' && (payload as { readonly state: string }).state === 'locked';

/** @returns the function that stops it */
export const sweepMemoryOnLock = (app: LockingApp, clock: Pick<Clock, 'after'>): (() => void) =>
  app.subscribe((name, payload) => {
    if (!isLocked(name, payload)) return;
    clock.after(SETTLE_MS, () => {
      collectGarbage();
      fillHoles();
      overwriteReadBuffers();
      clock.after(FINALIZE_MS, collectGarbage);
    });
  });
