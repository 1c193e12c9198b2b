import { Agent, type ClientRequest, type ClientRequestArgs } from 'node:http';
import type { Duplex } from 'node:stream';
import type { buildConnector } from 'undici';

/** Shorter than what any server grants, so that it is seldom the server who closes first. */
const IDLE_MS = 4_000;

/**
 * Keeps the connections of uploads that ask before they send, which undici cannot do. What is kept for the next
 * request has nothing to say until then: a connection on which a byte comes in meanwhile is closed.
 */
export class ExpectAgent extends Agent {
  readonly #origin: URL;
  readonly #connect: buildConnector.connector;
  readonly #watching = new WeakMap<Duplex, () => void>();

  constructor(origin: string, connect: buildConnector.connector) {
    super({ keepAlive: true, timeout: IDLE_MS });
    this.#origin = new URL(origin);
    this.#connect = connect;
  }

  override createConnection(
    _options: ClientRequestArgs,
    callback?: (error: Error | null, stream: Duplex) => void,
  ): undefined {
    const { hostname, host, protocol, port } = this.#origin;
    this.#connect({ hostname, host, protocol, port }, (error, socket) => {
      // Node's own callback reads the stream only where there is no error.
      callback?.(error, socket as Duplex);
    });
  }

  override keepSocketAlive(socket: Duplex): boolean {
    const destroy = (): void => void socket.destroy();
    this.#watching.set(socket, destroy);
    socket.on('data', destroy);
    const isKept: unknown = super.keepSocketAlive(socket);
    return isKept !== false;
  }

  override reuseSocket(socket: Duplex, request: ClientRequest): void {
    const destroy = this.#watching.get(socket);
    if (destroy !== undefined) socket.off('data', destroy);
    super.reuseSocket(socket, request);
  }

  closeIdle(): void {
    for (const sockets of Object.values(this.freeSockets))
      for (const socket of sockets ?? []) socket.destroy();
  }
}
