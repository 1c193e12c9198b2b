import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { inspect } from 'node:util';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type Backend, createBackend } from '../../../src/main/backend/backend.ts';
import { createBackendDispatcher } from '../../../src/main/backend/backendDispatcher.ts';
import { AppError } from '../../../src/main/lib/appError.ts';
import { Secret } from '../../../src/main/lib/secret.ts';
import type { Clock } from '../../../src/main/ports.ts';
import { httpBytes, type Script, ScriptedService } from './scriptedService.ts';

const TOKEN = 'nfyio_at_CANARYcanaryCANARY0123456789';
const service = new ScriptedService();
/** Does at once what is for later. */
const clock: Clock = {
  now: () => Date.UTC(2026, 10, 23),
  after: (_, task) => {
    task();
    return () => undefined;
  },
};
const backendAt = (apiUrl: string, options: object = {}): Backend =>
  createBackend({ apiUrl, token: Secret.of(TOKEN), clock, ...options });

beforeEach(() => service.start());
afterEach(async () => {
  vi.unstubAllEnvs();
  await service.stop();
  service.requests.length = 0;
});

const failureOf = async (call: Promise<unknown>): Promise<AppError> => {
  const error = await call.then(
    () => null,
    (reason: unknown) => reason,
  );
  if (!(error instanceof AppError)) throw new Error(`expected an AppError, got ${inspect(error)}`);
  return error;
};

const failureFor = (script: Script, options: object = {}): Promise<AppError> => {
  service.answer = () => script;
  return failureOf(backendAt(service.url, options).me());
};

const failure = (code: string, message: string): string =>
  JSON.stringify({ success: false, error: { code, message } });

describe('every status', () => {
  it.each([
    [400, 'INVALID_INPUT', 'BACKEND_REFUSED_INPUT'],
    [400, 'MISSING_CONTEXT', 'BACKEND_REFUSED_INPUT'],
    [401, 'UNAUTHORIZED', 'BACKEND_UNAUTHORIZED'],
    [402, 'QUOTA_EXCEEDED', 'BACKEND_QUOTA'],
    [403, 'ROUTE_FORBIDDEN', 'BACKEND_FORBIDDEN'],
    [404, 'NOT_FOUND', 'BACKEND_NOT_FOUND'],
    [409, 'DUPLICATE_ENTRY', 'BACKEND_CONFLICT'],
    [418, 'TEAPOT', 'BACKEND_FAILED'],
    [429, 'RATE_LIMITED', 'BACKEND_RATE_LIMITED'],
    [500, 'INTERNAL_ERROR', 'BACKEND_FAILED'],
  ])('%i %s is %s', async (status, code, expected) => {
    const error = await failureFor(httpBytes(status, failure(code, 'Because of that.')));
    expect(error.code).toBe(expected);
    expect(error.message).toContain(`${code}: "Because of that."`);
  });

  it('is read in the envelope of older releases too', async () => {
    const error = await failureFor(httpBytes(402, '{"error":{"code":"QUOTA_EXCEEDED","message":"Full."}}'));
    expect(error.code).toBe('BACKEND_QUOTA');
    expect(error.message).toContain('QUOTA_EXCEEDED: "Full."');
  });

  it('stands for itself where a gateway says it without JSON', async () => {
    const html = { 'content-type': 'text/html' };
    const busy = await failureFor(httpBytes(429, '<h1>Slow</h1>', { ...html, 'retry-after': '17' }));
    expect([busy.code, busy.message.includes('Wait until 2026-11-23 00:00:17 UTC (17 seconds).')]).toEqual([
      'BACKEND_RATE_LIMITED',
      true,
    ]);
    expect((await failureFor(httpBytes(502, '<h1>Bad gateway</h1>', html))).code).toBe('BACKEND_FAILED');
    expect((await failureFor(httpBytes(401, '', html))).code).toBe('BACKEND_UNAUTHORIZED');
  });

  it('a Retry-After that is a date is told too', async () => {
    const when = 'Mon, 23 Nov 2026 12:00:00 GMT';
    const error = await failureFor(
      httpBytes(429, failure('RATE_LIMITED', 'Slow down.'), { 'retry-after': when }),
    );
    expect(error.message).toContain('Wait until 2026-11-23 12:00:00 UTC (43200 seconds).');
  });

  it('403 is a restricted token only when the service says ROUTE_FORBIDDEN', async () => {
    service.answer = () => httpBytes(403, failure('BLOCKED', 'By the firewall.'));
    expect((await failureOf(backendAt(service.url).probeToken())).code).toBe('BACKEND_FORBIDDEN');
  });
});

