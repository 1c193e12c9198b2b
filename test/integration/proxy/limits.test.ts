import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { crc32 } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ProxyLimits } from '../../../src/main/proxy/limits.ts';
import { apiHead, localToken, type ProxyWorld, startProxyWorld } from './proxyWorld.ts';
import {
  codeOf,
  parseReply,
  RawConnection,
  type RawReply,
  requestBytes,
  send,
  statusesOf,
} from './rawClient.ts';
import { valuesOf } from './recordingUpstream.ts';

let world: ProxyWorld;
const start = async (limits: Partial<ProxyLimits> = {}): Promise<void> => {
  world = await startProxyWorld(limits);
};
afterEach(() => world.stop());

const bearer = { Authorization: `Bearer ${localToken}` };
const head = (requestLine: string, ...lines: string[]): string => apiHead(world, requestLine, ...lines);
const open = (bytes: string | Buffer): RawConnection => {
  const connection = new RawConnection(world.apiPort);
  connection.write(bytes);
  return connection;
};
const get = (target = '/api/a'): Promise<RawReply> => send(world.apiPort, { target, headers: bearer });

interface Arrival {
  readonly incoming: IncomingMessage;
  readonly outgoing: ServerResponse;
}

/** Holds what arrives upstream, and hands it out in its order. */
const holdArrivals = (): { readonly held: Arrival[]; next(): Promise<Arrival> } => {
  const held: Arrival[] = [];
  let taken = 0;
  let wake = (): void => undefined;
  world.upstream.answer = (incoming, outgoing) => {
    held.push({ incoming, outgoing });
    wake();
  };
  const next = async (): Promise<Arrival> => {
    for (;;) {
      const arrival = held[taken];
      if (arrival === undefined)
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      else {
        taken += 1;
        return arrival;
      }
    }
  };
  return { held, next };
};

describe('a head', () => {
  beforeEach(() => start());

  it.each([
    ['200 headers', 200, 200 - 3],
    ['more than 200', 400, 200 - 2],
    ['very many', 400, 5_000],
  ])('of %s is answered %i', async (_, status, count) => {
    const lines = Array.from({ length: count }, (_, at) => `X-${at}: ${at}`);
    const connection = open(head('GET /api/a HTTP/1.1', 'Connection: close', ...lines));
    await connection.closed;
    expect(statusesOf(connection)).toEqual([String(status)]);
  });

  it.each([
    ['30 KiB of headers', 200, 30 * 1024],
    ['34 KiB of headers', 400, 34 * 1024],
    ['more headers than the parser takes', 400, 70 * 1024],
  ])('with %s is answered %i', async (_, status, bytes) => {
    const connection = open(head('GET /api/a HTTP/1.1', 'Connection: close', `X-Long: ${'x'.repeat(bytes)}`));
    await connection.closed;
    expect(statusesOf(connection)).toEqual([String(status)]);
  });

  it.each([
    ['of 16 KiB', 200, 16 * 1024],
    ['longer than 16 KiB', 400, 16 * 1024 + 1],
  ])('with a target %s is answered %i', async (_, status, length) => {
    const reply = await get(`/api/${'x'.repeat(length - 5)}`);
    expect(reply.status).toBe(status);
  });
});

