import { execFile } from 'node:child_process';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import type { Credential } from '../../../src/shared/contract/credentials.ts';
import { data, type PlayedAnswer, PlayedBackend, refusal } from '../../helpers/playedBackend.ts';
import { RunningApp } from '../../helpers/runningApp.ts';

const me = (workspaceId: string | null) =>
  data({ user: null, workspaceId, projectId: null, selectedTeam: null });
const token = { workspace: 'w', name: 't', scope: 'read', token: 'nfyio_at_pasted0123456789' } as const;
const pair = { accessKeyId: 'AKIAPASTED', secretAccessKey: 'pasted-secret-access-key' };
const keyFor = (...buckets: string[]) =>
  ({ workspace: 'w', name: 'k', buckets, permission: 'read', ...pair }) as const;
const s3Error = (status: number, code: string): PlayedAnswer => ({
  status,
  body: `<?xml version="1.0"?><Error><Code>${code}</Code></Error>`,
});
const listing = (...names: string[]): PlayedAnswer => ({
  status: 200,
  body: `<ListAllMyBucketsResult><Buckets>${names.map((name) => `<Bucket><Name>${name}</Name></Bucket>`).join('')}</Buckets></ListAllMyBucketsResult>`,
});

const service = new PlayedBackend();
let running: RunningApp;
beforeEach(async () => {
  service.answers = {};
  await service.start();
  running = await RunningApp.open();
});
afterEach(async () => {
  await running.stop();
  await service.stop();
  service.requests.length = 0;
});

const add = (urls: { apiUrl?: string; s3Url?: string } = { apiUrl: service.url, s3Url: service.url }) =>
  running.call('workspace.add', { name: 'w', ...urls });
const stored = async (): Promise<readonly Credential[]> =>
  (await running.call('credential.list', {})).credentials;
const importToken = (change: object = {}) => running.call('token.import', { ...token, ...change });
const importKey = (...buckets: string[]) => running.call('key.import', keyFor(...buckets));

