import type { Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { grantOf, localToken, type ProxyWorld, startProxyWorld } from './proxyWorld.ts';
import { codeOf, type RawReply, send } from './rawClient.ts';
import { ok, RawUpstream } from './rawUpstream.ts';

let world: ProxyWorld;
let upstream: RawUpstream;
beforeEach(async () => {
  world = await startProxyWorld();
  upstream = new RawUpstream();
  await upstream.start();
  world.grants.api = grantOf('api', { upstream: upstream.origin });
});
afterEach(async () => {
  await world.stop();
  await upstream.stop();
});

const get = (target: string): Promise<RawReply> =>
  send(world.apiPort, { target, headers: { Authorization: `Bearer ${localToken}` } });

const ROUNDS = 1_000;
const poison = ok('poison');
const flushed = (socket: Socket, bytes: string): Promise<void> =>
  new Promise((resolve) => {
    if (socket.destroyed) resolve();
    else socket.write(bytes, () => resolve());
  });

/** How an upstream may slip in a reply that nobody asked for; each resolves once the bytes are out. */
const attacks: [string, (socket: Socket, answer: string) => Promise<void>][] = [
  ['in one piece with the reply', (socket, answer) => flushed(socket, answer + poison)],
  [
    'right after the reply',
    async (socket, answer) => {
      await flushed(socket, answer);
      await flushed(socket, poison);
    },
  ],
  [
    'cut in two, half of it with the reply',
    async (socket, answer) => {
      await flushed(socket, answer + poison.slice(0, 20));
      await flushed(socket, poison.slice(20));
    },
  ],
  [
    'in a later turn',
    async (socket, answer) => {
      await flushed(socket, answer);
      await new Promise((turn) => setTimeout(turn, 1));
      await flushed(socket, poison);
    },
  ],
  ['that is one byte', (socket, answer) => flushed(socket, `${answer}H`)],
];

describe('a second reply', () => {
  it.each(attacks)('%s is never taken for that of the next request', async (_, attack) => {
    let attacked = Promise.resolve();
    upstream.answer = ({ socket, target }) => {
      attacked = attack(socket, ok(target));
    };
    for (let round = 0; round < ROUNDS; round += 1) {
      const target = `/api/${round}`;
      const reply = await get(target);
      expect([target, '']).toContain(codeOf(reply) === undefined ? reply.body : '');
      expect(reply.text).not.toContain('poison');
      await attacked;
      // The loop is busy while the poison lies in the socket: the next request and it are seen in the same turn.
      const busyUntil = performance.now() + 1;
      while (performance.now() < busyUntil);
    }
    expect(upstream.connections).toBe(ROUNDS);
  });
});

describe('a body behind the reply to a HEAD', () => {
  it.each(attacks)('%s is never taken for the reply to the next request', async (_, attack) => {
    let attacked = Promise.resolve();
    upstream.answer = ({ socket, head }) => {
      if (head.startsWith('HEAD')) attacked = attack(socket, 'HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\n');
      else socket.write(ok('asked for'));
    };
    for (let round = 0; round < ROUNDS; round += 1) {
      const headers = { Authorization: `Bearer ${localToken}` };
      const reply = await send(world.apiPort, { method: 'HEAD', target: '/api/a', headers });
      expect(reply.text).not.toContain('poison');
      await attacked;
      expect((await get('/api/b')).text).not.toContain('poison');
    }
  });
});

describe('a kept connection', () => {
  it('that says something while nobody asked is closed at once', async () => {
    let idle: Socket | undefined;
    upstream.answer = ({ socket, target }) => {
      idle = socket;
      socket.write(ok(target));
    };
    expect((await get('/api/a')).body).toBe('/api/a');
    const closed = new Promise((resolve) => idle?.once('close', resolve));
    idle?.write('x');
    await closed;
    expect((await get('/api/b')).body).toBe('/api/b');
    expect(upstream.connections).toBe(2);
  });
});

describe('a length that does not fit', () => {
  const head = 'HTTP/1.1 200 OK\r\n';
  it.each([
    ['shorter than announced', `${head}Content-Length: 10\r\n\r\nhello`],
    ['in chunks without their end', `${head}Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n`],
    ['in chunks that end amid one', `${head}Transfer-Encoding: chunked\r\n\r\nff\r\nhello`],
  ])('%s is a broken end for the tool, never a clean one', async (_, bytes) => {
    upstream.answer = ({ socket }) => socket.end(bytes);
    const reply = await get('/api/a');
    expect(reply.status).toBe(200);
    expect(reply.text).not.toContain('\r\n0\r\n');
    expect(reply.body.length).toBeLessThan(12);
    expect((await world.nextRecord()).refusal).toBe('UPSTREAM_BROKEN');
  });

  it('longer than announced is cut at what was announced, and the connection is not used again', async () => {
    upstream.answer = ({ socket }) => socket.write(`${head}Content-Length: 5\r\n\r\nhello, and more`);
    expect((await get('/api/a')).body).toBe('hello');
    expect((await get('/api/b')).body).toBe('hello');
    expect(upstream.connections).toBe(2);
  });

  it.each([
    ['twice', 'Content-Length: 5\r\nContent-Length: 6\r\n'],
    ['and chunks', 'Content-Length: 5\r\nTransfer-Encoding: chunked\r\n'],
    ['with a sign', 'Content-Length: +5\r\n'],
    ['in words', 'Content-Length: five\r\n'],
  ])('told %s is malformed HTTP', async (_, headers) => {
    upstream.answer = ({ socket }) => socket.end(`${head}${headers}\r\nhello`);
    const reply = await get('/api/a');
    expect(reply.status).toBe(502);
    expect(codeOf(reply)).toBe('UPSTREAM_BROKEN');
  });
});

describe('what comes before the reply', () => {
  const hints = 'HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n';

  it('is left out, up to ten times', async () => {
    upstream.answer = ({ socket }) => socket.write(hints.repeat(10) + ok('at last'));
    const reply = await get('/api/a');
    expect(reply.status).toBe(200);
    expect(reply.body).toBe('at last');
    expect(reply.text).not.toContain('103');
  });

  it('more often than that is broken off', async () => {
    upstream.answer = ({ socket }) => socket.write(hints.repeat(11) + ok('at last'));
    expect(codeOf(await get('/api/a'))).toBe('UPSTREAM_BROKEN');
  });
});