describe('a tool that is slow', () => {
  it('with its head is told so and let go; meanwhile others are served', async () => {
    await start({ headersTimeoutMs: 1_000, connectionsCheckingIntervalMs: 20 });
    const slow = Array.from({ length: 50 }, () => open('GET /api/a HTTP/1.1\r\nX-Slow: '));
    expect((await get()).status).toBe(200);
    await Promise.all(slow.map(({ closed }) => closed));
    for (const connection of slow) {
      const reply = parseReply(connection.received);
      expect([reply.status, codeOf(reply)]).toEqual([408, 'REQUEST_TOO_SLOW']);
    }
    expect(world.upstream.requests).toHaveLength(1);
  });

  it('with a second head gets the reply to the first, and then that it is slow', async () => {
    await start({ headersTimeoutMs: 1_000, connectionsCheckingIntervalMs: 20 });
    const connection = open(`${head('GET /api/a HTTP/1.1')}GET /api/b HTTP/1.1\r\nX-Slow: `);
    await connection.closed;
    expect(statusesOf(connection)).toEqual(['200', '408']);
  });

  it('with everything, having said nothing at all, is let go without a word', async () => {
    await start({ headersTimeoutMs: 1_000, connectionsCheckingIntervalMs: 20 });
    const connection = open('');
    await connection.closed;
    expect(connection.received).toBe('');
  });

  it('with its body is told so, and the upstream never sees the end of it', async () => {
    await start({ idleBodyTimeoutMs: 100 });
    const connection = open(`${head('POST /api/a HTTP/1.1', 'Content-Length: 10')}hello`);
    await connection.waitFor('REQUEST_TOO_SLOW');
    expect(statusesOf(connection)).toEqual(['408']);
    expect(await world.nextRecord()).toMatchObject({ status: 408, refusal: 'REQUEST_TOO_SLOW' });
    world.clock.advance(2_000);
    await connection.closed;
    expect(world.upstream.requests.filter(({ isComplete }) => isComplete)).toEqual([]);
  });

  it('to take its reply is let go, and the upstream connection with it', async () => {
    await start({ idleBodyTimeoutMs: 200 });
    const arrivals = holdArrivals();
    const connection = open(head('GET /api/a HTTP/1.1'));
    connection.socket.pause();
    const { outgoing } = await arrivals.next();
    outgoing.on('error', () => undefined);
    const upstreamGone = once(outgoing, 'close');
    const piece = Buffer.alloc(1024 * 1024);
    const fill = (): void => {
      while (!outgoing.destroyed && outgoing.write(piece));
    };
    outgoing.on('drain', fill);
    fill();
    await upstreamGone;
    expect((await world.nextRecord()).status).toBe(200);
    connection.socket.destroy();
  });

  it('because the upstream is silent is waited for', async () => {
    await start({ idleBodyTimeoutMs: 100 });
    const arrivals = holdArrivals();
    const waiting = open(head('GET /api/a HTTP/1.1'));
    const first = await arrivals.next();
    const listening = open(head('GET /api/events HTTP/1.1'));
    const second = await arrivals.next();
    second.outgoing.write('beginning');
    await listening.waitFor('beginning');
    // Two that began later have been let go by now.
    for (let round = 0; round < 2; round += 1)
      await open(`${head('POST /api/b HTTP/1.1', 'Content-Length: 10')}hello`).waitFor('REQUEST_TOO_SLOW');
    first.outgoing.end('at last');
    second.outgoing.end('the end');
    await waiting.waitFor('at last');
    await listening.waitFor('the end');
    waiting.socket.destroy();
    listening.socket.destroy();
  });
});

describe('a body larger than a request may carry', () => {
  beforeEach(() => start({ maxBodyBytes: { api: 10, s3: 20 } }));

  it('is refused by its announced length before the upstream hears of it', async () => {
    const connection = open(`${head('POST /api/a HTTP/1.1', 'Content-Length: 11', 'Expect: 100-continue')}`);
    await connection.waitFor('BODY_TOO_LARGE');
    expect(statusesOf(connection)).toEqual(['413']);
    expect(connection.received).toContain('Connection: close');
    connection.socket.destroy();
    expect(world.upstream.sockets.size).toBe(0);
  });

  it('is broken off where it becomes too large when its length was not announced', async () => {
    const connection = open(
      `${head('POST /api/a HTTP/1.1', 'Transfer-Encoding: chunked')}a\r\n0123456789\r\n1\r\nx\r\n`,
    );
    await connection.waitFor('BODY_TOO_LARGE');
    expect(statusesOf(connection)).toEqual(['413']);
    connection.socket.destroy();
    expect(await world.nextRecord()).toMatchObject({ status: 413, refusal: 'BODY_TOO_LARGE' });
    expect(world.upstream.requests.filter(({ isComplete }) => isComplete)).toEqual([]);
  });

  it('is passed when it just fits, and on the other listener by the limit there', async () => {
    const body = '0123456789';
    const fits = await send(world.apiPort, { method: 'POST', target: '/api/a', headers: bearer, body });
    expect(fits.status).toBe(200);
    const { port } = await world.proxy.openPort('connection-s3', 's3', 0);
    const object = (size: number) => send(port, { method: 'PUT', target: '/demo/a', body: 'x'.repeat(size) });
    expect((await object(20)).status).toBe(200);
    const tooLarge = await object(21);
    expect([tooLarge.status, tooLarge.body]).toEqual([413, expect.stringContaining('EntityTooLarge')]);
  });

  it('is judged by what is in its chunks, not by the frame around them', async () => {
    await world.stop();
    await start({ maxBodyBytes: { api: 10, s3: 200 } });
    const { port } = await world.proxy.openPort('connection-s3', 's3', 0);
    const object = (size: number) => {
      const content = 'x'.repeat(size);
      const checksum = Buffer.alloc(4);
      checksum.writeUInt32BE(crc32(content));
      const trailer = `x-amz-checksum-crc32:${checksum.toString('base64')}`;
      const headers = {
        'x-amz-content-sha256': 'STREAMING-UNSIGNED-PAYLOAD-TRAILER',
        'x-amz-decoded-content-length': `${size}`,
        'x-amz-trailer': 'x-amz-checksum-crc32',
      };
      const body = `${size.toString(16)}\r\n${content}\r\n0\r\n${trailer}\r\n\r\n`;
      return send(port, { method: 'PUT', target: '/demo/a', headers, body });
    };
    expect((await object(200)).status).toBe(200);
    expect((await object(201)).status).toBe(413);
  });
});

