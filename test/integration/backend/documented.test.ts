import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Backend, createBackend } from '../../../src/main/backend/backend.ts';
import { Secret } from '../../../src/main/lib/secret.ts';
import { DescribedApi, type SentRequest } from '../../helpers/describedApi.ts';
import { documentedValue, type Fullness } from '../../helpers/documentedReplies.ts';
import { StartedSandbox } from '../sandbox-rest/startedSandbox.ts';
import { httpBytes, ScriptedService } from './scriptedService.ts';

const TOKENS = '/api/access-tokens';
const KEYS = '/api/object-storage/access-keys';
const BUCKETS = '/api/object-storage/buckets';

type Ask = (backend: Backend, uids: { readonly token: string; readonly key: string }) => Promise<unknown>;

/** Everything that the client can ask for, by the operation that it should come to. */
const asks: Readonly<Record<string, Ask>> = {
  'GET /api/auth/me': (backend) => backend.me(),
  'GET /api/workspaces/current': (backend) => backend.currentWorkspace(),
  [`GET ${TOKENS}`]: (backend) => backend.listTokens(),
  [`POST ${TOKENS}`]: (backend) =>
    backend.createToken({ name: 'ci', scope: 'write', expireDays: 365, route: '/api/chat/*' }),
  [`DELETE ${TOKENS}/{uid}`]: (backend, { token }) => backend.deleteToken(token),
  [`GET ${KEYS}`]: (backend) => backend.listKeys(),
  [`POST ${KEYS}`]: (backend) =>
    backend.createKey({ name: 'k', buckets: ['demo'], permission: 'read-write', expireDays: 1 }),
  [`POST ${KEYS}/{uid}/regenerate`]: (backend, { key }) => backend.regenerateKey(key),
  [`DELETE ${KEYS}/{uid}`]: (backend, { key }) => backend.deleteKey(key),
  [`GET ${BUCKETS}`]: (backend) => backend.listBuckets(),
  [`POST ${BUCKETS}`]: (backend) => backend.createBucket('photos'),
  [`DELETE ${BUCKETS}/{name}`]: (backend) => backend.deleteBucket('photos'),
};

const clock = { now: () => Date.UTC(2026, 10, 23), after: () => () => undefined };
let api: DescribedApi;
beforeAll(async () => {
  api = await DescribedApi.read();
});

describe('what the client asks', () => {
  const sandbox = new StartedSandbox();
  const sent: SentRequest[] = [];
  let front: Server;
  let backend: Backend;

  beforeAll(async () => {
    await sandbox.start();
    front = createServer(async (request, response) => {
      const { method = '', url = '', headers } = request;
      const body = await text(request);
      sent.push({ method, url, headers: headers as SentRequest['headers'], body });
      const reply = await fetch(`${sandbox.running.api}${url}`, {
        method,
        headers: { authorization: headers.authorization ?? '' },
        ...(body === '' ? {} : { body }),
      });
      response.writeHead(reply.status, { 'content-type': reply.headers.get('content-type') ?? 'text/plain' });
      response.end(await reply.text());
    });
    await new Promise<void>((resolve) => front.listen(0, '127.0.0.1', resolve));
    const { port } = front.address() as AddressInfo;
    const token = Secret.of(await sandbox.controlToken());
    backend = createBackend({ apiUrl: `http://127.0.0.1:${port}`, token, clock });
  });
  afterAll(async () => {
    front.close();
    await sandbox.remove();
  });
  beforeEach(() => {
    sent.length = 0;
  });

  it.each(Object.entries(asks))('as %s is allowed by the document, and does it', async (name, ask) => {
    const token = await backend.createToken({ name: 'other', scope: 'read', expireDays: 1 });
    const key = await backend.createKey({ name: 'other', buckets: ['demo'], permission: 'read' });
    await (name.startsWith('POST') ? backend.deleteBucket('photos') : backend.createBucket('photos')).catch(
      () => undefined,
    );
    sent.length = 0;
    await ask(backend, { token: token.uid, key: key.uid });
    expect(sent).toHaveLength(1);
    const [request = expect.fail('nothing was sent')] = sent;
    expect(api.requestProblems(request)).toEqual([]);
    expect(api.matching(request.method, request.url.split('?')[0] ?? '')?.name).toBe(name);
  });

  it('leaves out what was not chosen rather than sending it empty', async () => {
    await backend.createToken({ name: 'plain', scope: 'read', expireDays: 1 });
    await backend.createKey({ name: 'plain', buckets: ['demo'], permission: 'read' });
    expect(sent.flatMap((request) => api.requestProblems(request))).toEqual([]);
    expect(sent.map(({ body }) => Object.keys(JSON.parse(body)))).toEqual([
      ['name', 'scope', 'expireDays'],
      ['name', 'buckets', 'permission'],
    ]);
  });

  it('bites: what the document does not allow is found', () => {
    const request = { method: 'POST', url: BUCKETS, headers: {}, body: '{"name":"NO","public":true}' };
    expect(api.requestProblems(request)).toEqual([
      'no bearer token',
      'content type undefined is not documented',
    ]);
    const headers = { authorization: 'Bearer t', 'content-type': 'application/json' };
    expect(api.requestProblems({ ...request, headers })).toHaveLength(2);
    expect(api.requestProblems({ ...request, method: 'PUT' })).toEqual([`PUT ${BUCKETS} is not documented`]);
    expect(
      api.requestProblems({ method: 'GET', url: `${BUCKETS}?page=0&all=1`, headers, body: '' }),
    ).toHaveLength(3);
  });
});

