import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DAY_MS, StartedSandbox } from './startedSandbox.ts';

const sandbox = new StartedSandbox();
let control = '';
beforeAll(async () => {
  await sandbox.start();
  control = await sandbox.controlToken();
});
afterAll(() => sandbox.remove());

const newToken = async (wanted: object): Promise<string> => {
  const { status, body } = await sandbox.call(control, 'POST', '/api/access-tokens', {
    name: 'made',
    scope: 'write',
    expireDays: 30,
    ...wanted,
  });
  expect(status).toBe(201);
  return body.data.token;
};

/** fetch tidies paths up; a socket does not. */
const rawRequest = (head: string): Promise<string> =>
  new Promise((resolve, reject) => {
    const { port } = new URL(sandbox.running.api);
    const socket = connect({ host: '127.0.0.1', port: Number(port) });
    let received = '';
    socket.on('error', reject);
    socket.on('data', (chunk) => {
      received += chunk.toString();
    });
    socket.on('close', () => resolve(received));
    socket.end(`${head}\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n`);
  });

const rawCode = async (token: string, method: string, path: string): Promise<string> =>
  /"code":"(\w+)"/.exec(
    await rawRequest(`${method} ${path} HTTP/1.1\r\nAuthorization: Bearer ${token}`),
  )?.[1] ?? 'none';

describe('who is let in', () => {
  it('says who the caller is, in the documented envelope', async () => {
    const { status, body, headers } = await sandbox.call(control, 'GET', '/api/auth/me');
    expect(status).toBe(200);
    expect(headers.get('cache-control')).toBe('no-store');
    expect(body).toEqual({
      success: true,
      data: {
        user: {
          id: expect.any(String),
          email: expect.any(String),
          firstName: expect.any(String),
          lastName: expect.any(String),
        },
        workspaceId: expect.stringMatching(/^[0-9a-f-]{36}$/),
        projectId: expect.stringMatching(/^[0-9a-f-]{36}$/),
        selectedTeam: { uid: expect.any(String), name: expect.any(String) },
      },
    });
    const workspace = await sandbox.call(control, 'GET', '/api/workspaces/current');
    expect(workspace.body.data).toEqual({ uid: body.data.workspaceId, name: 'sandbox' });
  });

  it.each([
    ['no Authorization header', {}],
    ['an unknown token', { authorization: 'Bearer nfyio_at_unknown' }],
    ['a password', { authorization: 'Basic dXNlcjpwYXNz' }],
    ['an S3 access key', { authorization: 'Bearer AKIAEXAMPLE' }],
    [
      'a SigV4 signature',
      {
        authorization:
          'AWS4-HMAC-SHA256 Credential=AKIA/20261123/us-east-1/s3/aws4_request, SignedHeaders=host, Signature=00',
      },
    ],
  ])('refuses %s as UNAUTHORIZED', async (_, headers) => {
    const { status, body } = await sandbox.call(null, 'GET', '/api/auth/me', undefined, headers);
    expect(status).toBe(401);
    expect(body).toEqual({
      success: false,
      error: { code: 'UNAUTHORIZED', message: expect.any(String) },
    });
  });

  it('refuses two Authorization headers, even if one is good', async () => {
    const reply = await rawRequest(
      `GET /api/auth/me HTTP/1.1\r\nAuthorization: Bearer ${control}\r\nAuthorization: Bearer x`,
    );
    expect(reply).toMatch(/^HTTP\/1\.1 401 /);
  });

  it('lets a token die at the millisecond of its expiry', async () => {
    const token = await newToken({ expireDays: 1 });
    const startMs = sandbox.nowMs;
    sandbox.nowMs = startMs + DAY_MS - 1;
    expect((await sandbox.call(token, 'GET', '/api/auth/me')).status).toBe(200);
    sandbox.nowMs = startMs + DAY_MS;
    const { status, body } = await sandbox.call(token, 'GET', '/api/auth/me');
    sandbox.nowMs = startMs;
    expect([status, body.error.code]).toEqual([401, 'UNAUTHORIZED']);
  });

  it('lets a deleted token die on the next call', async () => {
    const made = await sandbox.call(control, 'POST', '/api/access-tokens', {
      name: 'short-lived',
      scope: 'read',
      expireDays: 1,
    });
    const { uid, token } = made.body.data;
    expect((await sandbox.call(token, 'GET', '/api/auth/me')).status).toBe(200);
    expect((await sandbox.call(control, 'DELETE', `/api/access-tokens/${uid}`)).status).toBe(204);
    expect((await sandbox.call(token, 'GET', '/api/auth/me')).status).toBe(401);
    expect((await sandbox.call(control, 'DELETE', `/api/access-tokens/${uid}`)).body.error.code).toBe(
      'NOT_FOUND',
    );
  });
});

