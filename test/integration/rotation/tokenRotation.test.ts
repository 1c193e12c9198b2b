import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import type { Rotation } from '../../../src/shared/contract/rotation.ts';
import { eventually } from '../../helpers/eventually.ts';
import { Relay } from '../../helpers/relay.ts';
import { RunningApp } from '../../helpers/runningApp.ts';
import { temporaryFolder } from '../../helpers/temporaryFolder.ts';

const MINUTE_MS = 60_000;

let app: RunningApp;
let folder: string;
let sandboxId: string;
beforeEach(async () => {
  folder = temporaryFolder();
  app = await RunningApp.onSandbox(folder);
  sandboxId = (await app.call('workspace.list', {})).workspaces[0]?.id ?? '';
});
afterEach(() => app.stop());

const mint = async (name = 'ci', expireDays = 30) =>
  (
    await app.call('token.create', {
      ...{ workspace: 'sandbox', name, scope: 'write', expireDays, route: '/api/*' },
    })
  ).credential;
/** A workspace `relayed`, which reaches the sandbox over a wire that can break. */
const relayed = async (): Promise<Relay> => {
  const relay = await Relay.to((await app.call('app.status', {})).sandbox?.api ?? '');
  onTestFinished(() => relay.stop());
  const controlToken = await app.controlToken();
  await app.call('workspace.add', { name: 'relayed', apiUrl: relay.origin, controlToken });
  return relay;
};
const connect = async (name: string, credential: string, workspace = 'sandbox'): Promise<string> => {
  const { local } = await app.call('connection.create', {
    ...{ workspace, kind: 'api', name, credentials: [credential] },
  });
  return local.kind === 'api' ? local.baseUrl : '';
};
const statusOf = async (baseUrl: string): Promise<number> =>
  (await fetch(`${baseUrl}/api/notifications`)).status;
const tokens = async () => (await app.call('credential.list', { kind: 'token' })).credentials;
const rotations = async (): Promise<readonly Rotation[]> => (await app.call('rotation.list', {})).rotations;
/** As the service has it, asked with a token of its own. */
const atService = async (): Promise<readonly { uid: string; lastUsedAt: string | null }[]> => {
  const { sandbox } = await app.call('app.status', {});
  const control = await app.call('token.create', {
    ...{ workspace: 'sandbox', name: `look ${Math.random()}`, scope: 'read', expireDays: 1 },
  });
  const shown = await app.call('reveal.take', { revealId: control.revealId });
  const token = shown.kind === 'token' ? shown.token : '';
  const reply = await fetch(`${sandbox?.api}/api/access-tokens?limit=100`, {
    headers: { authorization: `Bearer ${token}` },
  });
  return (await reply.json()).data;
};
const uids = async (): Promise<string[]> => (await atService()).map(({ uid }) => uid);

