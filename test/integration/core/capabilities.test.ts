import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { refusalWords } from '../../../src/shared/capabilityWords.ts';
import type { Operation, Workspace } from '../../../src/shared/contract/workspaces.ts';
import { data, PlayedBackend, refusal } from '../../helpers/playedBackend.ts';
import { RunningApp } from '../../helpers/runningApp.ts';

const TOKENS = '/api/access-tokens';
const KEYS = '/api/object-storage/access-keys';
const BUCKETS = '/api/object-storage/buckets';
const TOKEN = 'nfyio_at_control0123456789';
const DAY_MS = 86_400_000;

const me = data({ user: null, workspaceId: 'ws-of-the-service', projectId: null, selectedTeam: null });
const listed = (scope: string, prefix = TOKEN.slice(0, 14)) =>
  data([{ uid: 'u', name: 'vault', prefix, scope, route: null }]);
const open = {
  'GET /api/auth/me': me,
  [`GET ${TOKENS}`]: listed('write'),
  [`GET ${KEYS}`]: data([]),
  [`GET ${BUCKETS}`]: data([{ name: 'photos' }]),
};

const backend = new PlayedBackend();
let running: RunningApp;
beforeEach(async () => {
  backend.answers = { ...open };
  await backend.start();
  running = await RunningApp.open();
});
afterEach(async () => {
  await running.stop();
  await backend.stop();
  backend.requests.length = 0;
});

const add = async (): Promise<Workspace> =>
  (await running.call('workspace.add', { name: 'w', apiUrl: backend.url, controlToken: TOKEN })).workspace;
const known = async (): Promise<Workspace> => {
  const [workspace] = (await running.call('workspace.list', {})).workspaces;
  return workspace ?? expect.fail('there is no workspace');
};
const eventually = (read: (workspace: Workspace) => unknown) =>
  expect.poll(async () => read(await known()), { timeout: 5000 });
const token = { workspace: 'w', name: 't', scope: 'read', expireDays: 1 } as const;
const key = { workspace: 'w', name: 'k', buckets: ['photos'], permission: 'read' as const };
const because = (workspace: Workspace, operation: Operation) => refusalWords(workspace, operation);

describe('another control token', () => {
  const NEXT = 'nfyio_at_next0123456789';
  const set = { workspace: 'w', controlToken: `${NEXT}\n` };

  it('takes the place of one that died; all else of the workspace stays', async () => {
    const before = await add();
    backend.answers['GET /api/auth/me'] = refusal(401, 'UNAUTHORIZED');
    await running.call('workspace.check', { workspace: 'w' });
    expect((await running.failure('workspace.setControlToken', set)).code).toBe('BACKEND_UNAUTHORIZED');
    expect((await known()).capabilities?.token).toBe('dead');
    backend.answers['GET /api/auth/me'] = me;
    const { workspace } = await running.call('workspace.setControlToken', set);
    const { capabilities } = workspace;
    expect(capabilities?.token).toBe('good');
    expect(workspace).toEqual({ ...before, capabilities });
    expect(await known()).toEqual(workspace);
    await running.call('bucket.list', { workspace: 'w' });
    expect(backend.requests.at(-1)?.authorization).toBe(`Bearer ${NEXT}`);
  });

  it('is the first one of a workspace that was connected without', async () => {
    await running.call('workspace.add', { name: 'w', apiUrl: backend.url });
    expect((await running.failure('bucket.list', { workspace: 'w' })).code).toBe('NO_CONTROL_TOKEN');
    const { workspace } = await running.call('workspace.setControlToken', set);
    expect([workspace.hasControlToken, workspace.uid]).toEqual([true, 'ws-of-the-service']);
    expect((await running.call('bucket.list', { workspace: 'w' })).buckets).toHaveLength(1);
  });

  it('of another workspace of the service is not stored', async () => {
    await add();
    backend.answers['GET /api/auth/me'] = data({ user: null, workspaceId: 'another' });
    expect((await running.failure('workspace.setControlToken', set)).code).toBe('CREDENTIAL_ELSEWHERE');
    await running.call('bucket.list', { workspace: 'w' });
    expect(backend.requests.at(-1)?.authorization).toBe(`Bearer ${TOKEN}`);
  });

  it('is of no use to a workspace without a REST API, and goes nowhere', async () => {
    await running.call('workspace.add', { name: 'w', s3Url: backend.url });
    expect((await running.failure('workspace.setControlToken', set)).code).toBe('NO_ENDPOINT');
    expect(backend.requests).toEqual([]);
  });
});

