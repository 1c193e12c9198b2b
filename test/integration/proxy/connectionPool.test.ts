import { Readable, Writable } from 'node:stream';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { EndOfTurn } from '../../../src/main/lib/endOfTurn.ts';
import { strictTls } from '../../../src/main/lib/strictTls.ts';
import { Cutoff } from '../../../src/main/proxy/cutoff.ts';
import { defaultLimits } from '../../../src/main/proxy/limits.ts';
import { ConnectionPool } from '../../../src/main/proxy/upstream/connectionPool.ts';
import { ReadBuffers } from '../../../src/main/proxy/upstream/readBuffers.ts';
import type { UpstreamRequest } from '../../../src/main/proxy/upstream/upstreamExchange.ts';
import type { UpstreamReply } from '../../../src/main/proxy/upstream/upstreamReply.ts';
import { ok, RawUpstream } from './rawUpstream.ts';

let upstream: RawUpstream;
let pool: ConnectionPool;
beforeEach(async () => {
  upstream = new RawUpstream();
  await upstream.start();
  pool = poolTo(upstream.origin);
});
afterEach(async () => {
  pool.destroy();
  await upstream.stop();
});

const tls = strictTls();
const poolTo = (origin: string, buffers = new ReadBuffers()): ConnectionPool =>
  new ConnectionPool(
    { origin, tls, timeoutMs: 10_000, session: undefined },
    defaultLimits,
    buffers,
    new EndOfTurn(),
  );

const asking = (method = 'GET', fields: Partial<UpstreamRequest> = {}): UpstreamRequest => ({
  sign: () => ({ method, rawPath: '/a', rawQuery: '', headers: [['host', 'h']] }),
  contentLength: null,
  body: null,
  ownsPieces: false,
  continueTimeoutMs: null,
  cutoff: new Cutoff(),
  ...fields,
});

const read = async ({ body }: UpstreamReply): Promise<string> => {
  const pieces: Buffer[] = [];
  for await (const piece of body.stream()) pieces.push(piece);
  return Buffer.concat(pieces).toString('latin1');
};

const statusOf = async (request: UpstreamRequest): Promise<number> => {
  const reply = await pool.send(request);
  await read(reply);
  return reply.status;
};

describe('a pool of connections', () => {
  it('sends a POST on a new connection when the kept one ended in the very moment it was wanted', async () => {
    expect(await statusOf(asking())).toBe(200);
    await turns(1);
    // Both are seen in one turn of the loop: the end, and that somebody wants to send.
    for (const socket of upstream.sockets) socket.destroy();
    expect(await statusOf(asking('POST'))).toBe(200);
    expect(upstream.connections).toBe(2);
  });

  it('sends nothing of a request that is cut while it waits for a kept connection, which serves the next', async () => {
    const targets: string[] = [];
    upstream.answer = ({ head, socket }) => {
      targets.push(head.slice(0, head.indexOf(' ')));
      socket.write(ok('whole'));
    };
    expect(await statusOf(asking())).toBe(200);
    const cutoff = new Cutoff();
    const cut = pool.send(asking('DELETE', { cutoff }));
    cutoff.cut(new Error('locked'));
    await expect(cut).rejects.toThrow('locked');
    expect(await statusOf(asking('POST'))).toBe(200);
    expect(targets).toEqual(['GET', 'POST']);
    expect(upstream.connections).toBe(1);
  });

  it.each([
    ['shorter', 'less'],
    ['longer', 'far more than that'],
  ])(
    'ends the connection under a body that is %s than was announced, so that it passes for whole nowhere',
    async (_, text) => {
      let received = '';
      upstream.answer = ({ socket }) => {
        socket.on('data', (piece) => {
          received += piece.toString();
        });
      };
      const body = Readable.from([Buffer.from(text)]);
      const sent = pool.send(asking('PUT', { body, contentLength: 8 }));
      await expect(sent).rejects.toMatchObject({ code: 'UPSTREAM_BROKEN' });
      await until(() => upstream.connections === 1 && upstream.sockets.size === 0);
      expect(received.length).toBeLessThan(8);
    },
  );

  it('sends nothing once it is destroyed, not even what waits for a kept connection in just that turn', async () => {
    let arrivals = 0;
    upstream.answer = ({ socket }) => {
      arrivals += 1;
      socket.write(ok('whole'));
    };
    expect(await statusOf(asking())).toBe(200);
    const waiting = pool.send(asking());
    pool.destroy();
    await expect(waiting).rejects.toThrow();
    expect(arrivals).toBe(1);
  });

  it('sends again what met the end of a connection that was opened for a request which was cut', async () => {
    const cutoff = new Cutoff();
    const cut = pool.send(asking('GET', { cutoff }));
    cutoff.cut(new Error('gone'));
    await expect(cut).rejects.toThrow('gone');
    await until(() => upstream.connections === 1);
    await turns(20);
    let arrivals = 0;
    upstream.answer = ({ socket }) => {
      arrivals += 1;
      if (arrivals === 1) socket.destroy();
      else socket.write(ok('again'));
    };
    expect(await statusOf(asking())).toBe(200);
    expect(arrivals).toBe(2);
  });

  it('leaves no rejection unhandled when a request cannot be signed', async () => {
    const unhandled: unknown[] = [];
    const note = (reason: unknown): void => void unhandled.push(reason);
    process.on('unhandledRejection', note);
    const sign = (): never => {
      throw new Error('locked');
    };
    await expect(pool.send(asking('GET', { sign }))).rejects.toThrow('locked');
    await until(() => upstream.connections === 1 && upstream.sockets.size === 0);
    await turns(20);
    process.off('unhandledRejection', note);
    expect(unhandled).toEqual([]);
  });
});