describe('a token that is rotated', () => {
  it('gives its place at once, under its name, and is deleted when nothing has used it for the time wanted', async () => {
    const old = await mint();
    const urls = [await connect('one', old.id), await connect('other', 'ci')];
    expect(await Promise.all(urls.map(statusOf))).toEqual([200, 200]);

    const { rotation, credential } = await app.call('rotation.start', { credential: 'ci' });
    expect(credential).toMatchObject({ name: 'ci', scope: 'write', route: '/api/*', origin: 'minted' });
    const life = Date.parse(credential.expiresAt ?? '') - Date.parse(credential.createdAt);
    expect(life).toBe(30 * 24 * 60 * MINUTE_MS);
    expect(rotation).toMatchObject({
      ...{ step: 'draining', retiringId: old.id, servingId: credential.id, isUndone: false },
      ...{ connections: ['one', 'other'], running: [], problem: null, drainMs: 10 * MINUTE_MS },
      deletesAt: new Date(app.clock.now() + 10 * MINUTE_MS).toISOString(),
    });
    expect((await tokens()).map(({ name }) => name).sort()).toEqual(['ci', 'ci (being replaced)']);
    expect(await Promise.all(urls.map(statusOf))).toEqual([200, 200]);
    const [entry] = (await app.call('activity.list', {})).entries;
    expect(entry?.credential).toBe('ci');

    app.clock.advance(10 * MINUTE_MS - 1);
    expect(await uids()).toContain(old.uid);
    app.clock.advance(1);
    await eventually(async () => expect(await rotations()).toEqual([]));
    expect(await uids()).not.toContain(old.uid);
    expect(await uids()).toContain(credential.uid);
    expect((await tokens()).map(({ id }) => id)).not.toContain(old.id);
    expect(await Promise.all(urls.map(statusOf))).toEqual([200, 200]);
  });

  it('is not deleted while a request runs with it, nor is that cut off', async () => {
    const relay = await relayed();
    const { credential: old } = await app.call('token.create', {
      ...{ workspace: 'relayed', name: 'slow', scope: 'read', expireDays: 5 },
    });
    const url = await connect('one', old.id, 'relayed');
    relay.fate = (_, path) => (path === '/api/usage' ? 'slow' : 'pass');
    const reply = await fetch(`${url}/api/usage`);
    const { rotation } = await app.call('rotation.start', { credential: 'slow' });
    expect(rotation).toMatchObject({ deletesAt: null, running: [{ connection: 'one', method: 'GET' }] });
    app.clock.advance(60 * MINUTE_MS);
    expect(await rotations()).toMatchObject([{ step: 'draining', deletesAt: null }]);
    relay.endSlow();
    expect(await reply.text()).toBe('begun and ended');
    const deletesAt = new Date(app.clock.now() + 10 * MINUTE_MS).toISOString();
    await eventually(async () => expect(await rotations()).toMatchObject([{ deletesAt, running: [] }]));
    app.clock.advance(10 * MINUTE_MS);
    await eventually(async () => expect(await rotations()).toEqual([]));
  });

  it('ends what still runs with it only when it is to be deleted at once', async () => {
    const relay = await relayed();
    await app.call('token.create', {
      ...{ workspace: 'relayed', name: 'slow', scope: 'read', expireDays: 5 },
    });
    const url = await connect('one', 'slow', 'relayed');
    relay.fate = (_, path) => (path === '/api/usage' ? 'slow' : 'pass');
    const reply = await fetch(`${url}/api/usage`);
    await app.call('rotation.start', { credential: 'slow' });
    await app.call('rotation.finish', { rotation: 'slow' });
    await expect(reply.text()).rejects.toThrow();
  });

  it('stays, and says why, while the service cannot delete it; then goes by itself', async () => {
    const relay = await relayed();
    await app.call('token.create', {
      ...{ workspace: 'relayed', name: 'ci', scope: 'read', expireDays: 5 },
    });
    await app.call('rotation.start', { credential: 'ci', drainMs: 0 }).catch(() => undefined);
    await eventually(async () => expect(await rotations()).toEqual([]));
    relay.fate = (method) => (method === 'DELETE' ? 503 : 'pass');
    await app.call('rotation.start', { credential: 'ci', drainMs: 0 });
    const problem = { error: { code: 'BACKEND_FAILED' } };
    await eventually(async () => expect(await rotations()).toMatchObject([{ step: 'deleting', problem }]));
    await expect(app.call('rotation.undo', { rotation: 'ci' })).rejects.toMatchObject({
      code: 'ROTATION_TOO_LATE',
    });
    await expect(app.call('rotation.finish', { rotation: 'ci' })).rejects.toMatchObject({
      code: 'BACKEND_FAILED',
    });
    relay.fate = () => 'pass';
    app.clock.advance(MINUTE_MS);
    await eventually(async () => expect(await rotations()).toEqual([]));
    expect((await tokens()).filter(({ workspaceId }) => workspaceId !== sandboxId)).toHaveLength(1);
  });

  it('can be taken back: the connections return, and what had been made is deleted', async () => {
    const old = await mint();
    const url = await connect('one', old.id);
    const { credential } = await app.call('rotation.start', { credential: old.id, drainMs: 60 * MINUTE_MS });
    const { rotation } = await app.call('rotation.undo', { rotation: 'ci' });
    expect(rotation).toMatchObject({ isUndone: true, retiringId: credential.id, servingId: old.id });
    app.clock.advance(1);
    await eventually(async () => expect(await rotations()).toEqual([]));
    expect(await uids()).toContain(old.uid);
    expect(await uids()).not.toContain(credential.uid);
    expect((await tokens()).filter(({ name }) => !name.startsWith('look'))).toEqual([old]);
    expect(await statusOf(url)).toBe(200);
    await expect(app.call('rotation.undo', { rotation: rotation.id })).rejects.toMatchObject({
      code: 'ROTATION_UNKNOWN',
    });
  });

  it('is not taken back to one that has expired meanwhile', async () => {
    const old = await mint('ci', 1);
    const { credential } = await app.call('rotation.start', { credential: old.id, drainMs: 60 * MINUTE_MS });
    // Nothing else happens meanwhile: the machine sleeps.
    app.clock.sleep(24 * 60 * MINUTE_MS);
    await expect(app.call('rotation.undo', { rotation: 'ci' })).rejects.toMatchObject({
      code: 'CREDENTIAL_EXPIRED',
    });
    expect(await rotations()).toMatchObject([{ servingId: credential.id, isUndone: false }]);
  });

  it('is in the calendar once: what goes is not to be replaced', async () => {
    await mint();
    await app.call('rotation.start', { credential: 'ci' });
    const path = join(folder, 'expiries.ics');
    expect(await app.call('due.calendar', { path })).toEqual({ path, events: 1 });
    expect(readFileSync(path, 'utf8')).toContain('“ci” of');
  });

  it('can be deleted at once', async () => {
    const old = await mint();
    await app.call('rotation.start', { credential: 'ci' });
    await app.call('rotation.finish', { rotation: 'ci' });
    expect(await rotations()).toEqual([]);
    expect(await uids()).not.toContain(old.uid);
  });

  it('goes on after a restart and after a lock', async () => {
    const old = await mint();
    const url = await connect('one', old.id);
    await app.call('rotation.start', { credential: 'ci' });
    await app.call('vault.lock', {});
    app.clock.advance(6 * MINUTE_MS);
    const { clock } = app;
    await app.quit();
    app = await RunningApp.onSandbox(folder, clock);
    expect(await rotations()).toHaveLength(1);
    expect(
      await statusOf(url.replace(/:\d+/, `:${(await app.call('app.status', {})).api?.split(':')[2]}`)),
    ).toBe(200);
    app.clock.advance(6 * MINUTE_MS);
    await eventually(async () => expect(await rotations()).toEqual([]));
    expect(await uids()).not.toContain(old.uid);
  });

  it('is not rotated twice at once, nor deleted under way, nor bound to a new connection', async () => {
    const old = await mint();
    const [first, second] = await Promise.allSettled([
      app.call('rotation.start', { credential: 'ci' }),
      app.call('rotation.start', { credential: 'ci' }),
    ]);
    expect(first.status).toBe('fulfilled');
    expect(second).toMatchObject({ status: 'rejected', reason: { code: 'ROTATION_RUNNING' } });
    for (const id of [old.id, 'ci'])
      await expect(app.call('credential.delete', { id })).rejects.toMatchObject({ code: 'ROTATION_RUNNING' });
    const { connection } = await app.call('connection.create', {
      ...{ workspace: 'sandbox', kind: 'api', name: 'new' },
    });
    expect(connection.credentialIds).not.toContain(old.id);
    await expect(connect('named', old.id)).rejects.toMatchObject({ code: 'CREDENTIAL_UNKNOWN' });
  });

  it('was imported: it is found at the service by how it begins', async () => {
    const { revealId, credential: minted } = await app.call('token.create', {
      ...{ workspace: 'sandbox', name: 'dashboard', scope: 'read', expireDays: 30 },
    });
    const shown = await app.call('reveal.take', { revealId });
    const token = shown.kind === 'token' ? shown.token : '';
    await app.call('workspace.add', { name: 'other', apiUrl: 'http://127.0.0.1:9' });
    const importedToken = { name: 'pasted', scope: 'read', token } as const;
    const { credential } = await app.call('token.import', { workspace: 'sandbox', ...importedToken });
    expect(credential.uid).toBeNull();
    await app.call('rotation.start', { credential: 'pasted' });
    await app.call('rotation.finish', { rotation: 'pasted' });
    expect(await uids()).not.toContain(minted.uid);

    const strange = {
      name: 'strange',
      scope: 'read',
      token: 'nfyio_at_nobodyknowsme000000',
      unverified: true,
    } as const;
    await app.call('token.import', { workspace: 'sandbox', ...strange });
    await expect(app.call('rotation.start', { credential: 'strange' })).rejects.toMatchObject({
      code: 'CREDENTIAL_NOT_LOCATED',
    });
    await app.call('token.import', { workspace: 'other', ...strange });
    await expect(app.call('rotation.start', { credential: 'strange', kind: 'token' })).rejects.toMatchObject({
      code: 'INVALID_INPUT',
    });
  });
});
