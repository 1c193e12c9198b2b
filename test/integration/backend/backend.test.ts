import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Backend, createBackend } from '../../../src/main/backend/backend.ts';
import { AppError } from '../../../src/main/lib/appError.ts';
import { Secret } from '../../../src/main/lib/secret.ts';
import { StartedSandbox } from '../sandbox-rest/startedSandbox.ts';

const sandbox = new StartedSandbox();
let backend: Backend;

const backendFor = (token: string): Backend =>
  createBackend({
    apiUrl: sandbox.running.api,
    token: Secret.of(token),
    clock: { now: () => sandbox.nowMs, after: () => () => undefined },
  });

beforeAll(async () => {
  await sandbox.start();
  backend = backendFor(await sandbox.controlToken());
});
afterAll(() => sandbox.remove());

const failureOf = async (call: Promise<unknown>): Promise<AppError> => {
  const error = await call.then(
    () => null,
    (reason: unknown) => reason,
  );
  if (!(error instanceof AppError)) throw new Error(`expected an AppError, got ${String(error)}`);
  return error;
};

describe('the service behind typed calls', () => {
  it('says who the token belongs to', async () => {
    const me = await backend.me();
    expect(me.user?.email).toContain('@');
    expect(await backend.currentWorkspace()).toEqual({ uid: me.workspaceId, name: 'sandbox' });
  });

  it('mints a token whose text is a Secret and works, lists it and deletes it', async () => {
    const { token, ...made } = await backend.createToken({
      name: 'ci',
      scope: 'read',
      expireDays: 7,
      route: '/api/*',
    });
    expect(made).toMatchObject({ name: 'ci', scope: 'read', route: '/api/*' });
    expect(made.expiresAt).toBe('2026-11-30T12:00:00.000Z');
    expect(token).toBeInstanceOf(Secret);
    expect(JSON.stringify({ token, ...made })).not.toContain(token.reveal());
    expect((await sandbox.call(token.reveal(), 'GET', '/api/auth/me')).status).toBe(200);
    expect((await backend.listTokens()).map(({ uid }) => uid)).toContain(made.uid);
    await backend.deleteToken(made.uid);
    expect((await sandbox.call(token.reveal(), 'GET', '/api/auth/me')).status).toBe(401);
    expect((await failureOf(backend.deleteToken(made.uid))).code).toBe('BACKEND_NOT_FOUND');
  });

  it('creates, regenerates, lists and deletes an access key', async () => {
    const made = await backend.createKey({ name: 'site', buckets: ['demo'], permission: 'read-write' });
    expect(made).toMatchObject({ buckets: ['demo'], permission: 'read-write', expiresAt: null });
    const fresh = await backend.regenerateKey(made.uid);
    expect(fresh.accessKeyId).toBe(made.accessKeyId);
    expect(fresh.secretAccessKey.reveal()).not.toBe(made.secretAccessKey.reveal());
    const listed = await backend.listKeys();
    expect(listed).toHaveLength(1);
    expect(JSON.stringify(listed)).not.toContain('secret');
    await backend.deleteKey(made.uid);
    expect(await backend.listKeys()).toEqual([]);
  });

  it('creates, lists and deletes buckets', async () => {
    expect(await backend.createBucket('photos')).toEqual({
      name: 'photos',
      createdAt: '2026-11-23T12:00:00.000Z',
    });
    expect((await backend.listBuckets()).map(({ name }) => name)).toEqual(['demo', 'photos']);
    await backend.deleteBucket('photos');
    expect((await backend.listBuckets()).map(({ name }) => name)).toEqual(['demo']);
  });

  it('collects a list over all its pages', async () => {
    const many = backendFor(await sandbox.controlToken('many'));
    for (let count = 0; count < 120; count += 1)
      await many.createToken({ name: `token ${count}`, scope: 'read', expireDays: 1 });
    const uids = (await many.listTokens()).map(({ uid }) => uid);
    expect(uids).toHaveLength(121);
    expect(new Set(uids).size).toBe(121);
  });

  it('sends an id as one segment of the path, whatever is in it', async () => {
    expect((await failureOf(backend.deleteToken('../object-storage/buckets/demo'))).code).toBe(
      'BACKEND_NOT_FOUND',
    );
    expect((await failureOf(backend.deleteBucket('..'))).code).toBe('INVALID_INPUT');
    expect((await backend.listBuckets()).map(({ name }) => name)).toContain('demo');
  });
});

describe('the refusals of the service', () => {
  it('become errors of the table, with its words quoted', async () => {
    const taken = await failureOf(backend.createBucket('demo'));
    expect(taken.code).toBe('BACKEND_CONFLICT');
    expect(taken.message).toContain('DUPLICATE_ENTRY: "A bucket of that name already exists."');
    expect(taken.message).toContain(new URL(sandbox.running.api).host);
    expect((await failureOf(backend.createBucket('NO'))).code).toBe('BACKEND_REFUSED_INPUT');
    const reader = await backend.createToken({ name: 'reader', scope: 'read', expireDays: 1 });
    const readOnly = await failureOf(backendFor(reader.token.reveal()).createBucket('photos'));
    expect(readOnly.code).toBe('BACKEND_FORBIDDEN');
    expect(readOnly.message).toContain('SCOPE_FORBIDDEN');
  });

  it('tell a valid token, a restricted one and an invalid one apart', async () => {
    const restricted = await backend.createToken({
      name: 'chat only',
      scope: 'write',
      expireDays: 1,
      route: '/api/chat/*',
    });
    expect((await backend.probeToken()).kind).toBe('valid');
    expect(await backendFor(restricted.token.reveal()).probeToken()).toEqual({ kind: 'restricted' });
    expect(await backendFor('nfyio_at_unknown').probeToken()).toEqual({ kind: 'invalid' });
  });

  it('a token that cannot stand in a header is unauthorized without being sent', async () => {
    const error = await failureOf(backendFor('nfyio_at_two\r\nx-lines: 1').me());
    expect(error.code).toBe('BACKEND_UNAUTHORIZED');
    expect(error.message).not.toContain('x-lines');
    expect(await backendFor('nfyio_at_ünïcode').probeToken()).toEqual({ kind: 'invalid' });
  });
});