describe('what the service may answer by the document', () => {
  const service = new ScriptedService();
  const uids = { token: 'uid', key: 'uid' };
  beforeAll(() => service.start());
  afterAll(() => service.stop());
  const backend = (): Backend =>
    createBackend({ apiUrl: service.url, token: Secret.of('nfyio_at_t'), clock });

  const successes = Object.entries(asks).flatMap(([name, ask]) =>
    (['least', 'most'] as const).map((fullness): [string, Fullness, Ask] => [name, fullness, ask]),
  );
  it.each(successes)('to %s with the %s that it says, is read', async (name, fullness, ask) => {
    const { responses } = api.operation(name).description;
    const [status = ''] = Object.keys(responses).filter((key) => key.startsWith('2'));
    const schema = responses[status].content?.['application/json'].schema;
    const body = schema === undefined ? '' : JSON.stringify(documentedValue(schema, fullness));
    const reply = { status: Number(status), contentType: 'application/json', text: body };
    expect(api.replyProblems(name, reply)).toEqual([]);
    service.answer = () => httpBytes(reply.status, body);
    const read = JSON.parse(JSON.stringify((await ask(backend(), uids)) ?? null));
    if (schema === undefined || fullness === 'least') return;
    // Every field that the document names comes through, but for secrets, which are kept apart.
    const said = [JSON.parse(body).data].flat()[0];
    const [got] = [read].flat();
    for (const field of Object.keys(got).filter((one) => one in said && !/token|secret/i.test(one)))
      expect([field, got[field]]).toEqual([field, said[field]]);
  });

  it.each(Object.entries(asks))(
    'to %s as a failure, in either envelope, becomes an error',
    async (name, ask) => {
      const { schema } = api.operation(name).description.responses.default.content['application/json'];
      const { code } = schema.properties.error.properties;
      const statuses: [string, number][] = Object.entries({
        ...code['x-statuses'],
        ...code['x-assumed-statuses'],
      });
      expect(statuses.length).toBeGreaterThan(8);
      for (const [said, status] of statuses)
        for (const envelope of [{ success: false }, {}]) {
          const text = JSON.stringify({ ...envelope, error: { code: said, message: 'Because.' } });
          expect(api.replyProblems(name, { status, contentType: 'application/json', text })).toEqual([]);
          service.answer = () => httpBytes(status, text);
          const failure = ask(backend(), uids);
          await expect(failure).rejects.toThrow(`${said}: "Because."`);
          await expect(failure).rejects.not.toMatchObject({ code: 'BACKEND_UNREADABLE' });
        }
    },
  );
});