describe('when a workspace is connected', () => {
  it('what its control token may do is learned by nothing but reading', async () => {
    const workspace = await add();
    expect(new Set(backend.calls)).toEqual(new Set(Object.keys(open)));
    expect(backend.calls.every((call) => call.startsWith('GET '))).toBe(true);
    expect(workspace.uid).toBe('ws-of-the-service');
    expect(workspace.capabilities).toMatchObject({
      token: 'good',
      may: { listTokens: 'allowed', createToken: 'unknown', listKeys: 'allowed', listBuckets: 'allowed' },
    });
    expect(await known()).toEqual(workspace);
    expect(because(workspace, 'createToken')).toBeNull();
  });

  it('a dead token is refused', async () => {
    backend.answers['GET /api/auth/me'] = refusal(401, 'UNAUTHORIZED');
    const input = { name: 'w', apiUrl: backend.url, controlToken: TOKEN };
    expect((await running.failure('workspace.add', input)).code).toBe('BACKEND_UNAUTHORIZED');
    expect(backend.calls).toEqual(['GET /api/auth/me']);
  });

  it.each([
    ['has no such calls', refusal(404, 'NOT_FOUND'), 'absent', 'has no call to mint tokens'],
    ['says so in a web page', { status: 404, body: '<h1>Not found</h1>' }, 'absent', 'has no call'],
    ['lets no token do it', refusal(403, 'FORBIDDEN'), 'forbidden', 'does not let an access token mint'],
    [
      'lets no token do it, by 401',
      refusal(401, 'UNAUTHORIZED'),
      'forbidden',
      'does not let an access token',
    ],
  ] as const)('a service that %s is connected, and says it in words', async (_, answer, verdict, words) => {
    backend.answers[`GET ${TOKENS}`] = answer;
    backend.answers[`GET ${KEYS}`] = answer;
    const workspace = await add();
    expect(workspace.capabilities?.may).toMatchObject({
      ...{ listTokens: verdict, createToken: verdict, createKey: verdict, regenerateKey: verdict },
      listBuckets: 'allowed',
    });
    expect(because(workspace, 'createToken')).toContain(words);
  });

  it('a token that is bound to a route is restricted, not dead', async () => {
    for (const call of Object.keys(open)) backend.answers[call] = refusal(403, 'ROUTE_FORBIDDEN');
    const workspace = await add();
    expect(workspace.capabilities).toMatchObject({ token: 'restricted', may: { createKey: 'restricted' } });
    expect(because(workspace, 'createKey')).toContain('bound to another route');
  });

  it('a token that the list shows to be a reader cannot make anything', async () => {
    backend.answers[`GET ${TOKENS}`] = listed('read');
    const workspace = await add();
    expect(workspace.capabilities?.may).toMatchObject({ listTokens: 'allowed', createToken: 'read-only' });
    expect(because(workspace, 'createBucket')).toContain('may only read');
  });

  it('a reader of the list that only might be it is not taken for it', async () => {
    const [one] = (listed('read').body as { data: object[] }).data;
    backend.answers[`GET ${TOKENS}`] = data([one, one]);
    expect((await add()).capabilities?.may.createToken).toBe('unknown');
    backend.answers[`GET ${TOKENS}`] = listed('read', 'nfyio_at_other');
    expect(
      (await running.call('workspace.check', { workspace: 'w' })).workspace.capabilities?.may,
    ).toMatchObject({ createToken: 'unknown' });
  });

  it('is asked by 429 to stop, and stops', async () => {
    backend.answers[`GET ${TOKENS}`] = refusal(429, 'RATE_LIMITED', { 'retry-after': '60' });
    const workspace = await add();
    expect(backend.calls).toEqual(['GET /api/auth/me', `GET ${TOKENS}`]);
    expect(workspace.capabilities?.may).toMatchObject({ listTokens: 'unknown', listBuckets: 'unknown' });
  });
});