describe('a kept connection', () => {
  it('serves the next request when it was held back with the very last of a reply', async () => {
    const first = 200 * KIB;
    upstream.answer = ({ socket }) => socket.write(`${lengthOf(AS_MUCH_AS_IS_HELD)}${'b'.repeat(first)}`);
    const { body } = await pool.send(asking());
    const slow = new HeldBack();
    let arrived = 0;
    const passed = body.passTo(slow, (count) => {
      arrived += count;
    });
    await until(() => arrived === first);
    for (const socket of upstream.sockets) socket.write('b'.repeat(AS_MUCH_AS_IS_HELD - first));
    await until(() => arrived === AS_MUCH_AS_IS_HELD);
    upstream.answer = ({ socket }) => socket.write(ok('next'));
    expect(await statusOf(asking())).toBe(200);
    expect(upstream.connections).toBe(1);
    slow.takeAll();
    await passed;
  });
});

const KIB = 1024;
const AS_MUCH_AS_IS_HELD = 256 * KIB;
const lengthOf = (bytes: number): string => `HTTP/1.1 200 OK\r\nContent-Length: ${bytes}\r\n\r\n`;

/** Takes nothing until it is told to. */
class HeldBack extends Writable {
  #take: () => void = () => undefined;
  #isTaking = false;
  override _write(_: Buffer, __: string, done: () => void): void {
    if (this.#isTaking) done();
    else this.#take = done;
  }
  takeAll(): void {
    this.#isTaking = true;
    this.#take();
  }
}

class CountedBuffers extends ReadBuffers {
  /** Taken and not given back. */
  out = 0;
  override take(): Buffer {
    this.out += 1;
    return super.take();
  }
  override giveBack(buffer: Buffer): void {
    this.out -= 1;
    super.giveBack(buffer);
  }
}

describe('a long reply', () => {
  it('that drips to a tool that takes nothing holds no buffer for every drop', async () => {
    const buffers = new CountedBuffers();
    pool = poolTo(upstream.origin, buffers);
    const drops = 1_000;
    upstream.answer = async ({ socket }) => {
      socket.setNoDelay(true);
      socket.write('HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n');
      for (let drop = 0; drop < drops; drop += 1) {
        socket.write('d');
        await turns(2);
      }
    };
    const { body } = await pool.send(asking());
    let arrived = 0;
    const stuck = new Writable({ write: () => undefined });
    const passed = body.passTo(stuck, (count) => {
      arrived += count;
    });
    await until(() => arrived === drops);
    expect(buffers.out).toBeLessThan(5);
    stuck.destroy();
    await expect(passed).rejects.toThrow();
  });
});

const turns = async (count: number): Promise<void> => {
  for (let number = 0; number < count; number += 1) await new Promise((resolve) => setImmediate(resolve));
};

const until = async (isSo: () => boolean): Promise<void> => {
  while (!isSo()) await turns(1);
};
