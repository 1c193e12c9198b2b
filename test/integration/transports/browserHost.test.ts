import { once } from 'node:events';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { type IncomingHttpHeaders, request } from 'node:http';
import { type AddressInfo, connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type BrowserHost, serveBrowserHost } from '../../../src/main/transports/browserHost.ts';
import { loadRendererFiles, type RendererFiles } from '../../../src/main/transports/rendererFiles.ts';
import { cannedApp, silentLogger } from './cannedApp.ts';

const PAGE = '<!doctype html><title>the window</title>';

interface Reply {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

let folder: string;
let files: RendererFiles;
let host: BrowserHost;
let port: number;

const serve = (wanted = 0) =>
  serveBrowserHost({ app: cannedApp().app, logger: silentLogger, files, port: wanted });

const ask = async (
  path: string,
  headers: Record<string, string> = {},
  method = 'GET',
  at = port,
): Promise<Reply> => {
  const outgoing = request({ host: '127.0.0.1', port: at, path, method, headers, agent: false });
  outgoing.end();
  const [incoming] = await once(outgoing, 'response');
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(chunk);
  return {
    status: incoming.statusCode,
    headers: incoming.headers,
    body: Buffer.concat(chunks).toString(),
  };
};

/** Bytes as they are, for what an HTTP client would not send. */
const askRaw = async (text: string): Promise<string> => {
  const socket = connect(port, '127.0.0.1');
  socket.end(text);
  const chunks: Buffer[] = [];
  for await (const chunk of socket) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
};

const pathOf = (link: string): string => new URL(link).pathname;

const newCookie = async (): Promise<string> => {
  const { headers } = await ask(pathOf(host.newLink()));
  return headers['set-cookie']?.[0]?.split(';')[0] ?? 'none';
};

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vault-browser-'));
  const renderer = join(folder, 'renderer');
  await mkdir(join(renderer, 'assets'), { recursive: true });
  await writeFile(join(renderer, 'index.html'), PAGE);
  await writeFile(join(renderer, 'assets', 'app.js'), 'start()');
  await writeFile(join(folder, 'secret.json'), 'outside');
  files = await loadRendererFiles(renderer);
  host = await serve();
  port = Number(new URL(host.origin).port);
});
afterAll(async () => {
  await host.close();
  await rm(folder, { recursive: true, force: true });
});

describe('the one-time link', () => {
  it('is exchanged for a cookie that no script reads and no other site sends, and leads to the window', async () => {
    const link = host.newLink();
    expect(Buffer.from(pathOf(link).slice('/open/'.length), 'base64url').length).toBeGreaterThanOrEqual(16);
    const { status, headers } = await ask(pathOf(link), { 'Sec-Fetch-Site': 'none' });
    expect(status).toBe(303);
    expect(headers.location).toBe('/');
    expect(headers['set-cookie']).toHaveLength(1);
    const [pair = '', ...attributes] = headers['set-cookie']?.[0]?.split('; ') ?? [];
    expect(attributes.toSorted()).toEqual(['HttpOnly', 'Path=/', 'SameSite=Strict']);
    const window = await ask('/', { Cookie: pair });
    expect([window.status, window.body]).toEqual([200, PAGE]);
  });

  it('works once: the second use gets the closed page and no cookie', async () => {
    const path = pathOf(host.newLink());
    expect((await ask(path)).status).toBe(303);
    const again = await ask(path);
    expect(again.status).toBe(403);
    expect(again.headers['set-cookie']).toBeUndefined();
  });

  it('works for one of twenty browsers that open it at the same moment', async () => {
    const path = pathOf(host.newLink());
    const replies = await Promise.all(Array.from({ length: 20 }, () => ask(path)));
    expect(replies.filter(({ status }) => status === 303)).toHaveLength(1);
  });

  it('stops working when a newer one is made', async () => {
    const path = pathOf(host.newLink());
    host.newLink();
    expect((await ask(path)).status).toBe(403);
  });

  it.each([
    ['a look by HEAD', 'HEAD', {}],
    ['a POST', 'POST', {}],
    ['a page of another site', 'GET', { 'Sec-Fetch-Site': 'cross-site' }],
    ['a page of another port', 'GET', { 'Sec-Fetch-Site': 'same-site' }],
    ['a rebound name', 'GET', { Host: 'rebind.test' }],
  ])('is not used up by %s', async (_, method, headers) => {
    const path = pathOf(host.newLink());
    expect((await ask(path, headers, method)).status).toBe(403);
    expect((await ask(path)).status).toBe(303);
  });

  it('is not guessed: near misses get the closed page', async () => {
    const path = pathOf(host.newLink());
    for (const guess of [path.slice(0, -1), `${path}A`, `${path}?x`, '/open/', '/open', path.toUpperCase()]) {
      expect([guess, (await ask(guess)).status]).toEqual([guess, 403]);
    }
    expect((await ask(path)).status).toBe(303);
  });
});

