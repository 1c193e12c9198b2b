import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { apiHead, type ProxyWorld, startProxyWorld } from './proxyWorld.ts';
import { RawConnection, statusesOf } from './rawClient.ts';

let world: ProxyWorld;
beforeEach(async () => {
  world = await startProxyWorld();
});
afterEach(() => world.stop());

const head = (requestLine: string, ...lines: string[]): string => apiHead(world, requestLine, ...lines);

/** Says all it has to say and ends its side at once. */
const sayAndEnd = (bytes: string): RawConnection => {
  const connection = new RawConnection(world.apiPort, { allowHalfOpen: true });
  connection.socket.end(Buffer.from(bytes, 'latin1'));
  connection.socket.once('end', () => connection.socket.destroy());
  return connection;
};

const nextArrival = (): Promise<{ incoming: IncomingMessage; outgoing: ServerResponse }> =>
  new Promise((resolve) => {
    world.upstream.answer = (incoming, outgoing) => resolve({ incoming, outgoing });
  });

/** The end of the tool's side has reached the proxy when a later connection was served. */
const endHasArrived = async (): Promise<void> => {
  const later = new RawConnection(world.apiPort);
  later.write('GET / HTTP/1.1\r\nHost: elsewhere\r\nConnection: close\r\n\r\n');
  await later.closed;
};

describe('a tool that ends its side behind its request', () => {
  it('gets its reply, two hundred times out of two hundred', async () => {
    const big = 'x'.repeat(300_000);
    world.upstream.answer = (incoming, outgoing) => {
      incoming.resume().on('end', () => outgoing.end(incoming.url === '/api/big' ? big : 'small'));
    };
    for (let round = 0; round < 50; round += 1) {
      const tools = [
        sayAndEnd(head('GET /api/a HTTP/1.1')),
        sayAndEnd(`${head('POST /api/a HTTP/1.1', 'Content-Length: 4')}body`),
        sayAndEnd(head('GET /api/big HTTP/1.1', 'Connection: close')),
        sayAndEnd(head('GET /api/a HTTP/1.0')),
      ];
      await Promise.all(tools.map(({ closed }) => closed));
      for (const tool of tools) expect([tool.error, statusesOf(tool)]).toEqual([null, ['200']]);
      expect(tools[2]?.received.split('x').length).toBeGreaterThan(big.length);
    }
  });

  it('gets the replies to all that it asked for before', async () => {
    const tool = sayAndEnd(head('GET /api/a HTTP/1.1') + head('GET /api/b HTTP/1.1'));
    await tool.closed;
    expect(statusesOf(tool)).toEqual(['200', '200']);
  });

  it('is asked whether it is there when the upstream takes its time, and still gets its reply', async () => {
    const arrival = nextArrival();
    const tool = sayAndEnd(head('GET /api/a HTTP/1.1'));
    const { outgoing } = await arrival;
    await endHasArrived();
    world.clock.advance(100);
    await tool.waitFor('100 Continue\r\n\r\nHTTP/1.1 100 Continue');
    world.clock.advance(60_000);
    outgoing.end('at last');
    await tool.closed;
    expect(statusesOf(tool)).toEqual(['100', '100', '200']);
    expect(tool.received).toContain('at last');
  });

  it('is never asked in HTTP/1.0, which has no word for it', async () => {
    const arrival = nextArrival();
    const tool = sayAndEnd(head('GET /api/a HTTP/1.0'));
    const { outgoing } = await arrival;
    await endHasArrived();
    world.clock.advance(60_000);
    outgoing.end('at last');
    await tool.closed;
    expect(statusesOf(tool)).toEqual(['200']);
  });

  it('goes on to get a reply that is under way, until the upstream falls silent', async () => {
    const arrival = nextArrival();
    const tool = sayAndEnd(head('GET /api/a HTTP/1.1'));
    const { outgoing } = await arrival;
    await endHasArrived();
    for (let piece = 0; piece < 5; piece += 1) {
      outgoing.write(`piece ${piece}`);
      await tool.waitFor(`piece ${piece}`);
      world.clock.advance(100);
    }
    const gone = once(outgoing, 'close');
    world.clock.advance(100);
    await Promise.all([gone, tool.closed]);
    expect(tool.received).not.toContain('\r\n0\r\n');
  });
});
