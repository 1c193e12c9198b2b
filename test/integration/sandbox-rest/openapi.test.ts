import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { restRoutes } from '../../../src/sandbox/rest/restHandler.ts';
import { DescribedApi, type Json } from '../../helpers/describedApi.ts';
import { StartedSandbox } from './startedSandbox.ts';

const TOKENS = '/api/access-tokens';
const KEYS = '/api/object-storage/access-keys';
const BUCKETS = '/api/object-storage/buckets';
const NOBODY = '00000000-0000-4000-8000-000000000000';

const sandbox = new StartedSandbox();
let api: DescribedApi;
let control: string;
beforeAll(async () => {
  api = await DescribedApi.read();
  await sandbox.start();
  control = await sandbox.controlToken();
});
afterAll(() => sandbox.remove());

interface Asked {
  readonly token?: string | null;
  /** In the place of `{…}` in the path. */
  readonly parameter?: string;
  readonly body?: object;
  readonly query?: string;
  readonly headers?: Record<string, string>;
}

/** Calls it, holds the reply against the document, and returns `200` or `404 NOT_FOUND`, and the data. */
const ask = async (
  name: string,
  asked: Asked = {},
): Promise<{ readonly said: string; readonly data: Json }> => {
  const { token = control, parameter = NOBODY, body, query = '', headers } = asked;
  const { method, path } = api.operation(name);
  const reply = await sandbox.call(
    token,
    method,
    `${path.replace(/\{\w+\}/, parameter)}${query}`,
    body,
    headers,
  );
  const contentType = reply.headers.get('content-type');
  expect(api.replyProblems(name, { ...reply, contentType }), `${name}: ${reply.text}`).toEqual([]);
  const code = reply.body?.error?.code;
  return {
    said: code === undefined ? String(reply.status) : `${reply.status} ${code}`,
    data: reply.body?.data,
  };
};

const tokenFor = async (wanted: object): Promise<string> =>
  (await ask(`POST ${TOKENS}`, { body: { name: 'made', scope: 'write', expireDays: 1, ...wanted } })).data
    .token;

const bodies: Readonly<Record<string, object>> = {
  [`POST ${TOKENS}`]: { name: 't', scope: 'read', expireDays: 1 },
  [`POST ${KEYS}`]: { name: 'k', buckets: ['demo'], permission: 'read' },
  [`POST ${BUCKETS}`]: { name: 'documented' },
  'POST /api/chat': { bucketName: 'demo', message: 'hello' },
};

describe('the document of the REST API', () => {
  it('describes every route of the sandbox and no other', () => {
    const routes = restRoutes({ accounts: undefined as never, objects: undefined as never });
    const served = routes.map(({ method, pattern }) => `${method} ${pattern.replace(/:(\w+)/g, '{$1}')}`);
    expect(api.operations.map(({ name }) => name).sort()).toEqual(served.sort());
  });

  it('says of every call whether it is documented by the service or assumed', () => {
    const documented = api.operations.filter(({ description }) => description['x-assumed'] !== true);
    expect(documented.map(({ name }) => name)).toEqual([
      'GET /api/auth/me',
      'POST /api/chat',
      'GET /api/billing/quota',
    ]);
  });

  it('bites: what it does not say of a reply is found', () => {
    const told = (status: number, body: object): string[] =>
      api.replyProblems('GET /api/auth/me', {
        status,
        contentType: 'application/json',
        text: JSON.stringify(body),
      });
    expect(told(200, { success: true, data: { workspaceId: 7 } })).toEqual([
      '/data/workspaceId must be string',
    ]);
    expect(told(200, { success: true, data: { extra: 1 } })).toEqual(['.data.extra is not documented']);
    expect(told(404, { error: { code: 'UNAUTHORIZED', message: 'No.' } })).toHaveLength(1);
    expect(told(201, { success: true, data: {} })).not.toEqual([]);
  });
});