describe('answers that are not of the documented form', () => {
  it.each<[string, Script]>([
    ['a web page', httpBytes(200, '<!doctype html><title>Welcome</title>', { 'content-type': 'text/html' })],
    ['a login page', httpBytes(401, '<!doctype html><form>', { 'content-type': 'text/html' })],
    ['JSON without data', httpBytes(200, '{"ok":true}')],
    ['a failure with status 200', httpBytes(200, failure('NOT_FOUND', 'No.'))],
    ['data of another shape', httpBytes(200, '{"success":true,"data":[1]}')],
    ['something that is not HTTP', { kind: 'bytes', bytes: 'SSH-2.0-OpenSSH_9.9\r\n\r\n' }],
  ])('%s is BACKEND_UNREADABLE', async (_, script) => {
    const error = await failureFor(script);
    expect(error.code).toBe('BACKEND_UNREADABLE');
    expect(error.message).toContain(new URL(service.url).host);
  });

  it('a redirect is BACKEND_UNREADABLE and is not followed', async () => {
    for (const status of [301, 302, 307, 308]) {
      service.requests.length = 0;
      const error = await failureFor(httpBytes(status, '', { location: `${service.url}/elsewhere` }));
      expect(error.code).toBe('BACKEND_UNREADABLE');
      expect(service.requests).toHaveLength(1);
    }
  });

  it('an answer of more than 4 MiB is BACKEND_UNREADABLE, one of exactly 4 MiB is read', async () => {
    const padded = (size: number): string => {
      const start = '{"success":true,"data":{"pad":"';
      return `${start}${'x'.repeat(size - start.length - 3)}"}}`;
    };
    const limit = 4 * 1024 * 1024;
    expect((await failureFor(httpBytes(200, padded(limit + 1)))).message).toContain('larger than 4 MiB');
    service.answer = () => httpBytes(200, padded(limit));
    expect((await backendAt(service.url).me()).user).toBeNull();
  });

  it('a list without end is given up', async () => {
    service.answer = () =>
      httpBytes(
        200,
        '{"success":true,"data":[],"pagination":{"page":1,"limit":100,"total":1,"totalPages":999999}}',
      );
    expect((await failureOf(backendAt(service.url).listBuckets())).code).toBe('BACKEND_UNREADABLE');
    expect(service.requests).toHaveLength(200);
  });

  it('a token that was made but not shown is BACKEND_UNREADABLE and says what is missing', async () => {
    service.answer = () => httpBytes(201, '{"success":true,"data":{"uid":"u","name":"ci"}}');
    const made = backendAt(service.url).createToken({ name: 'ci', scope: 'read', expireDays: 1 });
    const error = await failureOf(made);
    expect([error.code, error.message.includes('"token"')]).toEqual(['BACKEND_UNREADABLE', true]);
  });
});

describe('answers that say less or more', () => {
  it('are completed by what was asked for', async () => {
    service.answer = () =>
      httpBytes(201, '{"success":true,"data":{"uid":7,"name":"ci","token":"nfyio_at_x","new":{"a":1}}}');
    const { token, ...made } = await backendAt(service.url).createToken({
      name: 'ci',
      scope: 'write',
      expireDays: 2,
      route: '/api/chat/*',
    });
    expect(token.reveal()).toBe('nfyio_at_x');
    expect(made).toEqual({
      uid: '7',
      name: 'ci',
      prefix: null,
      scope: 'write',
      route: '/api/chat/*',
      createdAt: '2026-11-23T00:00:00.000Z',
      expiresAt: '2026-11-25T00:00:00.000Z',
      lastUsedAt: null,
    });
  });

  it('a list without pagination is one page', async () => {
    service.answer = () =>
      httpBytes(200, '{"data":[{"name":"photos","createdAt":"yesterday"},{"name":"b","createdAt":null}]}');
    expect(await backendAt(service.url).listBuckets()).toEqual([
      { name: 'photos', createdAt: null },
      { name: 'b', createdAt: null },
    ]);
    expect(service.requests).toHaveLength(1);
  });
});