describe('what a token may do', () => {
  it('lets a read token GET and HEAD, and nothing else', async () => {
    const token = await newToken({ scope: 'read' });
    const codes: Record<string, unknown> = {};
    for (const method of ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']) {
      const { status, body } = await sandbox.call(token, method, '/api/access-tokens');
      codes[method] = body?.error?.code ?? status;
    }
    expect(codes).toEqual({
      GET: 200,
      HEAD: 200,
      POST: 'SCOPE_FORBIDDEN',
      PUT: 'SCOPE_FORBIDDEN',
      PATCH: 'SCOPE_FORBIDDEN',
      DELETE: 'SCOPE_FORBIDDEN',
      OPTIONS: 'SCOPE_FORBIDDEN',
    });
  });

  it('answers HEAD like GET, without the body', async () => {
    const got = await sandbox.call(control, 'GET', '/api/teams');
    const head = await sandbox.call(control, 'HEAD', '/api/teams');
    expect(head.text).toBe('');
    expect(head.headers.get('content-length')).toBe(got.headers.get('content-length'));
  });

  it('refuses OPTIONS and methods that a route does not take', async () => {
    for (const method of ['OPTIONS', 'PUT']) {
      const { status, body } = await sandbox.call(control, method, '/api/teams');
      expect([status, body.error.code]).toEqual([405, 'METHOD_NOT_ALLOWED']);
    }
  });

  it('keeps sign-in routes from every access token', async () => {
    for (const path of ['/api/auth/sign-in', '/api/auth/otp/verify']) {
      const { status, body } = await sandbox.call(control, 'POST', path, {});
      expect([status, body.error.code]).toEqual([403, 'ROUTE_FORBIDDEN']);
    }
  });

  it('keeps a token inside its route, judged by the path as it was sent', async () => {
    const token = await newToken({ route: '/api/chat/*' });
    const codes: Record<string, string> = {};
    const paths = [
      '/api/chat',
      '/api/chat?x=/../y',
      '/api/chat/none',
      '/api/chatter',
      '/api/CHAT',
      '/api/auth/me',
      '/api/chat/../auth/me',
      '/api/chat/%2e%2E/auth/me',
      '/api/chat/%2Fauth/me',
      '/api/chat//x',
      '//api/chat',
    ];
    for (const path of paths) codes[path] = await rawCode(token, 'GET', path);
    expect(codes).toEqual({
      '/api/chat': 'METHOD_NOT_ALLOWED',
      '/api/chat?x=/../y': 'METHOD_NOT_ALLOWED',
      '/api/chat/none': 'NOT_FOUND',
      '/api/chatter': 'ROUTE_FORBIDDEN',
      '/api/CHAT': 'ROUTE_FORBIDDEN',
      '/api/auth/me': 'ROUTE_FORBIDDEN',
      '/api/chat/../auth/me': 'ROUTE_FORBIDDEN',
      '/api/chat/%2e%2E/auth/me': 'ROUTE_FORBIDDEN',
      '/api/chat/%2Fauth/me': 'ROUTE_FORBIDDEN',
      '/api/chat//x': 'ROUTE_FORBIDDEN',
      '//api/chat': 'ROUTE_FORBIDDEN',
    });
  });

  it('reads a route without /* as that path alone', async () => {
    const token = await newToken({ route: '/api/auth/me' });
    expect((await sandbox.call(token, 'GET', '/api/auth/me')).status).toBe(200);
    expect(await rawCode(token, 'GET', '/api/auth/me/')).toBe('ROUTE_FORBIDDEN');
  });

  it('never normalises the path of an unrestricted token into another route', async () => {
    expect(await rawCode(control, 'GET', '/api/x/../teams')).toBe('NOT_FOUND');
    expect(await rawCode(control, 'GET', '/api//teams')).toBe('NOT_FOUND');
  });
});

