import { type EventEmitter, once } from 'node:events';
import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import type { Certificate } from '../helpers/certificates.ts';
import { SeededRandom } from './seededRandom.ts';
import {
  Content,
  ContentCheck,
  isAnsweredEarly,
  isCutOff,
  type Transfer,
  transferOf,
} from './transferContent.ts';

/** Serves and takes contents that it makes itself, breaks off as it is told to, and notes whatever it got wrong. */
export class TransferUpstream {
  /** Uploads that came to an end which their senders did not mean, or held what they did not send. */
  readonly wrongs: string[] = [];
  /** Connections that were closed after a reply without a word. */
  hangUps = 0;
  /** Requests that are being served. */
  serving = 0;
  readonly #sockets = new Set<Socket>();
  readonly #server;
  readonly #isTls: boolean;

  constructor(certificate?: Certificate) {
    const listener: RequestListener = (incoming, outgoing) => void this.#serve(incoming, outgoing);
    this.#isTls = certificate !== undefined;
    this.#server =
      certificate === undefined ? createServer(listener) : createTlsServer(certificate, listener);
    this.#server.on('checkContinue', (incoming: IncomingMessage, outgoing: ServerResponse) => {
      if (!isAnsweredEarly(transferOf(incoming.url ?? ''))) outgoing.writeContinue();
      void this.#serve(incoming, outgoing);
    });
    this.#server.keepAliveTimeout = 600_000;
    this.#server.requestTimeout = 0;
    this.#server.on('connection', (socket: Socket) => {
      this.#sockets.add(socket);
      socket.once('close', () => this.#sockets.delete(socket));
    });
  }

  get origin(): string {
    const { port } = this.#server.address() as AddressInfo;
    return this.#isTls ? `https://localhost:${port}` : `http://127.0.0.1:${port}`;
  }

  get connections(): number {
    return this.#sockets.size;
  }

  async start(): Promise<void> {
    this.#server.listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
  }

  async stop(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    this.#server.close();
    await once(this.#server, 'close');
  }

  async #serve(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    outgoing.on('error', () => undefined);
    incoming.on('error', () => undefined);
    this.serving += 1;
    try {
      await this.#transfer(incoming, outgoing);
    } catch {
      incoming.socket.destroy();
    }
    this.serving -= 1;
  }

  async #transfer(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    const transfer = transferOf(incoming.url ?? '');
    const random = new SeededRandom(transfer.number, 1);
    if (incoming.method === 'GET') await this.#give(transfer, outgoing, random);
    else await this.#take(transfer, incoming, outgoing, random);
    if (transfer.how !== 'hangUp') return;
    this.hangUps += 1;
    hangUp(incoming.socket);
  }

  async #give(transfer: Transfer, outgoing: ServerResponse, random: SeededRandom): Promise<void> {
    const { bytes, how } = transfer;
    outgoing.sendDate = false;
    if (how === 'nothing' || how === 'headAmid') {
      if (how === 'headAmid') outgoing.socket?.write('HTTP/1.1 200 OK\r\nContent-Le');
      hangUp(outgoing.socket);
      return;
    }
    if (how === 'untilEnd') {
      outgoing.shouldKeepAlive = false;
      outgoing.removeHeader('transfer-encoding');
    } else if (how !== 'chunked' && how !== 'chunkAmid') outgoing.setHeader('content-length', bytes);
    const content = new Content(transfer);
    const isCut = isCutOff(transfer);
    const until = isCut ? 1 + random.below(bytes) : 0;
    while (content.left > until) {
      const piece = content.next(Math.min(sizeOfPiece(random), content.left - until));
      if (outgoing.destroyed) return;
      if (!outgoing.write(piece)) await firstOf(outgoing, 'drain', 'close');
      else if (random.chance(0.1)) await turn();
    }
    if (!isCut) outgoing.end();
    else if (random.chance(0.5)) await turn();
    if (how === 'resetAmid') reset(outgoing.socket);
    else if (isCut) hangUp(outgoing.socket);
    if (!isCut) await out(outgoing);
  }

  async #take(
    transfer: Transfer,
    incoming: IncomingMessage,
    outgoing: ServerResponse,
    random: SeededRandom,
  ): Promise<void> {
    const { number, bytes, how } = transfer;
    if (isAnsweredEarly(transfer)) {
      outgoing.writeHead(403, how === 'early' ? { connection: 'close' } : {}).end('early');
      await turns(random.below(20));
      incoming.on('data', () => undefined).resume();
      incoming.socket.resume();
      return;
    }
    const until = how === 'resetAmid' ? random.below(bytes) : Number.POSITIVE_INFINITY;
    const check = new ContentCheck(transfer);
    for await (const piece of incoming) {
      check.take(piece);
      if (check.bytes > until) {
        reset(incoming.socket);
        return;
      }
      if (how === 'slow') await turns(random.below(8));
    }
    const isMeantWhole = incoming.headers['x-whole'] === 'yes';
    if (!check.isWhole || !isMeantWhole)
      this.wrongs.push(
        `upload ${number} of ${bytes} bytes (${how}) ended with ${check.bytes} bytes, wrong at ${check.wrongAt}, ${isMeantWhole ? 'meant' : 'not meant'} to`,
      );
    outgoing.end(String(check.bytes));
    await out(outgoing);
  }
}

/** It is written, or will never be. */
const out = async (outgoing: ServerResponse): Promise<void> => {
  if (!outgoing.destroyed) await firstOf(outgoing, 'finish', 'close');
};

/** Some are far smaller than a read of a socket, some larger. */
const sizeOfPiece = (random: SeededRandom): number => 1 + random.below(2 ** (1 + random.below(18)));

/** Node's server may have stopped reading, and who does not read does not see the other side end. */
const hangUp = (socket: Socket | null): void => {
  socket?.end();
  socket?.resume();
};

const reset = (socket: Socket | null): void => {
  // What TLS wraps cannot be reset.
  if (socket !== null && 'encrypted' in socket) socket.destroy();
  else socket?.resetAndDestroy();
};

/** @returns the name of the event that came first; leaves no listener behind */
export const firstOf = <Name extends string>(emitter: EventEmitter, ...names: Name[]): Promise<Name> =>
  new Promise((resolve) => {
    const listeners = names.map((name) => {
      const listener = (): void => {
        for (const [each, added] of listeners) emitter.off(each, added);
        resolve(name);
      };
      return [name, listener] as const;
    });
    for (const [name, listener] of listeners) emitter.once(name, listener);
  });

export const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

export const turns = async (count: number): Promise<void> => {
  for (let number = 0; number < count; number += 1) await turn();
};
