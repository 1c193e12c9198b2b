import { mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DAY_MS, StartedSandbox } from './startedSandbox.ts';

let sandbox: StartedSandbox;
let control = '';
beforeEach(async () => {
  sandbox = new StartedSandbox();
  await sandbox.start();
  control = await sandbox.controlToken();
});
afterEach(() => sandbox.remove());

const KEYS = '/api/object-storage/access-keys';
const BUCKETS = '/api/object-storage/buckets';

const newKey = async (wanted: object = {}) =>
  (
    await sandbox.call(control, 'POST', KEYS, {
      name: 'made',
      buckets: ['demo'],
      permission: 'read-write',
      ...wanted,
    })
  ).body.data;

describe('access tokens', () => {
  it('are shown in full once, and by their first 14 characters afterwards', async () => {
    const made = await sandbox.call(control, 'POST', '/api/access-tokens', {
      name: 'ci',
      scope: 'read',
      expireDays: 7,
      route: '/api/chat/*',
    });
    const { token, ...shown } = made.body.data;
    expect(token).toMatch(/^nfyio_at_[A-Za-z0-9_-]{43}$/);
    expect(shown).toEqual({
      uid: expect.stringMatching(/^[0-9a-f-]{36}$/),
      name: 'ci',
      prefix: token.slice(0, 14),
      scope: 'read',
      route: '/api/chat/*',
      createdAt: '2026-11-23T12:00:00.000Z',
      expiresAt: '2026-11-30T12:00:00.000Z',
      lastUsedAt: null,
    });
    const listed = await sandbox.call(control, 'GET', '/api/access-tokens');
    expect(listed.body.data).toContainEqual(shown);
    expect(listed.text).not.toContain(token);
  });

  it('remember when they were last used, also over a restart', async () => {
    sandbox.nowMs += 5_000;
    await sandbox.call(control, 'GET', '/api/auth/me');
    await sandbox.stop();
    sandbox.nowMs += DAY_MS;
    await sandbox.start();
    const other = await sandbox.controlToken();
    const { body } = await sandbox.call(other, 'GET', '/api/access-tokens');
    expect(body.data.map(({ lastUsedAt }: { lastUsedAt: string }) => lastUsedAt)).toEqual([
      '2026-11-23T12:00:05.000Z',
      '2026-11-24T12:00:05.000Z',
    ]);
  });
});

describe('access keys', () => {
  it('show their secret at creation only', async () => {
    const { secretAccessKey, ...shown } = await newKey({ expireDays: 30 });
    expect(secretAccessKey).toMatch(/^[A-Za-z0-9+/]{40}$/);
    expect(shown).toEqual({
      uid: expect.stringMatching(/^[0-9a-f-]{36}$/),
      name: 'made',
      accessKeyId: expect.stringMatching(/^AKIA[A-Z2-7]{16}$/),
      buckets: ['demo'],
      permission: 'read-write',
      createdAt: '2026-11-23T12:00:00.000Z',
      expiresAt: '2026-12-23T12:00:00.000Z',
      lastUsedAt: null,
    });
    const listed = await sandbox.call(control, 'GET', KEYS);
    expect(listed.body.data).toEqual([shown]);
    expect(listed.text).not.toContain(secretAccessKey);
  });

  it('keep id, buckets, permission and expiry when their secret is regenerated', async () => {
    const { secretAccessKey, ...shown } = await newKey();
    const { status, body } = await sandbox.call(control, 'POST', `${KEYS}/${shown.uid}/regenerate`);
    expect(status).toBe(200);
    const { secretAccessKey: fresh, ...after } = body.data;
    expect(after).toEqual(shown);
    expect(fresh).toMatch(/^[A-Za-z0-9+/]{40}$/);
    expect(fresh).not.toBe(secretAccessKey);
  });

  it('are gone when deleted', async () => {
    const { uid } = await newKey();
    expect((await sandbox.call(control, 'DELETE', `${KEYS}/${uid}`)).status).toBe(204);
    for (const [method, path] of [
      ['DELETE', `${KEYS}/${uid}`],
      ['POST', `${KEYS}/${uid}/regenerate`],
    ] as const) {
      const { status, body } = await sandbox.call(control, method, path);
      expect([status, body.error.code]).toEqual([404, 'NOT_FOUND']);
    }
  });

  it('are made for buckets that exist, and with fields that make sense', async () => {
    const made = (wanted: object) =>
      sandbox.call(control, 'POST', KEYS, { name: 'k', buckets: ['demo'], permission: 'read', ...wanted });
    expect((await made({ buckets: ['none'] })).body.error.code).toBe('NOT_FOUND');
    const details = async (wanted: object) => (await made(wanted)).body.error.details[0].path;
    expect(await details({ buckets: [] })).toBe('buckets');
    expect(await details({ permission: 'write' })).toBe('permission');
    expect(await details({ expireDays: 1000 })).toBe('expireDays');
  });
});