describe('what is sent', () => {
  it.each([
    ['nothing', '', ['']],
    ['half a document', '{"name":', ['']],
    ['a list', '[]', ['']],
    ['no fields', '{}', ['name', 'scope', 'expireDays']],
    ['a scope that does not exist', { name: 'x', scope: 'admin', expireDays: 1 }, ['scope']],
    ['0 days', { name: 'x', scope: 'read', expireDays: 0 }, ['expireDays']],
    ['366 days', { name: 'x', scope: 'read', expireDays: 366 }, ['expireDays']],
    ['half a day', { name: 'x', scope: 'read', expireDays: 0.5 }, ['expireDays']],
    ['a relative route', { name: 'x', scope: 'read', expireDays: 1, route: 'api/chat' }, ['route']],
    ['a climbing route', { name: 'x', scope: 'read', expireDays: 1, route: '/api/../x' }, ['route']],
    ['a name of two lines', { name: 'a\nb', scope: 'read', expireDays: 1 }, ['name']],
  ])('answers %s with INVALID_INPUT and says where', async (_, sent, paths) => {
    const { status, body } = await sandbox.call(control, 'POST', '/api/access-tokens', sent);
    expect(status).toBe(400);
    expect(body.success).toBe(false);
    expect(body.error.code).toBe('INVALID_INPUT');
    expect(body.error.details.map(({ path }: { path: string }) => path)).toEqual(paths);
  });

  it('takes a body of 1 MiB and not one byte more', async () => {
    const padded = (size: number): string => {
      const head = '{"bucketName":"demo","message":""';
      return `${head}${' '.repeat(size - head.length - 1)}}`;
    };
    const fitting = await sandbox.call(control, 'POST', '/api/chat', padded(1024 * 1024));
    expect([fitting.status, fitting.body.error.code]).toEqual([400, 'INVALID_INPUT']);
    const larger = await sandbox.call(control, 'POST', '/api/chat', padded(1024 * 1024 + 1));
    expect([larger.status, larger.body.error.code]).toEqual([413, 'PAYLOAD_TOO_LARGE']);
  });

  it('answers an unknown path with NOT_FOUND', async () => {
    const { status, body } = await sandbox.call(control, 'GET', '/api/nothing');
    expect([status, body.error.code]).toEqual([404, 'NOT_FOUND']);
  });
});

describe('lists', () => {
  it('are cut into the page that was asked for', async () => {
    const token = await sandbox.controlToken('paged');
    for (const name of ['b', 'c', 'd', 'e'])
      await sandbox.call(token, 'POST', '/api/access-tokens', { name, scope: 'read', expireDays: 1 });
    const { body } = await sandbox.call(token, 'GET', '/api/access-tokens?page=2&limit=2');
    expect(body.success).toBe(true);
    expect(body.data.map(({ name }: { name: string }) => name)).toEqual(['c', 'd']);
    expect(body.pagination).toEqual({ page: 2, limit: 2, total: 5, totalPages: 3 });
    const beyond = await sandbox.call(token, 'GET', '/api/access-tokens?page=9');
    expect(beyond.body.data).toEqual([]);
    expect(beyond.body.pagination).toEqual({ page: 9, limit: 50, total: 5, totalPages: 1 });
  });

  it.each(['page=0', 'page=x', 'page=1.5', 'limit=0', 'limit=101'])('refuse %s', async (query) => {
    const { status, body } = await sandbox.call(control, 'GET', `/api/access-tokens?${query}`);
    expect([status, body.error.code]).toEqual([400, 'INVALID_INPUT']);
  });

  it.each(['notifications', 'members', 'projects', 'teams'])('has plausible %s', async (name) => {
    const { status, body } = await sandbox.call(control, 'GET', `/api/${name}`);
    expect(status).toBe(200);
    expect(body.data[0].uid).toMatch(/^[0-9a-f-]{36}$/);
    expect(body.pagination.total).toBe(1);
  });
});

describe('chat', () => {
  it('answers about the bucket that was named', async () => {
    const { status, body } = await sandbox.call(control, 'POST', '/api/chat', {
      bucketName: 'demo',
      message: 'What is in there?',
    });
    expect(status).toBe(200);
    expect(body.data.bucketName).toBe('demo');
    expect(body.data.reply).toContain('0 objects');
    expect(body.data.reply).toContain('What is in there?');
  });

  it('streams the same answer as events to who asks for it', async () => {
    const { status, headers, text } = await sandbox.call(
      control,
      'POST',
      '/api/chat',
      { bucketName: 'demo', message: 'hello there' },
      { accept: 'text/event-stream' },
    );
    expect(status).toBe(200);
    expect(headers.get('content-type')).toBe('text/event-stream');
    const deltas = [...text.matchAll(/^data: (\{"delta".*\})$/gm)].map(
      ([, json = '']) => JSON.parse(json).delta,
    );
    expect(deltas.length).toBeGreaterThan(3);
    expect(deltas.join('')).toMatch(/holds 0 objects\. You asked: hello there$/);
    expect(text.endsWith('event: done\ndata: {}\n\n')).toBe(true);
  });

  it('does not know a bucket that is not there', async () => {
    const { status, body } = await sandbox.call(control, 'POST', '/api/chat', {
      bucketName: 'none',
      message: 'hello',
    });
    expect([status, body.error.code]).toEqual([404, 'NOT_FOUND']);
  });

  it('needs a project', async () => {
    const token = await sandbox.controlToken('no project yet');
    const asked = await sandbox.call(token, 'POST', '/api/chat', { bucketName: 'demo', message: 'hello' });
    expect([asked.status, asked.body.error.code]).toEqual([400, 'MISSING_CONTEXT']);
    expect((await sandbox.call(token, 'GET', '/api/usage')).body.error.code).toBe('MISSING_CONTEXT');
  });
});
