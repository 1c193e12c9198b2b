import { createServer, type IncomingMessage, request, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What becomes of a request that comes by. */
type Fate =
  | 'pass'
  /** The service does it, and its answer never comes. */
  | 'loseAnswer'
  /** The service does not hear of it. */
  | 'loseRequest'
  /** It is answered with this status, and the service does not hear of it. */
  | number
  /** The relay answers itself: the first half at once, the second when it is told to. */
  | 'slow';

/** A wire between the vault and the sandbox that can break where a test wants it. */
export class Relay {
  readonly #server: Server;
  readonly #ends: (() => void)[] = [];
  readonly seen: { readonly method: string; readonly path: string; readonly authorization: string }[] = [];
  fate: (method: string, path: string) => Fate = () => 'pass';

  /** Another one after a restart. */
  target: string;

  private constructor(target: string) {
    this.target = target;
    this.#server = createServer((incoming, outgoing) => this.#relay(incoming, outgoing));
  }

  static async to(target: string): Promise<Relay> {
    const relay = new Relay(target);
    await new Promise<void>((resolve) => relay.#server.listen(0, '127.0.0.1', resolve));
    return relay;
  }

  get origin(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** Answers what was slow. */
  endSlow(): void {
    for (const end of this.#ends.splice(0)) end();
  }

  stop(): void {
    this.#server.close();
    this.#server.closeAllConnections();
  }

  #relay(incoming: IncomingMessage, outgoing: ServerResponse): void {
    const { method = '', url: path = '', headers } = incoming;
    this.seen.push({ method, path, authorization: headers.authorization ?? '' });
    const fate = this.fate(method, path);
    if (fate === 'loseRequest') return void incoming.socket.destroy();
    if (typeof fate === 'number') return void outgoing.writeHead(fate).end('{"error":{}}');
    if (fate === 'slow') {
      incoming.resume();
      outgoing.write('begun ');
      this.#ends.push(() => outgoing.end('and ended'));
      return;
    }
    const onward = request(`${this.target}${path}`, { method, headers }, (reply) => {
      if (fate === 'loseAnswer') {
        reply.resume().on('end', () => incoming.socket.destroy());
        return;
      }
      outgoing.writeHead(reply.statusCode ?? 500, reply.rawHeaders);
      reply.pipe(outgoing);
    });
    onward.on('error', () => outgoing.destroy());
    outgoing.on('close', () => onward.destroy());
    incoming.pipe(onward);
  }
}
