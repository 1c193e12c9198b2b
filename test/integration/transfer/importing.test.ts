import { randomUUID } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { temporaryFolder } from '../../helpers/temporaryFolder.ts';
import type { RandomRecord } from './randomVault.ts';
import { type TestVaultWithTransfer, vaultWithTransfer } from './twoVaults.ts';

const createdAt = '2026-01-01T00:00:00.000Z';
const workspaceNamed = (name: string, s3Url = 'https://s3.nfyio.com'): RandomRecord => ({
  ...{ kind: 'workspace', id: randomUUID(), secret: null },
  meta: { name, apiUrl: null, s3Url, createdAt, hasControlToken: false, isSandbox: false },
});
const keyNamed = (name: string, workspaceId: string, accessKeyId: string, secret: string): RandomRecord => ({
  ...{ kind: 'credential', id: randomUUID(), secret },
  meta: {
    ...{ kind: 'key', uid: null, workspaceId, name, origin: 'imported', createdAt, expiresAt: null },
    ...{ accessKeyId, buckets: ['*'], permission: 'read-write' },
  },
});

let here: TestVaultWithTransfer;
let path: string;
const work = workspaceNamed('work');
beforeEach(async () => {
  here = await vaultWithTransfer();
  path = join(temporaryFolder(), 'file');
  await here.fill([work, keyNamed('default', work.id, 'AKIAKNOWN', 'known-secret')]);
});

const profiles = (...pairs: readonly (readonly [string, string, string])[]): void =>
  writeFileSync(
    path,
    pairs
      .map(([name, id, secret]) => `[${name}]\naws_access_key_id=${id}\naws_secret_access_key=${secret}\n`)
      .join('\n'),
  );
const look = () => here.importing.preview({ path, workspace: 'work' });
const code = (task: Promise<unknown>) =>
  task.then(
    () => 'done',
    (error: { code: string }) => error.code,
  );

describe('a preview', () => {
  it('finds the endpoint of a profile in the config beside the credentials, as the AWS tools do', async () => {
    const folder = temporaryFolder();
    path = join(folder, 'credentials');
    profiles(
      ['default', 'AKIAHERE', 'a-secret'],
      ['other', 'AKIAOTHER', 'b-secret'],
      ['none', 'AKIANONE', 'c-secret'],
    );
    writeFileSync(
      join(folder, 'config'),
      '[default]\nendpoint_url = https://s3.nfyio.com\n[profile other]\nregion = x\nendpoint_url=https://s3.example.org\n',
    );
    const { candidates } = await look();
    expect(candidates.map(({ name, endpoint, isElsewhere }) => [name, endpoint, isElsewhere])).toEqual([
      ['default', 'https://s3.nfyio.com', false],
      ['other', 'https://s3.example.org', true],
      ['none', null, false],
    ]);
  });

  it('tells what is new, what is here already, and what stands in the way', async () => {
    profiles(
      ['new', 'AKIANEW', 'new-secret'],
      ['under another name', 'AKIAKNOWN', 'known-secret'],
      ['changed', 'AKIAKNOWN', 'other-secret'],
      ['default', 'AKIAOTHER', 'third-secret'],
      ['twice', 'AKIANEW', 'new-secret'],
    );
    const { candidates } = await look();
    expect(candidates.map(({ name, status, conflict }) => [name, status, conflict])).toEqual([
      ['new', 'new', null],
      ['under another name', 'same', null],
      ['changed', 'conflict', 'differs'],
      ['default', 'conflict', 'name-taken'],
      ['twice', 'same', null],
    ]);
    expect(JSON.stringify(candidates)).not.toMatch(/-secret/);
    expect(here.records()).toHaveLength(2);
  });

  it('marks what belongs to another endpoint', async () => {
    writeFileSync(
      path,
      '[r]\ntype = s3\naccess_key_id = A\nsecret_access_key = B\nendpoint = s3.elsewhere.example\n',
    );
    expect((await look()).candidates).toMatchObject([
      { endpoint: 'https://s3.elsewhere.example', isElsewhere: true },
    ]);
  });

  it('leaves out what cannot serve: temporary keys, halves, keys of connections', async () => {
    writeFileSync(
      path,
      [
        '[temporary]\naws_access_key_id=A\naws_secret_access_key=B\naws_session_token=C',
        '[half]\naws_access_key_id=A',
        '[local]\naws_access_key_id=NFYLOCALABCDEFGHIJKL\naws_secret_access_key=B',
        '[broken]\naws_access_key_id=A\naws_secret_access_key=B C',
      ].join('\n'),
    );
    const { candidates, skipped } = await look();
    expect(candidates).toEqual([]);
    expect(skipped.map(({ because }) => because).sort()).toEqual([
      ...['incomplete', 'local', 'session-token', 'unusable'],
    ]);
  });
});