describe('a service that cannot be reached', () => {
  it('is named with its host', async () => {
    const closed = createServer();
    await new Promise<void>((resolve) => closed.listen(0, '127.0.0.1', resolve));
    const { port } = closed.address() as AddressInfo;
    await new Promise((resolve) => closed.close(resolve));
    const error = await failureOf(backendAt(`http://127.0.0.1:${port}`).me());
    expect(error.code).toBe('BACKEND_UNREACHABLE');
    expect(error.message).toContain(`127.0.0.1:${port}: nothing listens there.`);
  });

  it('is one whose name is not known', async () => {
    const error = await failureOf(backendAt('https://nfyio.invalid').me());
    expect(error.code).toBe('BACKEND_UNREACHABLE');
    expect(error.message).toContain('nfyio.invalid: ');
  });

  it('is one that does not speak TLS where TLS is wanted', async () => {
    service.answer = () => httpBytes(200, '{}');
    const dispatcher = createBackendDispatcher({ connectMs: 500, headersMs: 500 });
    const error = await failureOf(backendAt(service.url.replace('http:', 'https:'), { dispatcher }).me());
    expect(error.code).toBe('BACKEND_UNREACHABLE');
  });

  it('is one that accepts and says nothing', async () => {
    const dispatcher = createBackendDispatcher({ connectMs: 1_000, headersMs: 100 });
    const error = await failureFor({ kind: 'silence' }, { dispatcher });
    expect([error.code, error.message.includes('no answer in time')]).toEqual(['BACKEND_UNREACHABLE', true]);
  });

  it('is one that never ends its answer', async () => {
    const stalled = 'HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{"success":';
    const error = await failureFor({ kind: 'stall', bytes: stalled }, { deadlineMs: 200 });
    expect([error.code, error.message.includes('no complete answer in time')]).toEqual([
      'BACKEND_UNREACHABLE',
      true,
    ]);
  });

  it.each([
    ['before it answers', ''],
    ['in the middle of its answer', 'HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{"success":'],
  ])('is one that breaks off %s', async (_, bytes) => {
    const error = await failureFor({ kind: 'reset', bytes });
    expect([error.code, error.message.includes('the connection broke off')]).toEqual([
      'BACKEND_UNREACHABLE',
      true,
    ]);
    expect(service.requests).toHaveLength(2);
  });

  it('is not looked for through a proxy of the environment', async () => {
    for (const name of ['HTTP_PROXY', 'http_proxy', 'HTTPS_PROXY', 'ALL_PROXY'])
      vi.stubEnv(name, 'http://127.0.0.1:9');
    vi.stubEnv('NO_PROXY', '');
    service.answer = () => httpBytes(200, '{"success":true,"data":{}}');
    await backendAt(service.url).me();
    expect(service.requests[0]).toMatch(/^GET \/api\/auth\/me HTTP\/1\.1\r\n/);
  });
});

describe('the control token', () => {
  it('travels in the Authorization header and nowhere else', async () => {
    service.answer = () => httpBytes(200, '{"success":true,"data":{}}');
    await backendAt(service.url).me();
    const [request = ''] = service.requests;
    expect(request.match(new RegExp(`^authorization: Bearer ${TOKEN}\r$`, 'gim'))).toHaveLength(1);
    expect(request.split(TOKEN)).toHaveLength(2);
  });

  it.each([
    ['as it is', TOKEN],
    ['broken up by control characters', `${TOKEN.slice(0, 12)}\u0000\u200b${TOKEN.slice(12)}`],
    ['across the cut', `${'x'.repeat(190)}${TOKEN}`],
    ['as the token of somebody else', 'nfyio_at_SOMEBODYelses0123456789'],
  ])('does not come out of a message that echoes it %s', async (_, echoed) => {
    for (const body of [failure('UNAUTHORIZED', `Bad token ${echoed}!`), failure(echoed, 'Bad token.')]) {
      const error = await failureFor(httpBytes(401, body));
      expect(error.code).toBe('BACKEND_UNAUTHORIZED');
      for (const seen of [
        inspect(error, { depth: 9 }),
        JSON.stringify(error.toWire()),
        String(error.cause),
      ]) {
        expect(seen).not.toMatch(/CANARY|SOMEBODY/);
      }
    }
  });

  it('does not come out of an error of the transport', async () => {
    for (const script of [
      { kind: 'reset', bytes: '' },
      { kind: 'bytes', bytes: `${TOKEN}\r\n\r\n` },
      { kind: 'bytes', bytes: `HTTP/1.1 302 ${TOKEN}\r\nlocation: /${TOKEN}\r\ncontent-length: 0\r\n\r\n` },
    ] as const) {
      const error = await failureFor(script);
      expect(error.message).not.toContain(TOKEN);
      expect(inspect(error, { depth: 9, showHidden: true })).not.toContain(TOKEN);
    }
  });

  it('long and restyling messages are shortened and cleaned', async () => {
    const error = await failureFor(
      httpBytes(400, failure('INVALID_INPUT', `\u001b[31mred\u202e${'y'.repeat(500)}`)),
    );
    expect(error.message).toContain('[31mred');
    // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
    expect(error.message).not.toMatch(/[\u0000-\u001f\u202e]/);
    expect(error.message).toContain('y…"');
    expect(error.message.length).toBeLessThan(400);
  });
});
