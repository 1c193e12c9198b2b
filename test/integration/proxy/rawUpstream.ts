import { once } from 'node:events';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';

/** One request without a body, as the upstream got it. */
export interface RawArrival {
  readonly head: string;
  readonly target: string;
  readonly socket: Socket;
  /** Counts the requests of this connection, from 1. */
  readonly turn: number;
}

/** Answers with bytes, so that it can answer what no HTTP server would. */
export class RawUpstream {
  readonly sockets = new Set<Socket>();
  connections = 0;
  answer: (arrival: RawArrival) => void = ({ socket }) => socket.write(ok('upstream'));
  readonly #server: Server;

  constructor() {
    this.#server = createServer((socket) => {
      this.connections += 1;
      this.sockets.add(socket);
      socket.on('error', () => undefined);
      socket.once('close', () => this.sockets.delete(socket));
      let received = '';
      let turn = 0;
      socket.on('data', (piece) => {
        received += piece.toString('latin1');
        for (let end = received.indexOf('\r\n\r\n'); end !== -1; end = received.indexOf('\r\n\r\n')) {
          const head = received.slice(0, end);
          received = received.slice(end + 4);
          turn += 1;
          this.answer({ head, target: head.split(' ')[1] ?? '', socket, turn });
        }
      });
    });
  }

  get origin(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async start(): Promise<void> {
    this.#server.listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
  }

  async stop(): Promise<void> {
    for (const socket of this.sockets) socket.destroy();
    this.#server.close();
    await once(this.#server, 'close');
  }
}

export const ok = (body: string): string =>
  `HTTP/1.1 200 OK\r\nContent-Length: ${body.length}\r\n\r\n${body}`;