describe('without the cookie', () => {
  const methods = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'TRACE', 'PROPFIND'];

  it.each(methods)('%s gets the same refusal on every path, known or not', async (method) => {
    const replies = await Promise.all(
      ['/', '/index.html', '/assets/app.js', '/nothing', '/ws', '/open/x'].map((path) =>
        ask(path, {}, method),
      ),
    );
    expect(new Set(replies.map(({ status }) => status))).toEqual(new Set([403]));
    expect(new Set(replies.map(({ body }) => body)).size).toBe(1);
    if (method === 'GET') expect(replies[0]?.body).toContain('nfyio-vault serve --ui');
  });

  it('a cookie with another value, or of another port, opens nothing', async () => {
    const [name = '', value = ''] = (await newCookie()).split('=');
    for (const cookie of [
      `${name}=`,
      `${name}=x`,
      `${name}=${value}A`,
      `${name}x=${value}`,
      `x${name}=${value}`,
    ]) {
      expect([cookie, (await ask('/', { Cookie: cookie })).status]).toEqual([cookie, 403]);
    }
    expect((await ask('/', { Cookie: `other=1; ${name}=${value}` })).status).toBe(200);
  });
});

describe('with the cookie', () => {
  it('serves the files that were there at the start, by GET and HEAD only', async () => {
    const Cookie = await newCookie();
    const script = await ask('/assets/app.js', { Cookie });
    expect([script.status, script.body]).toEqual([200, 'start()']);
    expect(script.headers['content-type']).toBe('text/javascript; charset=utf-8');
    const head = await ask('/assets/app.js', { Cookie }, 'HEAD');
    expect([head.status, head.body, head.headers['content-length']]).toEqual([200, '', '7']);
    for (const method of ['POST', 'PUT', 'DELETE', 'OPTIONS', 'PATCH']) {
      expect([method, (await ask('/', { Cookie }, method)).status]).toEqual([method, 405]);
    }
  });

  it.each([
    '/../secret.json',
    '/assets/../../secret.json',
    '/%2e%2e/secret.json',
    '/..%2fsecret.json',
    '/assets/..%5c..%5csecret.json',
    '//secret.json',
    '/./index.html',
    '/assets',
    '/nothing',
  ])('knows nothing under %s', async (path) => {
    const reply = await ask(path, { Cookie: await newCookie() });
    expect(reply.status).toBe(404);
    expect(reply.body).not.toContain('outside');
  });

  it('sends the protective headers with every kind of answer', async () => {
    const Cookie = await newCookie();
    const replies = [
      await ask('/', { Cookie }),
      await ask('/nothing', { Cookie }),
      await ask('/', { Cookie }, 'POST'),
      await ask('/'),
      await ask(pathOf(host.newLink())),
    ];
    expect(replies.map(({ status }) => status)).toEqual([200, 404, 405, 403, 303]);
    for (const { headers } of replies) {
      expect(headers).toMatchObject({
        'x-content-type-options': 'nosniff',
        'x-frame-options': 'DENY',
        'referrer-policy': 'no-referrer',
        'cache-control': 'no-store',
        'cross-origin-opener-policy': 'same-origin',
        'cross-origin-resource-policy': 'same-origin',
      });
      expect(headers['content-security-policy']).toContain(`connect-src 'self' ws://127.0.0.1:${port};`);
      expect(Object.keys(headers).filter((name) => name.startsWith('access-control-'))).toEqual([]);
    }
  });

  it('accepts the origin and the fetch metadata of its own page', async () => {
    const Cookie = await newCookie();
    const own = { Cookie, Origin: host.origin, 'Sec-Fetch-Site': 'same-origin' };
    expect((await ask('/assets/app.js', own)).status).toBe(200);
    expect((await ask('/', { Cookie, 'Sec-Fetch-Site': 'none' })).status).toBe(200);
  });

  it.each([
    'null',
    'http://127.0.0.1',
    'http://localhost:PORT',
    'https://127.0.0.1:PORT',
    'http://evil.test',
    '',
  ])('refuses origin %j', async (origin) => {
    const Origin = origin.replace('PORT', String(port));
    expect((await ask('/', { Cookie: await newCookie(), Origin })).status).toBe(403);
  });

  it.each(['cross-site', 'same-site', 'SAME-ORIGIN', ''])('refuses fetch metadata %j', async (site) => {
    expect((await ask('/', { Cookie: await newCookie(), 'Sec-Fetch-Site': site })).status).toBe(403);
  });
});