describe('more requests than a connection may have running', () => {
  it('wait for their turn, in order', async () => {
    await start({ maxInFlight: 2 });
    const arrivals = holdArrivals();
    const ask = (name: string): Promise<RawReply> => get(`/api/${name}`);
    const first = [ask('a'), ask('b')];
    const a = await arrivals.next();
    await arrivals.next();
    const third = ask('c');
    const other = world.proxy.openPort('connection-s3', 's3', 0);
    const s3 = send((await other).port, { target: '/demo/another-connection' });
    // By the time the other connection's has come, the third would have.
    expect((await arrivals.next()).incoming.url).toBe('/demo/another-connection');
    a.outgoing.end('done');
    expect((await arrivals.next()).incoming.url).toBe('/api/c');
    for (const { outgoing } of arrivals.held) outgoing.end('done');
    for (const reply of await Promise.all([...first, third, s3])) expect(reply.status).toBe(200);
  });

  it('are all answered, however many come at once', async () => {
    await start({ maxInFlight: 3 });
    let running = 0;
    let most = 0;
    world.upstream.answer = (_, outgoing) => {
      running += 1;
      most = Math.max(most, running);
      setImmediate(() => {
        running -= 1;
        outgoing.end('done');
      });
    };
    const replies = await Promise.all(Array.from({ length: 200 }, (_, at) => get(`/api/${at}`)));
    expect(replies.filter(({ status }) => status !== 200)).toEqual([]);
    expect(most).toBeLessThanOrEqual(3);
  });

  it('are told after a while that it is too busy, and no turn is lost', async () => {
    await start({ maxInFlight: 1 });
    const arrivals = holdArrivals();
    const running = get('/api/a');
    const { outgoing } = await arrivals.next();
    const waiting = open(requestBytes(world.apiPort, { target: '/api/b', headers: bearer }));
    await reached(() => world.clock.pendingTimers > 0);
    world.clock.advance(10_000);
    await waiting.closed;
    const refusal = parseReply(waiting.received);
    expect([refusal.status, codeOf(refusal)]).toEqual([503, 'CONNECTION_BUSY']);
    expect(valuesOf(refusal, 'retry-after')).toEqual(['1']);
    outgoing.end('done');
    expect((await running).status).toBe(200);
    const next = get('/api/c');
    (await arrivals.next()).outgoing.end('done');
    expect((await next).status).toBe(200);
  });

  it('leave the queue when their tool goes away or the vault is locked', async () => {
    await start({ maxInFlight: 1 });
    const arrivals = holdArrivals();
    const running = get('/api/a');
    await arrivals.next();
    const gone = open(requestBytes(world.apiPort, { target: '/api/b', headers: bearer }));
    await reached(() => world.clock.pendingTimers > 0);
    gone.socket.resetAndDestroy();
    expect((await world.nextRecord()).status).toBe(499);
    const waiting = get('/api/c');
    await reached(() => world.clock.pendingTimers > 0);
    world.proxy.abortAll();
    expect((await running).status).toBe(423);
    expect((await waiting).status).toBe(423);
    expect(arrivals.held).toHaveLength(1);
  });
});

/** Looks again at every turn of the event loop. */
const reached = async (isReached: () => boolean): Promise<void> => {
  while (!isReached()) await new Promise((turn) => setImmediate(turn));
};

describe('more requests on one socket than may wait there', () => {
  it('are refused behind the replies to those that came first, and that is the end of it', async () => {
    await start({ maxPipelined: 3 });
    const connection = open(Array.from({ length: 10 }, (_, at) => head(`GET /api/${at} HTTP/1.1`)).join(''));
    await connection.closed;
    expect(statusesOf(connection)).toEqual(['200', '200', '200', '503']);
    expect(world.upstream.requests.map(({ target }) => target).sort()).toEqual([
      '/api/0',
      '/api/1',
      '/api/2',
    ]);
  });

  it('are no matter when each waits for its turn', async () => {
    await start({ maxPipelined: 3 });
    const connection = open('');
    for (let at = 0; at < 10; at += 1) {
      world.upstream.answer = (_, outgoing) => outgoing.end(`reply ${at}`);
      connection.write(head('GET /api/a HTTP/1.1'));
      await connection.waitFor(`reply ${at}`);
    }
    connection.socket.destroy();
    expect(statusesOf(connection)).toEqual(Array.from({ length: 10 }, () => '200'));
  });
});

describe('more connections than there may be', () => {
  it('are refused and closed, over all listeners together, and taken again when there is room', async () => {
    await start({ maxConnections: 2 });
    const idle = [new RawConnection(world.s3Port), new RawConnection(world.s3Port)];
    await Promise.all(idle.map(({ socket }) => once(socket, 'connect')));
    const refusal = await get();
    expect([refusal.status, codeOf(refusal)]).toEqual([503, 'TOO_MANY_REQUESTS']);
    expect(valuesOf(refusal, 'connection')).toEqual(['close']);
    for (const { socket } of idle) socket.destroy();
    await expect.poll(async () => (await get()).status).toBe(200);
  });
});
