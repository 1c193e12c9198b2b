import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { localToken, type ProxyWorld, startProxyWorld } from './proxyWorld.ts';
import { RawConnection, rawRequest, send, statusesOf } from './rawClient.ts';
import { valuesOf } from './recordingUpstream.ts';

let world: ProxyWorld;
beforeEach(async () => {
  world = await startProxyWorld();
});
afterEach(() => world.stop());

/** Every request carries a valid credential: it is not the authentication that turns it away. */
const requestLines = (...lines: string[]): string =>
  [`Authorization: Bearer ${localToken}`, ...lines].join('\r\n');
const host = (): string => `Host: 127.0.0.1:${world.apiPort}`;

describe('a reply of the proxy itself', () => {
  it('is guarded against every use in a page', async () => {
    const reply = await send(world.apiPort, { target: '/api/<script>evil' });
    expect(reply.status).toBe(403);
    expect(valuesOf(reply, 'x-content-type-options')).toEqual(['nosniff']);
    expect(valuesOf(reply, 'cache-control')).toEqual(['no-store']);
    expect(valuesOf(reply, 'cross-origin-resource-policy')).toEqual(['same-origin']);
    expect(JSON.parse(reply.body)).toMatchObject({ success: false, error: { code: 'AUTH_MISSING' } });
    expect(reply.text).not.toContain('script');
  });

  it('has no body for HEAD', async () => {
    const reply = await send(world.s3Port, { method: 'HEAD', target: '/demo/a' });
    expect(reply.status).toBe(403);
    expect(reply.body).toBe('');
    expect(Number(valuesOf(reply, 'content-length')[0])).toBeGreaterThan(0);
  });

  it('is counted in activity with its reason, and no secret in path or log', async () => {
    await rawRequest(
      world.apiPort,
      `GET http://evil.test/~${localToken}/api?secret=1 HTTP/1.1\r\n${host()}\r\nConnection: close\r\n\r\n`,
    );
    expect(await world.nextRecord()).toMatchObject({
      refusal: 'MALFORMED_REQUEST',
      status: 400,
      path: '/api',
    });
    expect(world.logger.text).not.toContain(localToken);
  });
});

describe('pipelined requests', () => {
  it('are answered in order, and a refused one poisons nothing', async () => {
    const connection = new RawConnection(world.apiPort);
    const one = `GET /api/one HTTP/1.1\r\n${host()}\r\n${requestLines()}\r\n\r\n`;
    const bad = `GET /api/../x HTTP/1.1\r\n${host()}\r\n${requestLines()}\r\n\r\n`;
    const two = `GET /api/two HTTP/1.1\r\n${host()}\r\n${requestLines('Connection: close')}\r\n\r\n`;
    connection.write(one + bad + two);
    await connection.closed;
    expect(statusesOf(connection)).toEqual(['200', '400', '200']);
    expect(world.upstream.requests.map(({ target }) => target).sort()).toEqual(['/api/one', '/api/two']);
  });

  it('whose tool goes away are all told as unanswered, those further behind as well', async () => {
    let arrived = 0;
    const bothArrived = new Promise<void>((resolve) => {
      world.upstream.answer = () => {
        arrived += 1;
        if (arrived === 2) resolve();
      };
    });
    const connection = new RawConnection(world.apiPort);
    connection.write(`GET /api/one HTTP/1.1\r\n${host()}\r\n${requestLines()}\r\n\r\n`.repeat(2));
    await bothArrived;
    connection.socket.resetAndDestroy();
    const statuses = [await world.nextRecord(), await world.nextRecord()].map(({ status }) => status);
    expect(statuses).toEqual([499, 499]);
  });
});
