import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';

export interface RecordedRequest {
  readonly method: string;
  readonly target: string;
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body: Buffer;
  /** False when the connection broke before the end of the body. */
  readonly isComplete: boolean;
}

export type Answer = (incoming: IncomingMessage, outgoing: ServerResponse) => void;

/** Keeps what reached it, to the byte. Answers 200 `upstream` once the body is in, or as it is told. */
export class RecordingUpstream {
  readonly requests: RecordedRequest[] = [];
  readonly sockets = new Set<Socket>();
  readonly #server: Server;
  /** Called with the request before its body is read. */
  answer: Answer = (incoming, outgoing) => {
    incoming.on('end', () => outgoing.end('upstream'));
    incoming.resume();
  };

  constructor() {
    this.#server = createServer(
      { keepAliveTimeout: 60_000, maxHeaderSize: 64 * 1024 },
      (incoming, outgoing) => {
        const pieces: Buffer[] = [];
        incoming.on('data', (piece: Buffer) => pieces.push(piece));
        incoming.pause();
        incoming.on('error', () => undefined);
        incoming.once('close', () => this.#record(incoming, pieces));
        this.answer(incoming, outgoing);
      },
    );
    this.#server.on('connection', (socket) => {
      this.sockets.add(socket);
      socket.on('error', () => undefined);
      socket.once('close', () => this.sockets.delete(socket));
    });
  }

  get origin(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  get host(): string {
    return new URL(this.origin).host;
  }

  /** The only request that came. */
  get only(): RecordedRequest {
    const [request] = this.requests;
    if (request === undefined || this.requests.length > 1)
      throw new Error(`${this.requests.length} requests reached the upstream`);
    return request;
  }

  start(): Promise<void> {
    return new Promise((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
  }

  stop(): Promise<void> {
    for (const socket of this.sockets) socket.destroy();
    return new Promise((resolve) => this.#server.close(() => resolve()));
  }

  #record(incoming: IncomingMessage, pieces: readonly Buffer[]): void {
    const headers: [string, string][] = [];
    for (let at = 0; at < incoming.rawHeaders.length; at += 2)
      headers.push([incoming.rawHeaders[at] ?? '', incoming.rawHeaders[at + 1] ?? '']);
    this.requests.push({
      method: incoming.method ?? '',
      target: incoming.url ?? '',
      headers,
      body: Buffer.concat(pieces),
      isComplete: incoming.complete,
    });
  }
}

export const valuesOf = (
  message: { readonly headers: readonly (readonly [string, string])[] },
  wanted: string,
): string[] => message.headers.filter(([name]) => name.toLowerCase() === wanted).map(([, value]) => value);
