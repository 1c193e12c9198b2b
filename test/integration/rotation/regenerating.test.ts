import { mkdirSync, renameSync, rmdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import type { Credential } from '../../../src/shared/contract/credentials.ts';
import { Relay } from '../../helpers/relay.ts';
import { RunningApp } from '../../helpers/runningApp.ts';
import { temporaryFolder } from '../../helpers/temporaryFolder.ts';

let app: RunningApp;
let folder: string;
/** What manages keys, and where objects are: both over wires that can break. */
let rest: Relay;
let s3: Relay;
let key: Credential;
let endpoint: string;

beforeEach(async () => {
  folder = temporaryFolder();
  app = await RunningApp.onSandbox(folder);
  const { sandbox } = await app.call('app.status', {});
  rest = await Relay.to(sandbox?.api ?? '');
  s3 = await Relay.to(sandbox?.s3 ?? '');
  onTestFinished(() => rest.stop());
  const controlToken = await app.controlToken();
  await app.call('workspace.add', { name: 'w', apiUrl: rest.origin, s3Url: s3.origin, controlToken });
  ({ credential: key } = await app.call('key.create', {
    ...{ workspace: 'w', name: 'k', buckets: ['demo'], permission: 'read-write' },
  }));
  const { connection } = await app.call('connection.create', {
    ...{ workspace: 'w', kind: 's3', name: 'tool', credentials: [key.id], open: true, port: 0 },
  });
  ({ endpoint } = connection);
});
afterEach(async () => {
  s3.endSlow();
  s3.stop();
  await app.stop();
});

const get = (name = ''): Promise<Response> => fetch(`${endpoint}/demo${name}`);
const intents = async () => (await app.call('intent.list', {})).intents;
const regenerate = (onLongRequests?: 'ask' | 'goOn') =>
  app.call('key.regenerate', {
    credential: 'k',
    ...(onLongRequests === undefined ? {} : { onLongRequests }),
  });
/** So much time goes by while it is waited for. */
const whilePasses = async <Value>(ms: number, event: Promise<Value>): Promise<Value> => {
  for (let passed = 0; passed < ms; passed += 50) {
    app.clock.advance(50);
    await new Promise((turn) => setImmediate(turn));
  }
  return event;
};
/** Nothing can be saved, from the next call that the service gets on. */
const breakDiskAtNextPost = (): (() => void) => {
  const file = join(folder, 'vault.nfyv');
  rest.fate = (method) => {
    if (method === 'POST') {
      renameSync(file, `${file}.away`);
      mkdirSync(file);
      rest.fate = () => 'pass';
    }
    return 'pass';
  };
  return () => {
    rmdirSync(file);
    renameSync(`${file}.away`, file);
  };
};

describe('a key that is regenerated', () => {
  it('keeps its id and its connections, and works on with the new secret alone', async () => {
    expect((await get()).status).toBe(200);
    const done = await regenerate();
    const regeneratedAt = new Date(app.clock.now()).toISOString();
    expect(done).toEqual({
      ...{ outcome: 'regenerated', credential: { ...key, regeneratedAt } },
      ...{ heldRequests: 0, longestDelayMs: 0 },
    });
    expect((await get()).status).toBe(200);
    expect((await app.call('credential.list', { kind: 'key' })).credentials).toEqual([
      { ...key, regeneratedAt },
    ]);
    expect(await intents()).toEqual([]);
  });

  it('is not, while a long request runs: that is named, and nobody waits', async () => {
    s3.fate = (_, path) => (path === '/demo/slow' ? 'slow' : 'pass');
    const slow = await get('/slow');
    app.clock.advance(31_000);
    const [busy, other] = await Promise.all([regenerate(), get()]);
    expect(busy).toMatchObject({
      outcome: 'busy',
      running: [{ connection: 'tool', method: 'GET', bytesIn: 0, bytesOut: 6 }],
    });
    expect(JSON.stringify(busy)).not.toContain('/slow');
    expect(other.status).toBe(200);
    expect(rest.seen.filter(({ path }) => path.endsWith('/regenerate'))).toEqual([]);

    // Going on all the same, new requests wait for a moment, and what runs may go on.
    const going = regenerate('goOn');
    const waiting = get();
    expect(await whilePasses(6000, going)).toMatchObject({ outcome: 'regenerated' });
    expect((await waiting).status).toBe(200);
    s3.endSlow();
    expect(await slow.text()).toBe('begun and ended');
  });

  it('waits for what has just begun, for 30 seconds, then lets all go on as they were', async () => {
    s3.fate = (_, path) => (path === '/demo/slow' ? 'slow' : 'pass');
    const slow = await get('/slow');
    const startedMs = app.clock.now();
    const busy = await whilePasses(31_000, regenerate());
    expect(busy).toMatchObject({ outcome: 'busy', running: [{ method: 'GET' }] });
    expect(app.clock.now() - startedMs).toBeGreaterThanOrEqual(30_000);
    expect((await get()).status).toBe(200);
    s3.endSlow();
    await slow.text();
    expect(await regenerate()).toMatchObject({ outcome: 'regenerated' });
  });

  it('gives its place instead, where a long request must not be stopped', async () => {
    s3.fate = (_, path) => (path === '/demo/slow' ? 'slow' : 'pass');
    const slow = await get('/slow');
    const { credential } = await app.call('rotation.start', { credential: 'k', kind: 'key', drainMs: 1000 });
    expect(credential).toMatchObject({ kind: 'key', name: 'k', buckets: ['demo'], permission: 'read-write' });
    app.clock.advance(3_600_000);
    expect((await get()).status).toBe(200);
    s3.endSlow();
    expect(await slow.text()).toBe('begun and ended');
    await expect
      .poll(() => {
        app.clock.advance(1000);
        return app.call('rotation.list', {});
      })
      .toEqual({ rotations: [] });
    expect((await get()).status).toBe(200);
  });

  it('keeps its place where the disk takes nothing, and what had been made is deleted at the service again', async () => {
    const mend = breakDiskAtNextPost();
    const failure = await app.failure('rotation.start', { credential: 'k' });
    mend();
    expect(failure.message).toContain('was deleted at the service again');
    const { authorization = '' } = rest.seen.at(-1) ?? {};
    const listed = await fetch(`${rest.origin}/api/object-storage/access-keys`, {
      headers: { authorization },
    });
    const ofOurs = (await listed.json()).data.map(({ uid }: { readonly uid: string }) => uid);
    expect(ofOurs).toEqual([key.uid]);
    expect((await app.call('rotation.list', {})).rotations).toEqual([]);
    expect((await get()).status).toBe(200);
  });

  it('keeps its place there, and what could not be deleted either is told at once', async () => {
    const mend = breakDiskAtNextPost();
    const breakDisk = rest.fate;
    rest.fate = (method, path) => {
      const fate = breakDisk(method, path);
      if (method === 'POST') rest.fate = (later) => (later === 'DELETE' ? 503 : 'pass');
      return fate;
    };
    const failure = await app.failure('rotation.start', { credential: 'k' });
    mend();
    expect(failure.message).toContain('is left at the service without its secret');
    expect(await intents()).toMatchObject([{ what: 'mint', kind: 'key', name: 'k' }]);
  });

  it('is not both regenerated and replaced at once, whichever was asked for first', async () => {
    const replace = () => app.call('rotation.start', { credential: 'k', kind: 'key' });
    for (const [first, second] of [
      [regenerate, replace],
      [replace, regenerate],
    ] as const) {
      const [done, refused] = await Promise.allSettled([first(), second()]);
      expect(done.status).toBe('fulfilled');
      expect(refused).toMatchObject({ status: 'rejected', reason: { code: 'ROTATION_RUNNING' } });
    }
  });

  it('may have been, where the answer was lost: that is told, and regenerating again heals it', async () => {
    rest.fate = (method) => (method === 'POST' ? 'loseAnswer' : 'pass');
    await expect(regenerate()).rejects.toMatchObject({ code: 'BACKEND_UNREACHABLE' });
    rest.fate = () => 'pass';
    expect((await get()).status).toBe(403);
    const [lost] = await intents();
    expect(lost).toMatchObject({ what: 'regenerate', name: 'k', credentialId: key.id });
    await app.call('intent.resolve', { id: lost?.id ?? '' });
    expect((await get()).status).toBe(200);
    expect(await intents()).toEqual([]);
  });

  it('is not, where the service refuses, and nothing is left to be told', async () => {
    rest.fate = (method) => (method === 'POST' ? 403 : 'pass');
    await expect(regenerate()).rejects.toMatchObject({ code: 'BACKEND_FORBIDDEN' });
    expect(await intents()).toEqual([]);
    expect((await get()).status).toBe(200);
  });

  it('shows the only copy of a secret that could not be sealed, and says so', async () => {
    const mend = breakDiskAtNextPost();
    const unsealed = await regenerate();
    mend();
    if (unsealed.outcome !== 'unsealed') throw new Error(unsealed.outcome);
    expect(unsealed.problem.message).toContain('the old one is dead');
    const shown = await app.call('reveal.take', { revealId: unsealed.revealId });
    expect(shown).toMatchObject({ kind: 'key', accessKeyId: key.kind === 'key' ? key.accessKeyId : '' });
    expect(await intents()).toMatchObject([{ what: 'regenerate', name: 'k' }]);

    const { clock } = app;
    await app.quit();
    app = await RunningApp.onSandbox(folder, clock);
    const { sandbox } = await app.call('app.status', {});
    rest.target = sandbox?.api ?? '';
    const [lost] = await intents();
    expect(await app.call('intent.resolve', { id: lost?.id ?? '' })).toMatchObject({
      regeneration: { outcome: 'regenerated' },
    });
    expect(await intents()).toEqual([]);
  });

  it('is not, when the vault is locked meanwhile, and what waited is told of the lock', async () => {
    s3.fate = (_, path) => (path === '/demo/slow' ? 'slow' : 'pass');
    await get('/slow');
    const regenerating = regenerate().catch((error: { code: string }) => error.code);
    const waiting = get();
    await app.call('credential.list', {});
    await new Promise((turn) => setImmediate(turn));
    await app.call('vault.lock', {});
    expect((await waiting).status).toBe(423);
    expect(await regenerating).toBe('VAULT_LOCKED');
    expect(rest.seen.filter(({ path }) => path.endsWith('/regenerate'))).toEqual([]);
    await app.call('vault.unlock', {});
    expect(await intents()).toEqual([]);
    expect((await get()).status).toBe(200);
  });

  it('was minted and could not be sealed: it is shown once all the same, and can be deleted later', async () => {
    const mend = breakDiskAtNextPost();
    const { unsealed, revealId } = await app.call('token.create', {
      ...{ workspace: 'w', name: 'ci', scope: 'read', expireDays: 5 },
    });
    mend();
    expect(unsealed?.message).toContain('what is shown, if anything, is the only copy');
    expect(await app.call('reveal.take', { revealId })).toMatchObject({
      token: expect.stringMatching(/^nfyio_at_/),
    });
    expect((await app.call('credential.list', { kind: 'token' })).credentials).toHaveLength(1);
    expect(await intents()).toMatchObject([{ what: 'mint', name: 'ci' }]);
  });
});