describe('the Host header', () => {
  const strange = [
    'rebind.test:PORT',
    'localhost:PORT',
    'vault.localhost:PORT',
    '127.0.0.1',
    '127.0.0.1:1',
    '127.0.0.1.:PORT',
    '127.1:PORT',
    '0.0.0.0:PORT',
    '2130706433:PORT',
    '0x7f000001:PORT',
    '0177.0.0.1:PORT',
    '[::1]:PORT',
    '[::ffff:127.0.0.1]:PORT',
    'user@127.0.0.1:PORT',
    '127.0.0.1:PORT,127.0.0.1:PORT',
    '127.0.0.1:0PORT',
    '127.0.0.1%2e:PORT',
    '127.0.0.1:PORT/',
  ];

  it.each(strange)('%s is refused, with the right cookie too', async (value) => {
    const Host = value.replaceAll('PORT', String(port));
    const { status } = await ask('/', { Cookie: await newCookie(), Host });
    expect(status).toBe(403);
  });

  it('has to be there exactly once', async () => {
    const cookie = `Cookie: ${await newCookie()}`;
    const own = `Host: 127.0.0.1:${port}`;
    const send = (...lines: string[]) =>
      askRaw(`GET / HTTP/1.1\r\nConnection: close\r\n${lines.join('\r\n')}\r\n\r\n`);
    expect(await send(own, cookie)).toMatch(/^HTTP\/1\.1 200 /);
    expect(await send(own, 'Host: rebind.test', cookie)).toMatch(/^HTTP\/1\.1 40[03] /);
    expect(await send('Host: rebind.test', own, cookie)).toMatch(/^HTTP\/1\.1 40[03] /);
    expect(await send(own, own, cookie)).toMatch(/^HTTP\/1\.1 40[03] /);
    expect(await send(cookie)).toMatch(/^HTTP\/1\.1 40[03] /);
    expect(await askRaw(`GET / HTTP/1.0\r\n${cookie}\r\n\r\n`)).toMatch(/^HTTP\/1\.1 403 /);
  });
});

describe('the port', () => {
  it('is the one asked for when it is free, and another one when it is taken', async () => {
    const squatter = createServer().listen(0, '127.0.0.1');
    await once(squatter, 'listening');
    const taken = (squatter.address() as AddressInfo).port;
    const moved = await serve(taken);
    expect(moved.origin).not.toBe(`http://127.0.0.1:${taken}`);
    expect((await ask('/', {}, 'GET', Number(new URL(moved.origin).port))).status).toBe(403);
    await moved.close();
    squatter.close();
    await once(squatter, 'close');
    const fitting = await serve(taken);
    expect(fitting.origin).toBe(`http://127.0.0.1:${taken}`);
    await fitting.close();
  });
});