describe('buckets', () => {
  it('start with demo, and can be made and deleted', async () => {
    const made = await sandbox.call(control, 'POST', BUCKETS, { name: 'photos' });
    expect(made.status).toBe(201);
    expect(made.body.data).toEqual({ name: 'photos', createdAt: '2026-11-23T12:00:00.000Z' });
    const names = async () =>
      (await sandbox.call(control, 'GET', BUCKETS)).body.data.map(({ name }: { name: string }) => name);
    expect(await names()).toEqual(['demo', 'photos']);
    expect((await sandbox.call(control, 'DELETE', `${BUCKETS}/photos`)).status).toBe(204);
    expect(await names()).toEqual(['demo']);
    expect((await sandbox.call(control, 'DELETE', `${BUCKETS}/photos`)).status).toBe(404);
  });

  it('refuses a name that is taken as DUPLICATE_ENTRY', async () => {
    const { status, body } = await sandbox.call(control, 'POST', BUCKETS, { name: 'demo' });
    expect([status, body.error.code]).toEqual([409, 'DUPLICATE_ENTRY']);
  });

  it.each(['ab', 'a'.repeat(64), 'Photos', 'a_b', '../x', '', 7])('refuses the name %j', async (name) => {
    const { status, body } = await sandbox.call(control, 'POST', BUCKETS, { name });
    expect([status, body.error.code, body.error.details[0].path]).toEqual([400, 'INVALID_INPUT', 'name']);
  });

  it('ends at 100 with QUOTA_EXCEEDED', async () => {
    for (let count = 2; count <= 100; count += 1)
      expect((await sandbox.call(control, 'POST', BUCKETS, { name: `bucket-${count}` })).status).toBe(201);
    const { status, body } = await sandbox.call(control, 'POST', BUCKETS, { name: 'one-more' });
    expect([status, body.error.code]).toEqual([402, 'QUOTA_EXCEEDED']);
    const quota = await sandbox.call(control, 'GET', '/api/billing/quota');
    expect(quota.body.data.buckets).toEqual({ used: 100, limit: 100 });
  });
});

describe('workspaces', () => {
  it('do not see, use or delete what is in another one', async () => {
    const stranger = await sandbox.controlToken('another');
    const key = await newKey();
    const [token] = (await sandbox.call(control, 'GET', '/api/access-tokens')).body.data;
    for (const [method, path] of [
      ['DELETE', `/api/access-tokens/${token.uid}`],
      ['DELETE', `${KEYS}/${key.uid}`],
      ['POST', `${KEYS}/${key.uid}/regenerate`],
      ['DELETE', `${BUCKETS}/demo`],
    ] as const) {
      const { status, body } = await sandbox.call(stranger, method, path);
      expect([path, status, body.error.code]).toEqual([path, 404, 'NOT_FOUND']);
    }
    const foreignKey = await sandbox.call(stranger, 'POST', KEYS, {
      name: 'k',
      buckets: ['demo'],
      permission: 'read',
    });
    expect(foreignKey.body.error.code).toBe('NOT_FOUND');
    expect((await sandbox.call(stranger, 'GET', BUCKETS)).body.data).toEqual([]);
    expect((await sandbox.call(stranger, 'GET', KEYS)).body.data).toEqual([]);
    expect((await sandbox.call(stranger, 'POST', BUCKETS, { name: 'demo' })).body.error.code).toBe(
      'DUPLICATE_ENTRY',
    );
    expect((await sandbox.call(control, 'GET', KEYS)).body.data).toHaveLength(1);
  });
});