describe('a token that is imported', () => {
  beforeEach(() => add());

  it('is shown to the service, and what that says is remembered with it', async () => {
    service.answers['GET /api/auth/me'] = me('here');
    const { credential } = await importToken();
    expect(credential.verification).toMatchObject({ state: 'verified', notes: [] });
    expect(service.requests).toEqual([{ call: 'GET /api/auth/me', authorization: `Bearer ${token.token}` }]);
    expect(await stored()).toEqual([credential]);
  });

  it('twice at once under one name comes in once', async () => {
    service.answers['GET /api/auth/me'] = me('here');
    const both = await Promise.allSettled([
      importToken(),
      importToken({ token: 'nfyio_at_other0123456789' }),
    ]);
    expect(both.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    expect(both.find(({ status }) => status === 'rejected')).toMatchObject({
      reason: { code: 'CREDENTIAL_NAME_TAKEN' },
    });
    expect(await stored()).toHaveLength(1);
  });

  it('and is refused is not stored, but when a person says so', async () => {
    service.answers['GET /api/auth/me'] = refusal(401, 'UNAUTHORIZED');
    const error = await running.failure('token.import', token);
    expect(error).toMatchObject({
      code: 'CREDENTIAL_REFUSED',
      hint: expect.stringContaining('--unverified'),
    });
    expect(await stored()).toEqual([]);
    service.requests.length = 0;
    const { credential } = await importToken({ unverified: true });
    expect(credential.verification).toMatchObject({ state: 'unverified' });
    expect(service.requests).toEqual([]);
  });

  it('and is no token at all is told apart in words', async () => {
    service.answers['GET /api/auth/me'] = refusal(401, 'UNAUTHORIZED');
    const error = await running.failure('token.import', { ...token, token: 'c2VjcmV0LWFjY2Vzcy1rZXk' });
    expect(error.message).toContain('does not begin like an access token');
    const wrongKind = await running.failure('token.import', { ...token, token: 'AKIAPASTED0123456789' });
    expect(wrongKind).toMatchObject({
      code: 'CREDENTIAL_WRONG_KIND',
      message: expect.stringContaining('looks like an S3 access key where a token is wanted'),
    });
  });

  it('and is bound to a route is fine, and said', async () => {
    service.answers['GET /api/auth/me'] = refusal(403, 'ROUTE_FORBIDDEN');
    const { credential } = await importToken();
    expect(credential.verification).toMatchObject({
      state: 'restricted',
      notes: [expect.stringContaining('route'), expect.stringContaining('No route was named')],
    });
    const named = await importToken({ name: 'named', route: '/api/chat/*' });
    expect(named.credential.verification?.notes).toHaveLength(1);
  });

  it('and belongs to another workspace of the service is refused', async () => {
    service.answers['GET /api/auth/me'] = me('here');
    await importToken();
    service.answers['GET /api/auth/me'] = me('elsewhere');
    const error = await running.failure('token.import', { ...token, name: 'other' });
    expect(error.code).toBe('CREDENTIAL_ELSEWHERE');
    expect(error.message).toContain('another workspace');
    expect(await stored()).toHaveLength(1);
  });

  it.each<[string, PlayedAnswer]>([
    ['fails', refusal(500, 'INTERNAL_ERROR')],
    ['asks to slow down', refusal(429, 'RATE_LIMITED', { 'retry-after': '60' })],
    ['answers a web page', { status: 200, body: '<h1>Welcome</h1>' }],
    ['has no such call', refusal(404, 'NOT_FOUND')],
  ])('where the service %s is stored as unverified, and why is said', async (_, answer) => {
    service.answers['GET /api/auth/me'] = answer;
    const { credential } = await importToken();
    expect(credential.verification).toMatchObject({ state: 'unverified', notes: [expect.any(String)] });
  });

  it('where the service cannot be reached is stored as unverified, and that is said', async () => {
    await service.stop();
    const { credential } = await importToken();
    expect(credential.verification).toMatchObject({
      state: 'unverified',
      notes: [expect.stringContaining('could not be reached')],
    });
    await service.start();
  });

  it('is unverified until its first good use', async () => {
    await importToken({ unverified: true });
    const create = { workspace: 'w', kind: 'api', name: 'tool' } as const;
    const { local } = await running.call('connection.create', create);
    if (local.kind !== 'api') return expect.fail('not an API connection');
    const { baseUrl } = local;
    const state = async () => (await stored())[0]?.verification?.state;
    service.answers['GET /api/usage'] = refusal(403, 'ROUTE_FORBIDDEN');
    await fetch(`${baseUrl}/api/usage`).then((reply) => reply.text());
    expect(await state()).toBe('unverified');
    service.answers['GET /api/usage'] = data({});
    await fetch(`${baseUrl}/api/usage`).then((reply) => reply.text());
    await expect.poll(state).toBe('verified');
  });
});

describe('a key that is imported', () => {
  it('is shown to storage without a REST API, and the buckets that it sees are remembered and compared', async () => {
    await add({ s3Url: service.url });
    service.answers['GET /'] = listing('photos', 'backups');
    const { credential } = await importKey('photos', 'invoices');
    expect(credential.verification).toMatchObject({
      state: 'verified',
      notes: ['The key does not see the bucket “invoices”.'],
      buckets: ['photos', 'backups'],
    });
    expect(service.requests[0]?.authorization).toContain('Credential=AKIAPASTED/');
  });

  it.each(['InvalidAccessKeyId', 'SignatureDoesNotMatch'])(
    'and is refused by %s is not stored',
    async (code) => {
      await add();
      service.answers['GET /'] = s3Error(403, code);
      const error = await running.failure('key.import', keyFor('photos'));
      expect(error).toMatchObject({ code: 'CREDENTIAL_REFUSED', message: expect.stringContaining(code) });
      expect(await stored()).toEqual([]);
      const forced = await running.call('key.import', { ...keyFor('photos'), unverified: true });
      expect(forced.credential.verification?.state).toBe('unverified');
    },
  );

  it('and may not list is looked for at its buckets', async () => {
    await add();
    service.answers['GET /'] = s3Error(403, 'AccessDenied');
    service.answers['HEAD /invoices'] = { status: 403, body: '' };
    service.answers['HEAD /photos'] = { status: 200, body: '' };
    const { credential } = await importKey('invoices', 'photos');
    expect(credential.verification).toMatchObject({
      state: 'restricted',
      notes: ['The key may not list its buckets; it sees “photos”.'],
    });
    service.answers['HEAD /photos'] = { status: 403, body: '' };
    const nowhere = { ...keyFor('invoices', 'photos'), name: 'nowhere' };
    expect((await running.failure('key.import', nowhere)).code).toBe('CREDENTIAL_REFUSED');
    const everywhere = { ...keyFor('*'), name: 'everywhere' };
    const unclear = await running.call('key.import', everywhere);
    expect(unclear.credential.verification?.state).toBe('unverified');
  });

  it('and is a token is told apart in words', async () => {
    await add();
    const error = await running.failure('key.import', {
      ...keyFor('photos'),
      secretAccessKey: 'nfyio_at_pasted0123456789',
    });
    expect(error.message).toContain('looks like an access token where an S3 access key is wanted');
    expect(service.requests).toEqual([]);
  });

  it.each<[string, { apiUrl?: string; s3Url?: string }]>([
    ['is not there', { s3Url: 'http://127.0.0.1:9' }],
    ['is none', { apiUrl: 'http://127.0.0.1:9' }],
  ])('where the storage %s is stored as unverified', async (_, urls) => {
    await add(urls);
    const { credential } = await importKey('photos');
    expect(credential.verification).toMatchObject({ state: 'unverified', notes: [expect.any(String)] });
  });
});

describe('against the sandbox', () => {
  it('a good key is verified, one with another secret refused, and AWS CLI agrees', async () => {
    const { workspace, sandbox } = await running.call('sandbox.start', {});
    const made = await running.call('key.create', {
      ...{ workspace: workspace.id, name: 'made', buckets: ['demo'], permission: 'read' },
    });
    const revealed = await running.call('reveal.take', { revealId: made.revealId });
    if (revealed.kind !== 'key') return expect.fail('not a key');
    const { accessKeyId, secretAccessKey } = revealed;
    const given = { ...keyFor('demo', 'other'), workspace: 'sandbox', accessKeyId, secretAccessKey };
    const { credential } = await running.call('key.import', given);
    expect(credential.verification).toMatchObject({ state: 'verified', buckets: ['demo'] });
    expect(credential.verification?.notes).toEqual(['The key does not see the bucket “other”.']);
    const wrong = { ...given, name: 'wrong', secretAccessKey: 'x'.repeat(40) };
    expect((await running.failure('key.import', wrong)).code).toBe('CREDENTIAL_REFUSED');
    const { stdout } = await promisify(execFile)('curl', [
      '-s',
      '--aws-sigv4',
      'aws:amz:us-east-1:s3',
      '--user',
      `${accessKeyId}:${secretAccessKey}`,
      `${sandbox.s3}/`,
    ]);
    expect(stdout).toContain('<Name>demo</Name>');
  });

  it('a good token is verified, a dead one refused', async () => {
    await running.call('sandbox.start', {});
    const input = { workspace: 'sandbox', name: 'made', scope: 'read', expireDays: 1 } as const;
    const made = await running.call('token.create', input);
    const revealed = await running.call('reveal.take', { revealId: made.revealId });
    if (revealed.kind !== 'token') return expect.fail('not a token');
    const pasted = { ...token, workspace: 'sandbox', token: revealed.token };
    expect((await running.call('token.import', pasted)).credential.verification?.state).toBe('verified');
    await running.call('credential.delete', { id: made.credential.id });
    const again = { ...pasted, name: 'again' };
    expect((await running.failure('token.import', again)).code).toBe('CREDENTIAL_REFUSED');
  });
});

it('a key goes to its storage signed and never in clear', async () => {
  const heads: string[] = [];
  const storage = createServer((request, response) => {
    heads.push(`${request.url} ${request.rawHeaders.join(' ')}`);
    response.end('<ListAllMyBucketsResult></ListAllMyBucketsResult>');
  });
  await new Promise<void>((resolve) => storage.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void storage.close());
  await add({ s3Url: `http://127.0.0.1:${(storage.address() as AddressInfo).port}` });
  await importKey('photos');
  expect(heads).toHaveLength(1);
  expect(heads[0]).not.toContain(pair.secretAccessKey);
});