describe('what was chosen', () => {
  it('comes in whole, in one change, or not at all', async () => {
    profiles(['a', 'AKIAA', 'secret-a'], ['default', 'AKIAB', 'secret-b']);
    const { importId, candidates } = await look();
    expect(await code(here.importing.apply(importId, candidates))).toBe('IMPORT_CONFLICT');
    expect(here.records()).toHaveLength(2);
    const [a, b] = candidates.map(({ id }) => id);
    const chosen = [{ id: a ?? '' }, { id: b ?? '', name: 'second' }];
    const imported = await here.importing.apply(importId, chosen);
    expect(imported.map(({ name, isNew }) => [name, isNew])).toEqual([
      ['a', true],
      ['second', true],
    ]);
    expect(here.records().map(({ secret }) => secret)).toEqual([
      null,
      'known-secret',
      'secret-a',
      'secret-b',
    ]);
  });

  it('has to bring along what it needs', async () => {
    const other = workspaceNamed('other', 'https://s3.other.example');
    const key = keyNamed('k', other.id, 'AKIAK', 'secret-k');
    writeFileSync(
      path,
      JSON.stringify({ format: 'nfyio-vault/plain-export', version: 1, records: [other, key] }),
    );
    const { importId, candidates } = await here.importing.preview({ path });
    const [, ofKey] = candidates;
    const error = await here.importing
      .apply(importId, [{ id: ofKey?.id ?? '' }])
      .catch((thrown: Error) => thrown);
    expect(error).toMatchObject({
      code: 'IMPORT_INCOMPLETE',
      message: expect.stringContaining('k needs other'),
    });
  });

  it('joins the workspace of the same name when that is at the same endpoints', async () => {
    const same = workspaceNamed('work');
    const key = keyNamed('k', same.id, 'AKIAK', 'secret-k');
    writeFileSync(
      path,
      JSON.stringify({ format: 'nfyio-vault/plain-export', version: 1, records: [same, key] }),
    );
    const { importId, candidates } = await here.importing.preview({ path });
    expect(candidates.map(({ status }) => status)).toEqual(['same', 'new']);
    await here.importing.apply(importId, candidates);
    expect(here.records().at(-1)?.meta).toMatchObject({ name: 'k', workspaceId: work.id });
  });

  it('is a workspace like any, where it was the sandbox of another home', async () => {
    const sandbox = workspaceNamed('sandbox', 'http://127.0.0.1:9');
    const record = { ...sandbox, meta: { ...sandbox.meta, isSandbox: true } };
    writeFileSync(
      path,
      JSON.stringify({ format: 'nfyio-vault/plain-export', version: 1, records: [record] }),
    );
    const { importId, candidates } = await here.importing.preview({ path });
    expect(candidates).toMatchObject([{ isSandboxElsewhere: true }]);
    await here.importing.apply(importId, candidates);
    expect(here.records().at(-1)?.meta).toMatchObject({ name: 'sandbox', isSandbox: false });
  });

  it('is judged anew: what came in meanwhile does not come in twice', async () => {
    profiles(['a', 'AKIAA', 'secret-a']);
    const [one, other] = [await look(), await look()];
    await here.importing.apply(one.importId, one.candidates);
    expect(await here.importing.apply(other.importId, other.candidates)).toMatchObject([{ isNew: false }]);
    expect(here.records()).toHaveLength(3);
  });
});

describe('an import that waits', () => {
  it.each([
    ['five minutes', () => here.clock.advance(300_000)],
    ['a sleep of the machine', () => here.clock.sleep(400_000)],
    ['a lock', () => here.tray.clear()],
    ['its end', (importId: string) => here.importing.discard(importId)],
  ])('is gone after %s', async (_, pass) => {
    profiles(['a', 'AKIAA', 'secret-a']);
    const { importId, candidates } = await look();
    pass(importId);
    expect(await code(here.importing.apply(importId, candidates))).toBe('IMPORT_GONE');
  });

  it('does not wait at all when the vault is locked while its file is read', async () => {
    profiles(['a', 'AKIAA', 'secret-a']);
    const looking = code(look());
    // It has been looked whether the vault is open, and the file takes several turns.
    await new Promise((turn) => setImmediate(turn));
    here.vault.lock();
    here.tray.clear();
    expect(await looking).toBe('VAULT_LOCKED');
    expect(here.clock.pendingTimers).toBe(0);
  });

  it('does not come back when the vault is locked while it is applied', async () => {
    profiles(['default', 'AKIAA', 'secret-a']);
    const { importId, candidates } = await look();
    const applying = code(here.importing.apply(importId, candidates));
    here.vault.lock();
    here.tray.clear();
    expect(await applying).toBe('VAULT_LOCKED');
    expect(await code(here.importing.apply(importId, candidates))).toBe('IMPORT_GONE');
  });

  it('is applied once, however many ask', async () => {
    profiles(['a', 'AKIAA', 'secret-a']);
    const { importId, candidates } = await look();
    const codes = await Promise.all([1, 2, 3].map(() => code(here.importing.apply(importId, candidates))));
    expect(codes.sort()).toEqual(['IMPORT_GONE', 'IMPORT_GONE', 'done']);
  });

  it('gives way when four newer ones wait', async () => {
    profiles(['a', 'AKIAA', 'secret-a']);
    const first = await look();
    for (let more = 0; more < 4; more += 1) await look();
    expect(await code(here.importing.apply(first.importId, first.candidates))).toBe('IMPORT_GONE');
    expect(here.clock.pendingTimers).toBe(4);
  });
});