describe('what lies on disk', () => {
  it('survives a restart: tokens, keys, buckets, workspaces', async () => {
    const key = await newKey();
    await sandbox.call(control, 'POST', BUCKETS, { name: 'photos' });
    const stranger = await sandbox.controlToken('another');
    await sandbox.call(stranger, 'POST', BUCKETS, { name: 'theirs' });
    const before = await sandbox.call(control, 'GET', '/api/auth/me');
    await sandbox.stop();
    await sandbox.start();
    expect((await sandbox.call(control, 'GET', '/api/auth/me')).body).toEqual(before.body);
    const names = async (token: string) =>
      (await sandbox.call(token, 'GET', BUCKETS)).body.data.map(({ name }: { name: string }) => name);
    expect(await names(control)).toEqual(['demo', 'photos']);
    expect(await names(stranger)).toEqual(['theirs']);
    expect((await sandbox.call(control, 'GET', KEYS)).body.data[0].accessKeyId).toBe(key.accessKeyId);
  });

  it('holds no token and no S3 secret in clear', async () => {
    const key = await newKey();
    const { body } = await sandbox.call(control, 'POST', `${KEYS}/${key.uid}/regenerate`);
    await sandbox.stop();
    const files = readdirSync(sandbox.folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => readFileSync(join(entry.parentPath, entry.name)));
    expect(files.length).toBeGreaterThan(2);
    for (const content of files)
      for (const secret of [control, key.secretAccessKey, body.data.secretAccessKey])
        expect(content.includes(secret)).toBe(false);
  });

  it.skipIf(process.platform === 'win32')('is readable by its owner only', () => {
    expect(statSync(sandbox.folder).mode & 0o777).toBe(0o700);
    for (const file of ['accounts.json', 'master.key'])
      expect(statSync(join(sandbox.folder, file)).mode & 0o777).toBe(0o600);
  });

  it('answers INTERNAL_ERROR when it cannot be written, and what was asked for did not happen', async () => {
    const accounts = join(sandbox.folder, 'accounts.json');
    const content = readFileSync(accounts);
    rmSync(accounts);
    mkdirSync(join(accounts, 'in the way'), { recursive: true });
    const { status, body, text } = await sandbox.call(control, 'POST', '/api/access-tokens', {
      name: 'lost',
      scope: 'read',
      expireDays: 1,
    });
    expect([status, body.error.code]).toEqual([500, 'INTERNAL_ERROR']);
    expect(text).not.toContain(sandbox.folder);
    expect(sandbox.logged).toHaveLength(1);
    rmSync(accounts, { recursive: true });
    writeFileSync(accounts, content);
    expect((await sandbox.call(control, 'GET', '/api/access-tokens')).body.pagination.total).toBe(1);
    expect(readdirSync(sandbox.folder).filter((name) => name.endsWith('.tmp'))).toEqual([]);
  });

  it('is never replaced by an empty sandbox when it is damaged', async () => {
    await sandbox.stop();
    const accounts = join(sandbox.folder, 'accounts.json');
    const good = readFileSync(accounts);
    writeFileSync(accounts, good.subarray(0, good.length / 2));
    await expect(sandbox.start()).rejects.toThrow(/accounts\.json is damaged/);
    expect(readFileSync(accounts)).toEqual(good.subarray(0, good.length / 2));
    writeFileSync(accounts, good);
    rmSync(join(sandbox.folder, 'master.key'));
    await expect(sandbox.start()).rejects.toThrow(/master\.key is missing/);
  });
});

describe('ports', () => {
  it('are those that were asked for, on 127.0.0.1', async () => {
    const apiPort = Number(new URL(sandbox.running.api).port);
    const s3Port = Number(new URL(sandbox.running.s3).port);
    await sandbox.stop();
    await sandbox.start({ apiPort, s3Port });
    expect(sandbox.running.api).toBe(`http://127.0.0.1:${apiPort}`);
    expect(sandbox.running.s3).toBe(`http://127.0.0.1:${s3Port}`);
  });

  it('are free ones where those are taken', async () => {
    await sandbox.stop();
    const squatter = createServer();
    const apiPort = await new Promise<number>((resolve) =>
      squatter.listen(0, '127.0.0.1', () => resolve((squatter.address() as { port: number }).port)),
    );
    await sandbox.start({ apiPort, s3Port: apiPort });
    expect(Number(new URL(sandbox.running.api).port)).not.toBe(apiPort);
    expect((await sandbox.call(control, 'GET', '/api/auth/me')).status).toBe(200);
    await new Promise((resolve) => squatter.close(resolve));
  });
});
