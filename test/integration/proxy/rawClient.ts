import { connect, type Socket } from 'node:net';
import { valuesOf } from './recordingUpstream.ts';

export interface RawReply {
  readonly status: number;
  readonly statusLine: string;
  readonly headers: readonly (readonly [name: string, value: string])[];
  /** As on the wire, chunk framing and all. */
  readonly body: string;
  readonly text: string;
  /** The connection was broken off, and not ended. */
  readonly isReset: boolean;
}

export const parseReply = (text: string, isReset = false): RawReply => {
  const headEnd = text.indexOf('\r\n\r\n');
  const [statusLine = '', ...lines] = text.slice(0, headEnd === -1 ? 0 : headEnd).split('\r\n');
  const headers = lines.map((line): [string, string] => {
    const colon = line.indexOf(':');
    return [line.slice(0, colon), line.slice(colon + 1).trim()];
  });
  const [, status = '0'] = statusLine.split(' ');
  return { status: Number(status), statusLine, headers, body: text.slice(headEnd + 4), text, isReset };
};

/** Of a reply of the proxy's own. */
export const codeOf = (reply: RawReply): string | undefined => valuesOf(reply, 'x-nfyio-vault-error')[0];

/** The code of a reply of the proxy's own, the status of any other. */
export const outcomeOf = (reply: RawReply): string => codeOf(reply) ?? String(reply.status);

/** A socket and all that came back on it. */
export class RawConnection {
  readonly socket: Socket;
  received = '';
  /** Resolves when the connection has ended, in whichever way. */
  readonly closed: Promise<void>;
  error: Error | null = null;
  #waiting: { readonly until: () => boolean; readonly resolve: () => void }[] = [];

  constructor(port: number, options: { readonly allowHalfOpen?: boolean } = {}) {
    this.socket = connect({ port, host: '127.0.0.1', ...options });
    this.socket.on('data', (piece) => {
      this.received += piece.toString('latin1');
      this.#wake();
    });
    this.socket.on('error', (error) => {
      this.error = error;
    });
    this.closed = new Promise((resolve) => this.socket.once('close', () => resolve()));
    void this.closed.then(() => this.#wake());
  }

  write(data: string | Buffer): void {
    this.socket.write(typeof data === 'string' ? Buffer.from(data, 'latin1') : data);
  }

  /** Resolves once `text` has come; rejects when the connection ends without it. */
  async waitFor(text: string): Promise<void> {
    const isThere = (): boolean => this.received.includes(text);
    await new Promise<void>((resolve) => {
      this.#waiting.push({ until: () => isThere() || this.socket.closed, resolve });
      this.#wake();
    });
    if (!isThere()) throw new Error(`ended before ${JSON.stringify(text)}: ${this.received}`);
  }

  #wake(): void {
    const due = this.#waiting.filter(({ until }) => until());
    this.#waiting = this.#waiting.filter((waiting) => !due.includes(waiting));
    for (const { resolve } of due) resolve();
  }
}

/** Of all replies that came. */
export const statusesOf = ({ received }: RawConnection): string[] =>
  [...received.matchAll(/HTTP\/1\.1 (\d+)/g)].map(([, status]) => status ?? '');

/** Sends bytes as they are and reads until the other side closes. */
export const rawRequest = async (port: number, bytes: string | Buffer): Promise<RawReply> => {
  const connection = new RawConnection(port);
  connection.write(bytes);
  await connection.closed;
  return parseReply(connection.received, connection.error !== null);
};

export interface PlainRequest {
  readonly method?: string;
  readonly target: string;
  readonly host?: string;
  readonly headers?: Readonly<Record<string, string>> | readonly (readonly [string, string])[];
  readonly body?: string | Buffer;
}

/** The bytes of an ordinary request that asks for the connection to be closed. */
export const requestBytes = (port: number, request: PlainRequest): Buffer => {
  const { method = 'GET', target, host = `127.0.0.1:${port}`, headers = {}, body } = request;
  const pairs = Array.isArray(headers) ? headers : Object.entries(headers);
  const lines = pairs
    .filter(([name]) => name.toLowerCase() !== 'host')
    .map(([name, value]) => `${name}: ${value}\r\n`);
  const hasFraming = pairs.some(([name]) => /^(content-length|transfer-encoding)$/i.test(name));
  const bytes = typeof body === 'string' ? Buffer.from(body, 'latin1') : (body ?? Buffer.alloc(0));
  const length = body === undefined || hasFraming ? '' : `Content-Length: ${bytes.length}\r\n`;
  const head = `${method} ${target} HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n${lines.join('')}${length}\r\n`;
  return Buffer.concat([Buffer.from(head, 'latin1'), bytes]);
};

export const send = (port: number, request: PlainRequest): Promise<RawReply> =>
  rawRequest(port, requestBytes(port, request));
