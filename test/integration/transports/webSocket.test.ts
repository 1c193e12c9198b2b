import { once } from 'node:events';
import { request } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { type BrowserHost, serveBrowserHost } from '../../../src/main/transports/browserHost.ts';
import { MAX_MESSAGE_BYTES } from '../../../src/shared/wire.ts';
import { cannedApp, silentLogger } from './cannedApp.ts';

const canned = cannedApp();
let host: BrowserHost;
let Cookie: string;

beforeAll(async () => {
  host = await serveBrowserHost({ app: canned.app, logger: silentLogger, files: () => undefined, port: 0 });
  const opened = await fetch(host.newLink(), { redirect: 'manual' });
  Cookie = opened.headers.getSetCookie()[0]?.split(';')[0] ?? 'none';
});
afterAll(() => host.close());

const own = () => ({ Cookie, Origin: host.origin });

const dial = (headers: Record<string, string>, path = '/ws'): WebSocket =>
  new WebSocket(`${host.origin.replace('http:', 'ws:')}${path}`, { headers });

const open = async (): Promise<WebSocket> => {
  const socket = dial(own());
  await once(socket, 'open');
  return socket;
};

const nextMessage = async (socket: WebSocket): Promise<unknown> => {
  const [data] = await once(socket, 'message');
  return JSON.parse(String(data));
};

/** The HTTP status that refused the handshake, or 101. */
const handshake = (headers: Record<string, string>, path?: string): Promise<number> =>
  new Promise((resolve) => {
    const socket = dial(headers, path);
    socket.on('unexpected-response', (_, response) => {
      response.resume();
      resolve(response.statusCode ?? 0);
    });
    socket.on('error', () => undefined);
    socket.on('open', () => {
      socket.terminate();
      resolve(101);
    });
  });

describe('the handshake', () => {
  it('admits the own page with the cookie, and nothing less', async () => {
    const { port } = new URL(host.origin);
    const outcomes = {
      own: await handshake(own()),
      'own, with fetch metadata': await handshake({ ...own(), 'Sec-Fetch-Site': 'same-origin' }),
      'no cookie': await handshake({ Origin: host.origin }),
      'wrong cookie': await handshake({ ...own(), Cookie: `${Cookie}A` }),
      'no origin': await handshake({ Cookie }),
      'origin null': await handshake({ ...own(), Origin: 'null' }),
      'origin of another port': await handshake({ ...own(), Origin: 'http://127.0.0.1:1' }),
      'origin of another name': await handshake({ ...own(), Origin: `http://localhost:${port}` }),
      'foreign origin': await handshake({ ...own(), Origin: 'https://evil.test' }),
      'rebound host': await handshake({ ...own(), Host: `rebind.test:${port}` }),
      'rebound host and origin': await handshake({
        Cookie,
        Host: `rebind.test:${port}`,
        Origin: `http://rebind.test:${port}`,
      }),
      'cross-site': await handshake({ ...own(), 'Sec-Fetch-Site': 'cross-site' }),
      'other path': await handshake(own(), '/'),
      'path with query': await handshake(own(), '/ws?x=1'),
    };
    const { own: admitted, 'own, with fetch metadata': alsoAdmitted, ...refused } = outcomes;
    expect([admitted, alsoAdmitted]).toEqual([101, 101]);
    expect(new Set(Object.values(refused))).toEqual(new Set([403]));
  });

  it('refuses an upgrade to anything but a WebSocket', async () => {
    const outgoing = request(`${host.origin}/`, {
      headers: {
        ...own(),
        Connection: 'Upgrade, HTTP2-Settings',
        Upgrade: 'h2c',
        'HTTP2-Settings': 'AAMAAABk',
      },
    });
    outgoing.end();
    const [incoming] = await once(outgoing, 'response');
    incoming.resume();
    expect(incoming.statusCode).toBe(403);
  });
});

describe('the conversation', () => {
  it('answers each request under its own id, a slow one after a quick one', async () => {
    const socket = await open();
    socket.send(JSON.stringify({ id: 1, call: 'slow', input: 'a' }));
    socket.send(JSON.stringify({ id: 2, call: 'echo', input: { text: 'é' } }));
    expect(await nextMessage(socket)).toEqual({ id: 2, ok: true, output: { echo: { text: 'é' } } });
    canned.release();
    expect(await nextMessage(socket)).toEqual({ id: 1, ok: true, output: { echo: 'a' } });
    socket.send(JSON.stringify({ id: 3, call: 'nonsense', input: {} }));
    expect(await nextMessage(socket)).toMatchObject({ id: 3, ok: false, error: { code: 'INVALID_INPUT' } });
    socket.terminate();
  });

  it('carries events while it lasts, and none are kept for it afterwards', async () => {
    const before = canned.listenerCount();
    const socket = await open();
    const heard = nextMessage(socket);
    canned.emit('vault.changed', { state: 'locked' });
    expect(await heard).toEqual({ event: 'vault.changed', payload: { state: 'locked' } });
    socket.terminate();
    await expect.poll(() => canned.listenerCount()).toBe(before);
  });

  it.each([
    ['text that is not JSON', 'nonsense'],
    ['JSON that is no request', '{"call":"echo"}'],
    ['an id that is no number', '{"id":"1","call":"echo"}'],
    ['an array', '[]'],
    ['null', 'null'],
    ['nothing', ''],
    ['bytes', Buffer.from('{"id":1,"call":"echo"}')],
    [
      'a message that is too long',
      JSON.stringify({ id: 1, call: 'echo', input: 'x'.repeat(MAX_MESSAGE_BYTES) }),
    ],
  ])('is closed by %s, and the host goes on', async (_, garbage) => {
    const callsBefore = canned.calls.length;
    const socket = await open();
    socket.on('error', () => undefined);
    socket.send(garbage, { binary: typeof garbage !== 'string' });
    await once(socket, 'close');
    expect(canned.calls.length).toBe(callsBefore);
    const next = await open();
    next.send(JSON.stringify({ id: 9, call: 'echo', input: 1 }));
    expect(await nextMessage(next)).toMatchObject({ id: 9, ok: true });
    next.terminate();
  });

  it('ends when the host closes', async () => {
    const other = await serveBrowserHost({
      app: cannedApp().app,
      logger: silentLogger,
      files: () => undefined,
      port: 0,
    });
    const opened = await fetch(other.newLink(), { redirect: 'manual' });
    const cookie = opened.headers.getSetCookie()[0]?.split(';')[0] ?? '';
    const socket = new WebSocket(`${other.origin.replace('http:', 'ws:')}/ws`, {
      headers: { Cookie: cookie, Origin: other.origin },
    });
    await once(socket, 'open');
    const closed = once(socket, 'close');
    await other.close();
    expect((await closed)[0]).toBe(1001);
  });
});
