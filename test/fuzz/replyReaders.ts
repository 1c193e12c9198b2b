import { once } from 'node:events';
import { request } from 'node:http';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { EndOfTurn } from '../../src/main/lib/endOfTurn.ts';
import { strictTls } from '../../src/main/lib/strictTls.ts';
import { Cutoff } from '../../src/main/proxy/cutoff.ts';
import { defaultLimits } from '../../src/main/proxy/limits.ts';
import { ConnectionPool } from '../../src/main/proxy/upstream/connectionPool.ts';
import { ReadBuffers } from '../../src/main/proxy/upstream/readBuffers.ts';
import { type ReplyCase, replyCase } from './replyCase.ts';

/** What a client makes of a reply. */
export interface Reading {
  readonly status: number;
  readonly reason: string;
  /** Names and values by turns. */
  readonly headers: readonly string[];
  readonly body: string;
  readonly isWhole: boolean;
}

/** Answers each request, which names its case, with the bytes of that case, and ends. */
export class ReplyingServer {
  readonly #server;

  constructor(seed: number) {
    this.#server = createServer({ noDelay: true }, (socket) => {
      socket.on('error', () => undefined);
      socket.once('data', (head) => {
        const [, index] = /^\w+ \/(\d+) /.exec(head.toString('latin1')) ?? [];
        void write(socket, replyCase(seed, Number(index)).pieces);
      });
    });
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  async start(): Promise<void> {
    this.#server.listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
  }

  async stop(): Promise<void> {
    this.#server.close();
    await once(this.#server, 'close');
  }
}

const write = async (socket: Socket, pieces: readonly string[]): Promise<void> => {
  for (const piece of pieces) {
    socket.write(piece, 'latin1');
    await new Promise((turn) => setImmediate(turn));
  }
  socket.end();
};

const buffers = new ReadBuffers();
const tls = strictTls();

/** @returns null when it takes it for no reply at all */
export const readByOurs = async ({ method, index }: ReplyCase, port: number): Promise<Reading | null> => {
  const destination = { origin: `http://127.0.0.1:${port}`, tls, timeoutMs: 60_000, session: undefined };
  const pool = new ConnectionPool(destination, defaultLimits, buffers, new EndOfTurn());
  const sign = () => ({ method, rawPath: `/${index}`, rawQuery: '', headers: [['host', 'h']] as const });
  const asked = { sign, contentLength: null, body: null, ownsPieces: false, continueTimeoutMs: null };
  try {
    const reply = await pool.send({ ...asked, cutoff: new Cutoff() }).catch(() => null);
    if (reply === null) return null;
    const pieces: Buffer[] = [];
    const isWhole = await collect(reply.body.stream(), pieces);
    const { status, statusText, headers } = reply;
    const body = Buffer.concat(pieces).toString('latin1');
    return { status, reason: statusText, headers: headers.flat(), body, isWhole };
  } finally {
    pool.destroy();
  }
};

/** @returns whether it came to its end */
const collect = async (stream: AsyncIterable<Buffer>, pieces: Buffer[]): Promise<boolean> => {
  try {
    for await (const piece of stream) pieces.push(piece);
    return true;
  } catch {
    return false;
  }
};

/** @returns null when it takes it for no reply at all */
export const readByNode = ({ method, index }: ReplyCase, port: number): Promise<Reading | null> =>
  new Promise((resolve) => {
    const outgoing = request({
      ...{ host: '127.0.0.1', port, method, path: `/${index}`, agent: false },
      insecureHTTPParser: false,
    });
    let read = (): Reading | null => null;
    outgoing.once('response', (incoming) => {
      let body = '';
      incoming.setEncoding('latin1');
      incoming.on('data', (piece: string) => {
        body += piece;
      });
      incoming.on('error', () => undefined);
      read = () => ({
        status: incoming.statusCode ?? 0,
        reason: incoming.statusMessage ?? '',
        headers: incoming.rawHeaders,
        body,
        isWhole: incoming.complete,
      });
    });
    outgoing.on('error', () => undefined);
    outgoing.once('close', () => resolve(read()));
    outgoing.end();
  });
