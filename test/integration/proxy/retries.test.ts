import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  expectedAuthorization,
  grantOf,
  localToken,
  type ProxyWorld,
  signedLocally,
  startProxyWorld,
} from './proxyWorld.ts';
import { type RawReply, send } from './rawClient.ts';
import { valuesOf } from './recordingUpstream.ts';

let world: ProxyWorld;
beforeEach(async () => {
  world = await startProxyWorld();
});
afterEach(() => world.stop());

const call = (method: string, target: string, body?: string): Promise<RawReply> =>
  send(world.apiPort, {
    method,
    target,
    headers: { Authorization: `Bearer ${localToken}` },
    ...(body === undefined ? {} : { body }),
  });

/** Closes a connection that has served, under the request that comes next; then serves. */
const breakNextOnce = (breakOff: (socket: import('node:net').Socket) => void): { arrivals: number } => {
  const count = { arrivals: 0 };
  world.upstream.answer = (incoming, outgoing) => {
    count.arrivals += 1;
    if (count.arrivals === 1) breakOff(incoming.socket);
    else outgoing.end('second');
  };
  return count;
};

describe('a kept connection that breaks under a request', () => {
  it.each([
    ['GET', 'closed', undefined],
    ['HEAD', 'closed', undefined],
    ['DELETE', 'closed', undefined],
    ['PUT', 'closed', undefined],
    ['GET', 'reset', undefined],
    ['DELETE', 'reset', undefined],
  ] as const)('is no matter for a %s when it is %s: it is sent once more', async (method, how, body) => {
    await call('GET', '/api/first');
    const count = breakNextOnce((socket) => (how === 'reset' ? socket.resetAndDestroy() : socket.destroy()));
    expect((await call(method, '/api/a', body)).status).toBe(200);
    expect(count.arrivals).toBe(2);
  });

  it.each([
    ['POST', '{}'],
    ['POST', undefined],
    ['PATCH', '{}'],
    ['PUT', '{}'],
  ])('is told the tool for a %s with the body %s: it may have been done', async (method, body) => {
    await call('GET', '/api/first');
    const count = breakNextOnce((socket) => socket.destroy());
    expect((await call(method, '/api/a', body)).status).toBe(502);
    expect(count.arrivals).toBe(1);
  });

  it('after the first byte of a reply is not tried again', async () => {
    await call('GET', '/api/first');
    const count = breakNextOnce((socket) => socket.end('HTTP/1.1 200 O'));
    expect((await call('GET', '/api/a')).status).toBe(502);
    expect(count.arrivals).toBe(1);
  });

  it('on its first request is not tried again', async () => {
    const count = breakNextOnce((socket) => socket.destroy());
    expect((await call('GET', '/api/a')).status).toBe(502);
    expect(count.arrivals).toBe(1);
  });

  it('is tried again once and not twice', async () => {
    await call('GET', '/api/first');
    let arrivals = 0;
    world.upstream.answer = (incoming) => {
      arrivals += 1;
      incoming.socket.destroy();
    };
    expect((await call('GET', '/api/a')).status).toBe(502);
    expect(arrivals).toBe(2);
  });

  it('has the second attempt signed anew, at its own time', async () => {
    await send(world.s3Port, await signedLocally(world, { target: '/demo/first' }));
    const request = await signedLocally(world, { target: '/demo/a' });
    breakNextOnce((socket) => {
      world.clock.advance(61_000);
      socket.destroy();
    });
    expect((await send(world.s3Port, request)).status).toBe(200);
    const dates = world.upstream.requests.map((recorded) => valuesOf(recorded, 'x-amz-date')[0]);
    expect(dates).toEqual(['20261123T120000Z', '20261123T120000Z', '20261123T120101Z']);
    const last = world.upstream.requests.at(-1);
    expect(last && valuesOf(last, 'authorization')).toEqual([last && (await expectedAuthorization(last))]);
  });
});

describe('an upstream that closes idle connections whenever it likes', () => {
  it('never sees a POST or PUT twice, and no GET fails', async () => {
    const arrivals = new Map<string, number>();
    // A linear congruential generator: every run sees the same sequence of pauses.
    let state = 1;
    const pauseMs = (): number => {
      state = (state * 1_103_515_245 + 12_345) % 2 ** 31;
      return (state / 2 ** 31) * 10;
    };
    const upstream = createServer({ keepAliveTimeout: 60_000 }, (incoming, outgoing) => {
      const id = `${incoming.method} ${incoming.url}`;
      arrivals.set(id, (arrivals.get(id) ?? 0) + 1);
      incoming.resume();
      outgoing.end('done');
      const { socket } = incoming;
      setTimeout(() => {
        if ((socket as { _httpMessage?: unknown })._httpMessage === null) socket.destroy();
      }, pauseMs());
    });
    await new Promise<void>((resolve) => upstream.listen(0, '127.0.0.1', resolve));
    const { port } = upstream.address() as AddressInfo;
    world.grants.api = grantOf('api', { upstream: `http://127.0.0.1:${port}` });
    const failed: string[] = [];
    let next = 0;
    const lane = async (): Promise<void> => {
      for (let id = next++; id < 10_000; id = next++) {
        const method = ['GET', 'POST', 'PUT', 'GET'][id % 4] ?? 'GET';
        const reply = await call(method, `/api/${id}`, method === 'GET' ? undefined : '{}');
        if (reply.status !== 200) failed.push(method);
      }
    };
    await Promise.all(Array.from({ length: 8 }, lane));
    upstream.closeAllConnections();
    upstream.close();
    expect([...arrivals].filter(([id, count]) => count > (id.startsWith('GET') ? 2 : 1))).toEqual([]);
    expect(failed.filter((method) => method === 'GET')).toEqual([]);
    expect(arrivals.size).toBeGreaterThan(5_000);
  });
});
