import { createServer, type Server, type Socket } from 'node:net';
import { laneOfAuthorization } from './lanes.ts';
import { readRequests, type StrictRequest } from './strictHttp.ts';

export interface ArrivedRequest extends StrictRequest {
  readonly lane: number | null;
  /** The head to the byte. */
  readonly headBytes: string;
}

/**
 * An upstream without an HTTP library: it keeps every byte and reads it by the strict parser alone. It can be hostile:
 * where the target says `echo` it repeats the credential it was sent, where it says `redirect=` it sends elsewhere.
 */
export class ByteUpstream {
  /** Taken out by who judges them. */
  requests: ArrivedRequest[] = [];
  /** Connections that were ever made. */
  connections = 0;
  /** Bytes that are no HTTP. Stays. */
  readonly malformed: string[] = [];
  readonly #unfinished = new Set<Socket>();
  readonly #sockets = new Set<Socket>();
  readonly #server: Server = createServer({ noDelay: true }, (socket) => this.#serve(socket));

  async start(): Promise<void> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
  }

  get port(): number {
    const address = this.#server.address();
    return typeof address === 'object' && address !== null ? address.port : 0;
  }

  get origin(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  /** Whether a request has begun to arrive and not ended yet. */
  get isBusy(): boolean {
    return this.#unfinished.size > 0;
  }

  async stop(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #serve(socket: Socket): void {
    let text = '';
    this.#sockets.add(socket);
    this.connections += 1;
    socket.on('error', () => undefined);
    socket.on('data', (piece) => {
      text += piece.toString('latin1');
      const { requests, end, restAt } = readRequests(text);
      for (const request of requests.filter(({ isComplete }) => isComplete)) {
        this.#keep(request, text);
        socket.write(answerTo(request), 'latin1');
      }
      if (end === 'malformed') {
        this.malformed.push(text);
        socket.destroy();
      }
      text = text.slice(restAt);
      if (text === '') this.#unfinished.delete(socket);
      else this.#unfinished.add(socket);
    });
    socket.once('close', () => {
      for (const request of readRequests(text).requests) this.#keep(request, text);
      this.#unfinished.delete(socket);
      this.#sockets.delete(socket);
    });
  }

  #keep(request: StrictRequest, text: string): void {
    const [, authorization = ''] = request.headers.find(([name]) => name === 'authorization') ?? [];
    const headBytes = text.slice(0, text.indexOf('\r\n\r\n') + 4);
    this.requests.push({ ...request, lane: laneOfAuthorization(authorization), headBytes });
  }
}

const answerTo = ({ method, target, headers }: StrictRequest): string => {
  const [, status, location] = /[?&]redirect=(\d+),([^&]*)/.exec(target) ?? [];
  if (status !== undefined && location !== undefined)
    return `HTTP/1.1 ${status} Elsewhere\r\nX-From: upstream\r\nLocation: ${decodeURIComponent(location)}\r\nContent-Length: 0\r\n\r\n`;
  const isEcho = target.includes('echo');
  const [, authorization = ''] = headers.find(([name]) => name === 'authorization') ?? [];
  const credential = Buffer.from(authorization);
  const body = isEcho
    ? [authorization, encodeURIComponent(authorization), credential.toString('hex')].join('\n')
    : 'upstream';
  const echo = isEcho ? `X-Echo: ${authorization}\r\n` : '';
  return `HTTP/1.1 ${isEcho ? '403 Forbidden' : '200 OK'}\r\nX-From: upstream\r\n${echo}Content-Length: ${body.length}\r\n\r\n${method === 'HEAD' ? '' : body}`;
};
