import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { localToken, type ProxyWorld, startProxyWorld } from './proxyWorld.ts';
import { parseReply, RawConnection, rawRequest, send } from './rawClient.ts';
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

const hostile: [string, () => string][] = [
  ['two hosts', () => `GET /api/a HTTP/1.1\r\n${host()}\r\nHost: evil.test\r\n${requestLines()}\r\n\r\n`],
  ['a foreign host', () => `GET /api/a HTTP/1.1\r\nHost: evil.test\r\n${requestLines()}\r\n\r\n`],
  ['no host', () => `GET /api/a HTTP/1.1\r\n${requestLines()}\r\n\r\n`],
  ['no host in HTTP/1.0', () => `GET /api/a HTTP/1.0\r\n${requestLines()}\r\n\r\n`],
  ['HTTP/2.0', () => `GET /api/a HTTP/2.0\r\n${host()}\r\n${requestLines()}\r\n\r\n`],
  ['HTTP/0.9', () => 'GET /api/a\r\n\r\n'],
  ['the preface of HTTP/2', () => 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'],
  [
    'a foreign absolute form',
    () => `GET http://evil.test/api/a HTTP/1.1\r\n${host()}\r\n${requestLines()}\r\n\r\n`,
  ],
  [
    'the metadata service',
    () => `GET http://169.254.169.254/latest HTTP/1.1\r\n${host()}\r\n${requestLines()}\r\n\r\n`,
  ],
  ['an asterisk', () => `OPTIONS * HTTP/1.1\r\n${host()}\r\n${requestLines()}\r\n\r\n`],
  ['CONNECT', () => `CONNECT evil.test:443 HTTP/1.1\r\n${host()}\r\n${requestLines()}\r\n\r\n`],
  ['TRACE', () => `TRACE /api/a HTTP/1.1\r\n${host()}\r\n${requestLines()}\r\n\r\n`],
  ['OPTIONS', () => `OPTIONS /api/a HTTP/1.1\r\n${host()}\r\n${requestLines()}\r\n\r\n`],
  [
    'an upgrade to WebSocket',
    () =>
      `GET /api/a HTTP/1.1\r\n${host()}\r\n${requestLines('Connection: Upgrade', 'Upgrade: websocket')}\r\n\r\n`,
  ],
  [
    'an upgrade to h2c',
    () =>
      `GET /api/a HTTP/1.1\r\n${host()}\r\n${requestLines('Connection: Upgrade, HTTP2-Settings', 'Upgrade: h2c', 'HTTP2-Settings: AAMAAABkAAQAAP__')}\r\n\r\n`,
  ],
  [
    'a length and chunks',
    () =>
      `POST /api/a HTTP/1.1\r\n${host()}\r\n${requestLines('Content-Length: 5', 'Transfer-Encoding: chunked')}\r\n\r\n0\r\n\r\n`,
  ],
  [
    'two lengths',
    () =>
      `POST /api/a HTTP/1.1\r\n${host()}\r\n${requestLines('Content-Length: 5', 'Content-Length: 6')}\r\n\r\nhello`,
  ],
  [
    'a signed length',
    () => `POST /api/a HTTP/1.1\r\n${host()}\r\n${requestLines('Content-Length: +5')}\r\n\r\nhello`,
  ],
  [
    'gzip before chunked',
    () =>
      `POST /api/a HTTP/1.1\r\n${host()}\r\n${requestLines('Transfer-Encoding: gzip, chunked')}\r\n\r\n0\r\n\r\n`,
  ],
  [
    'chunked twice',
    () =>
      `POST /api/a HTTP/1.1\r\n${host()}\r\n${requestLines('Transfer-Encoding: chunked', 'Transfer-Encoding: chunked')}\r\n\r\n0\r\n\r\n`,
  ],
  [
    'chunked with a tail',
    () =>
      `POST /api/a HTTP/1.1\r\n${host()}\r\n${requestLines('Transfer-Encoding: chunked, x')}\r\n\r\n0\r\n\r\n`,
  ],
  ['a space before the colon', () => `GET /api/a HTTP/1.1\r\n${host()}\r\n${requestLines('X : 1')}\r\n\r\n`],
  ['a folded header', () => `GET /api/a HTTP/1.1\r\n${host()}\r\n${requestLines('X: 1\r\n 2')}\r\n\r\n`],
  ['a bare CR', () => `GET /api/a HTTP/1.1\r\n${host()}\r\n${requestLines('X: 1\rY: 2')}\r\n\r\n`],
  ['a NUL', () => `GET /api/a HTTP/1.1\r\n${host()}\r\n${requestLines('X: 1\x002')}\r\n\r\n`],
  ['bare line feeds', () => `GET /api/a HTTP/1.1\n${host()}\n${requestLines()}\n\n`],
  ['a raw byte in the path', () => `GET /api/\xe9 HTTP/1.1\r\n${host()}\r\n${requestLines()}\r\n\r\n`],
  ['dots in the path', () => `GET /api/../a HTTP/1.1\r\n${host()}\r\n${requestLines()}\r\n\r\n`],
  ['encoded dots', () => `GET /api/%2e%2e%2fa HTTP/1.1\r\n${host()}\r\n${requestLines()}\r\n\r\n`],
  ['dots with parameters', () => `GET /api/..;/a HTTP/1.1\r\n${host()}\r\n${requestLines()}\r\n\r\n`],
  ['two slashes', () => `GET //evil.test/a HTTP/1.1\r\n${host()}\r\n${requestLines()}\r\n\r\n`],
  ['a backslash', () => `GET /api\\a HTTP/1.1\r\n${host()}\r\n${requestLines()}\r\n\r\n`],
  ['a fragment', () => `GET /api/a#b HTTP/1.1\r\n${host()}\r\n${requestLines()}\r\n\r\n`],
  [
    '300 headers',
    () =>
      `GET /api/a HTTP/1.1\r\n${host()}\r\n${requestLines(...Array.from({ length: 300 }, (_, i) => `X-${i}: 1`))}\r\n\r\n`,
  ],
  [
    'a length behind 1,100 headers',
    () =>
      `POST /api/a HTTP/1.1\r\n${host()}\r\n${requestLines(...Array.from({ length: 1_100 }, (_, i) => `X-${i}: 1`), 'Content-Length: 4')}\r\n\r\nEVIL`,
  ],
  [
    '40 KiB of headers',
    () => `GET /api/a HTTP/1.1\r\n${host()}\r\n${requestLines(`X: ${'a'.repeat(40_000)}`)}\r\n\r\n`,
  ],
  [
    '100 KiB of headers',
    () => `GET /api/a HTTP/1.1\r\n${host()}\r\n${requestLines(`X: ${'a'.repeat(100_000)}`)}\r\n\r\n`,
  ],
  [
    'a target of 20 KiB',
    () => `GET /api/${'a'.repeat(20_000)} HTTP/1.1\r\n${host()}\r\n${requestLines()}\r\n\r\n`,
  ],
  [
    'a page in an image',
    () =>
      `GET /api/a HTTP/1.1\r\n${host()}\r\n${requestLines('Sec-Fetch-Site: cross-site', 'Sec-Fetch-Mode: no-cors', 'Sec-Fetch-Dest: image')}\r\n\r\n`,
  ],
  [
    'a page in a form',
    () =>
      `POST /api/a HTTP/1.1\r\n${host()}\r\n${requestLines('Origin: http://evil.test', 'Content-Length: 0')}\r\n\r\n`,
  ],
  [
    'a preflight',
    () =>
      `OPTIONS /api/a HTTP/1.1\r\n${host()}\r\n${requestLines('Origin: http://evil.test', 'Access-Control-Request-Method: POST', 'Access-Control-Request-Private-Network: true')}\r\n\r\n`,
  ],
  [
    'a bad expectation',
    () =>
      `POST /api/a HTTP/1.1\r\n${host()}\r\n${requestLines('Expect: 200-ok', 'Content-Length: 0')}\r\n\r\n`,
  ],
];

describe('a hostile request with a valid credential', () => {
  it.each(hostile)('with %s gets a terse refusal and reaches no upstream', async (_, bytes) => {
    const connection = new RawConnection(world.apiPort);
    connection.write(bytes());
    await connection.waitFor('\r\n\r\n');
    const reply = parseReply(connection.received);
    connection.socket.destroy();
    expect(reply.status).toBeGreaterThanOrEqual(400);
    expect(reply.status).toBeLessThan(500);
    expect(world.upstream.requests).toEqual([]);
    expect(reply.text).not.toContain('evil');
    expect(reply.text).not.toContain(localToken);
    expect(reply.text.toLowerCase()).not.toContain('access-control');
  });
});

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
    const statuses = [...connection.received.matchAll(/HTTP\/1\.1 (\d+)/g)].map(([, status]) => status);
    expect(statuses).toEqual(['200', '400', '200']);
    expect(world.upstream.requests.map(({ target }) => target).sort()).toEqual(['/api/one', '/api/two']);
  });
});
