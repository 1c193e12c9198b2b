import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { Certificate } from '../certificates.ts';

export interface PeerRequest {
  readonly method: string;
  /** As it was sent: path and query. */
  readonly target: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

export interface PeerReply {
  readonly status: number;
  /** A string goes out as it is; an object as JSON. */
  readonly body?: object | string;
  readonly headers?: Readonly<Record<string, string>>;
}

export type PeerFault = PeerReply | 'silence' | 'reset';

/** A service on the loopback that keeps to its documentation; a test can put faults in the way of single requests. */
export abstract class PeerServer {
  readonly requests: PeerRequest[] = [];
  /** Asked before the service is: what it returns happens instead. */
  fault: (request: PeerRequest) => PeerFault | null = () => null;
  readonly #server: Server;
  readonly #scheme: 'http' | 'https';

  constructor(certificate: Certificate | null = null) {
    this.#scheme = certificate === null ? 'http' : 'https';
    this.#server = certificate === null ? createServer() : createTlsServer({ ...certificate });
    this.#server.on('request', (incoming, response) => {
      const chunks: Buffer[] = [];
      incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
      incoming.on('end', async () => {
        const request: PeerRequest = {
          method: incoming.method ?? '',
          target: incoming.url ?? '',
          headers: incoming.headers,
          body: Buffer.concat(chunks),
        };
        this.requests.push(request);
        const reply = this.fault(request) ?? (await this.answer(request));
        if (reply === 'silence') return;
        if (reply === 'reset') {
          incoming.socket.resetAndDestroy();
          return;
        }
        const { status, body = '', headers } = reply;
        const isText = typeof body === 'string';
        response.writeHead(status, {
          ...(isText ? {} : { 'content-type': 'application/json; charset=utf-8' }),
          ...headers,
        });
        response.end(isText ? body : JSON.stringify(body));
      });
    });
  }

  protected abstract answer(request: PeerRequest): PeerReply | Promise<PeerReply>;

  get host(): string {
    return `127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  get url(): string {
    return `${this.#scheme}://${this.host}`;
  }

  /** What was asked, without what was sent with it. */
  get calls(): string[] {
    return this.requests.map(({ method, target }) => `${method} ${target}`);
  }

  /** The next request that fits is answered so, and those after it are not. */
  failOnce(fault: PeerFault, fits: (request: PeerRequest) => boolean = () => true): void {
    this.fault = (request) => {
      if (!fits(request)) return null;
      this.fault = () => null;
      return fault;
    };
  }

  start(): Promise<void> {
    return new Promise((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}