describe('every answer afterwards teaches', () => {
  beforeEach(add);

  it.each([
    ['SCOPE_FORBIDDEN', 'read-only'],
    ['ROUTE_FORBIDDEN', 'restricted'],
    ['FORBIDDEN', 'forbidden'],
  ])('403 %s', async (code, verdict) => {
    backend.answers[`POST ${TOKENS}`] = refusal(403, code);
    const error = await running.failure('token.create', token);
    expect(error.hint).toContain('import');
    await eventually(({ capabilities }) => capabilities?.may.createToken).toBe(verdict);
  });

  it('what is made', async () => {
    backend.answers[`POST ${BUCKETS}`] = data({ name: 'new' }, 201);
    await running.call('bucket.create', { workspace: 'w', name: 'new' });
    await eventually(({ capabilities }) => capabilities?.may.createBucket).toBe('allowed');
  });

  it('a key for a bucket that is not there says nothing of keys', async () => {
    expect((await running.failure('key.create', key)).code).toBe('BACKEND_NOT_FOUND');
    expect((await known()).capabilities?.may.createKey).toBe('unknown');
  });

  it('401 is looked into: a token that died is dead', async () => {
    backend.answers = {
      [`POST ${TOKENS}`]: refusal(401, 'UNAUTHORIZED'),
      'GET /api/auth/me': refusal(401, 'X'),
    };
    expect((await running.failure('token.create', token)).code).toBe('BACKEND_UNAUTHORIZED');
    await eventually(({ capabilities }) => capabilities?.token).toBe('dead');
    expect(because(await known(), 'createKey')).toContain('wrong, expired or deleted');
  });
});

describe('what is remembered', () => {
  it('survives a lock and is not asked for again within a day', async () => {
    const workspace = await add();
    backend.requests.length = 0;
    await running.call('vault.lock', {});
    await running.call('vault.unlock', {});
    running.clock.advance(DAY_MS);
    await running.call('workspace.check', { workspace: 'w', ifOld: true });
    expect(await known()).toEqual(workspace);
    expect(backend.calls).toEqual([]);
  });

  it('is asked for again when it is old: at an unlock, or before it is shown', async () => {
    await add();
    backend.answers[`GET ${KEYS}`] = refusal(404, 'NOT_FOUND');
    running.clock.advance(DAY_MS + 1);
    await running.call('vault.lock', {});
    await running.call('vault.unlock', {});
    await eventually(({ capabilities }) => capabilities?.may.createKey).toBe('absent');
    backend.answers[`GET ${KEYS}`] = data([]);
    running.clock.advance(DAY_MS + 1);
    const { workspace } = await running.call('workspace.check', { workspace: 'w', ifOld: true });
    // What was only concluded from a closed list goes with it.
    expect(workspace.capabilities?.may).toMatchObject({ listKeys: 'allowed', createKey: 'unknown' });
  });

  it('keeps what only trying told while the lists stay open, and lets it go when somebody asks', async () => {
    await add();
    backend.answers[`POST ${TOKENS}`] = refusal(403, 'FORBIDDEN');
    await running.failure('token.create', token);
    await eventually(({ capabilities }) => capabilities?.may.createToken).toBe('forbidden');
    running.clock.advance(DAY_MS + 1);
    const old = await running.call('workspace.check', { workspace: 'w', ifOld: true });
    expect(old.workspace.capabilities?.may.createToken).toBe('forbidden');
    const asked = await running.call('workspace.check', { workspace: 'w' });
    expect(asked.workspace.capabilities?.may.createToken).toBe('unknown');
  });

  it('stays as it is when the service cannot be reached, which is said', async () => {
    const workspace = await add();
    await backend.stop();
    expect((await running.failure('workspace.check', { workspace: 'w' })).code).toBe('BACKEND_UNREACHABLE');
    expect(await known()).toEqual(workspace);
    await backend.start();
  });

  it('is told by the doctor, who sends no token anywhere', async () => {
    backend.answers[`GET ${TOKENS}`] = refusal(403, 'FORBIDDEN');
    await add();
    backend.requests.length = 0;
    const { checks } = await running.call('app.doctor', {});
    const told = checks.find(({ name }) => name === 'w: control token');
    expect(told).toMatchObject({
      level: 'warn',
      detail: expect.stringContaining('cannot list tokens, mint tokens'),
    });
    expect(backend.requests.some(({ authorization }) => authorization !== undefined)).toBe(false);
  });
});