describe('the sandbox answers as the document says', () => {
  it('to every call that succeeds', async () => {
    const called = new Set<string>();
    const succeed = async (name: string, asked: Asked = {}): Promise<Json> => {
      called.add(name);
      const { said, data } = await ask(name, { ...asked, ...(bodies[name] && { body: bodies[name] }) });
      expect(said, name).toMatch(/^20[014]$/);
      return data;
    };
    const token = await succeed(`POST ${TOKENS}`);
    const key = await succeed(`POST ${KEYS}`);
    await succeed(`POST ${BUCKETS}`);
    await succeed(`POST ${KEYS}/{uid}/regenerate`, { parameter: key.uid });
    await succeed('POST /api/chat');
    await ask('POST /api/chat', {
      body: bodies['POST /api/chat'] ?? {},
      headers: { accept: 'text/event-stream' },
    });
    for (const { name } of api.operations) if (name.startsWith('GET ')) await succeed(name);
    await succeed(`DELETE ${TOKENS}/{uid}`, { parameter: token.uid });
    await succeed(`DELETE ${KEYS}/{uid}`, { parameter: key.uid });
    await succeed(`DELETE ${BUCKETS}/{name}`, { parameter: 'documented' });
    expect([...called].sort()).toEqual(api.operations.map(({ name }) => name).sort());
  });

  it('to every call without a token, with a wrong one, with a restricted one, and to every write with one that may read', async () => {
    const restricted = await tokenFor({ route: '/api/nowhere/*' });
    const reader = await tokenFor({ scope: 'read' });
    for (const { name } of api.operations) {
      const body = bodies[name] === undefined ? {} : { body: bodies[name] };
      const saidTo = async (token: string | null) => (await ask(name, { token, ...body })).said;
      expect([await saidTo(null), await saidTo('nfyio_at_wrong'), await saidTo(restricted)], name).toEqual([
        '401 UNAUTHORIZED',
        '401 UNAUTHORIZED',
        '403 ROUTE_FORBIDDEN',
      ]);
      if (!name.startsWith('GET ')) expect(await saidTo(reader), name).toBe('403 SCOPE_FORBIDDEN');
    }
  });

  it('to what is not there, not acceptable, there already, or too much', async () => {
    for (const { name, path } of api.operations.filter(({ path }) => path.includes('{')))
      expect((await ask(name)).said, path).toBe('404 NOT_FOUND');
    for (const name of Object.keys(bodies))
      expect((await ask(name, { body: {} })).said).toBe('400 INVALID_INPUT');
    const unknown = { body: { name: 'k', buckets: ['not-there'], permission: 'read' } };
    expect((await ask(`POST ${KEYS}`, unknown)).said).toBe('404 NOT_FOUND');
    expect((await ask(`POST ${BUCKETS}`, { body: { name: 'demo' } })).said).toBe('409 DUPLICATE_ENTRY');
    for (const list of [TOKENS, KEYS, BUCKETS, '/api/members'])
      expect((await ask(`GET ${list}`, { query: '?page=0' })).said).toBe('400 INVALID_INPUT');
    const large = { body: { name: 'x'.repeat(1024 * 1024) } };
    expect((await ask(`POST ${BUCKETS}`, large)).said).toBe('413 PAYLOAD_TOO_LARGE');
  });

  it('where a workspace has no project, and where its quota is used up', async () => {
    const token = await sandbox.controlToken('new');
    expect((await ask('GET /api/usage', { token })).said).toBe('400 MISSING_CONTEXT');
    expect((await ask('POST /api/chat', { token, body: bodies['POST /api/chat'] ?? {} })).said).toBe(
      '400 MISSING_CONTEXT',
    );
    for (let count = 0; count < 100; count += 1)
      await ask(`POST ${BUCKETS}`, { token, body: { name: `bucket-${count}` } });
    expect((await ask(`POST ${BUCKETS}`, { token, body: { name: 'too-much' } })).said).toBe(
      '402 QUOTA_EXCEEDED',
    );
  });
});
