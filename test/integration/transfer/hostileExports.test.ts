import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { closeSync, mkdirSync, openSync, statSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { Secret } from '../../../src/main/lib/secret.ts';
import { readExport } from '../../../src/main/transfer/readExport.ts';
import { directoryContext, VAULT_ID_BYTES } from '../../../src/main/vault/boxContext.ts';
import {
  directoryKeyOf,
  extractKey,
  fileKeyOf,
  newDataKey,
  withSlot,
} from '../../../src/main/vault/dataKey.ts';
import { sealBox } from '../../../src/main/vault/sealedBox.ts';
import { NO_SECRET } from '../../../src/main/vault/secretBox.ts';
import { openCopy, sealCopy } from '../../../src/main/vault/vaultCopy.ts';
import { encodeVault } from '../../../src/main/vault/vaultFile.ts';
import { endpointOrigin } from '../../../src/main/workspaces/endpointUrl.ts';
import { MAX_EXPORT_RECORDS } from '../../../src/shared/contract/transfer.ts';
import { temporaryFolder } from '../../helpers/temporaryFolder.ts';
import { cheapWrapper } from '../../helpers/testVault.ts';
import { type TestVaultWithTransfer, vaultWithTransfer } from './twoVaults.ts';

const workspaceId = randomUUID();
const createdAt = '2026-01-01T00:00:00.000Z';
const workspace = {
  ...{ kind: 'workspace', id: workspaceId, secret: null },
  meta: {
    ...{ name: 'w', apiUrl: 'https://app.nfyio.com', s3Url: 'https://s3.nfyio.com', createdAt },
    ...{ hasControlToken: false, isSandbox: false },
  },
};
const key = {
  ...{ kind: 'credential', id: randomUUID(), secret: 'a-secret-access-key-of-an-export' },
  meta: {
    ...{ kind: 'key', uid: null, workspaceId, name: 'k', origin: 'imported', createdAt, expiresAt: null },
    ...{ accessKeyId: 'AKIAEXPORTED', buckets: ['*'], permission: 'read' },
  },
};
const connection = {
  ...{ kind: 'connection', id: randomUUID(), secret: 'x'.repeat(40) },
  meta: {
    ...{ workspaceId, kind: 's3', name: 'c', credentialIds: [key.id], readOnly: false, buckets: null },
    ...{ prefix: null, route: null, methods: null, openPort: null, accessKeyId: 'NFYLOCALABCDEFGHIJKL' },
    ...{ createdAt, expiresAt: null },
  },
};
interface AnyRecord {
  readonly kind: string;
  readonly id: string;
  readonly meta: unknown;
  readonly secret: string | null;
}

const sealed = (records: readonly AnyRecord[]): Promise<Buffer> =>
  sealCopy(
    records.map((record) => ({
      ...record,
      secret: record.secret === null ? null : Secret.of(record.secret),
    })),
    cheapWrapper(),
  );
const codeOf = (task: Promise<unknown>): Promise<string> =>
  task.then(
    () => 'opened',
    (error: { code?: string }) => error.code ?? String(error),
  );
const withChecksum = (bytes: Buffer): Buffer => {
  const checked = bytes.subarray(0, -32);
  return Buffer.concat([checked, createHash('sha256').update(checked).digest()]);
};

describe('a sealed export', () => {
  it('shows nothing of what is in it', async () => {
    const file = await sealed([workspace, key, connection]);
    for (const text of [key.secret, key.meta.accessKeyId, workspace.meta.s3Url, connection.secret])
      expect(file.includes(text)).toBe(false);
  });

  it('is refused with any single bit turned, also when the checksum is made to fit', async () => {
    const file = await sealed([workspace]);
    for (let bit = 0; bit < file.length * 8; bit += 1) {
      const turned = Buffer.from(file);
      turned.writeUInt8((turned[bit >> 3] ?? 0) ^ (1 << (bit & 7)), bit >> 3);
      expect(await codeOf(openCopy(turned, cheapWrapper()))).toBe('IMPORT_UNREADABLE');
      if (bit >= (file.length - 32) * 8) continue;
      expect(await codeOf(openCopy(withChecksum(turned), cheapWrapper()))).toMatch(
        /^(?:IMPORT_UNREADABLE|WRONG_PASSPHRASE|VAULT_NEWER|KEYCHAIN_UNAVAILABLE)$/,
      );
    }
  });

  it('is refused when it is cut off anywhere', async () => {
    const file = await sealed([workspace]);
    for (let length = 0; length < file.length; length += 1)
      expect(await codeOf(openCopy(file.subarray(0, length), cheapWrapper()))).toBe('IMPORT_UNREADABLE');
  });

  it.each([
    ['a memory of two gigabytes', { n: 2 ** 20, r: 16 }],
    ['a cost without bounds', { n: 2 ** 40 }],
    ['sixteen million rounds', { p: 2 ** 24 }],
    ['a minute of computing', { n: 2 ** 20, r: 8, p: 16 }],
  ])('that asks for %s is refused before anything is computed', async (_, cost) => {
    const wrapper = cheapWrapper();
    const asking = {
      ...wrapper,
      wrap: async (dataKey: Buffer) => ({ ...(await wrapper.wrap(dataKey)), ...cost }),
    };
    const file = await sealCopy([], asking);
    expect(await codeOf(openCopy(file, wrapper))).toBe('IMPORT_UNREADABLE');
  });

  it('does not open with another passphrase', async () => {
    const file = await sealed([workspace]);
    expect(await codeOf(openCopy(file, cheapWrapper('another one')))).toBe('WRONG_PASSPHRASE');
  });

  it.each([
    [
      'a name of a megabyte',
      () => [{ ...workspace, meta: { ...workspace.meta, name: 'n'.repeat(2 ** 20) } }],
    ],
    ['a secret of a megabyte', () => [workspace, { ...key, secret: 's'.repeat(2 ** 20) }]],
    [
      'more records than are ever exported',
      () => Array.from({ length: MAX_EXPORT_RECORDS + 1 }, () => ({ ...workspace, id: randomUUID() })),
    ],
  ])('with %s is refused', async (_, records) => {
    expect(await codeOf(openCopy(await sealed(records()), cheapWrapper()))).toBe('IMPORT_UNREADABLE');
  });
});

const nested = (depth: number): unknown => (depth === 0 ? null : [nested(depth - 1)]);

/** By another program: ours does not even seal what it would not open. */
const sealedElsewhere = async (directory: string, secrets = 1): Promise<Buffer> => {
  const dataKey = newDataKey();
  const vaultId = randomBytes(VAULT_ID_BYTES);
  const slots = await withSlot([], cheapWrapper(), dataKey);
  const extracted = extractKey(dataKey, vaultId);
  const context = directoryContext(vaultId, 1, secrets);
  const box = sealBox(directoryKeyOf(extracted), Buffer.from(directory), context);
  const none = Array.from({ length: secrets }, () => NO_SECRET);
  const draft = {
    ...{ vaultId, generation: 1, slots, secrets: none },
    directoryBytes: box.length,
    sealDirectory: (space: Buffer): unknown => box.copy(space),
  };
  return encodeVault(draft, fileKeyOf(extracted)).bytes;
};
const line = (changed: object = {}): string => {
  const { id, kind, meta } = workspace;
  return `${JSON.stringify({ id, kind, revision: 1, meta, ...changed })}\n`;
};

describe('a sealed export of another program', () => {
  it('opens when it is as ours', async () => {
    const opened = await openCopy(await sealedElsewhere(line()), cheapWrapper());
    expect(opened).toEqual([workspace]);
  });

  it.each([
    ['metadata nested a thousand deep', line({ meta: nested(1000) }), 1],
    ['a directory that is no JSON', '{\n', 1],
    ['a directory whose last line does not end', line().trimEnd(), 1],
    ['an empty line', `${line()}\n`, 1],
    ['two records in a line', `${line().trimEnd()},${line()}`, 1],
    ['null for a record', 'null\n', 1],
    ['an id that is no text', line({ id: 1 }), 1],
    ['a record without metadata', line({ meta: undefined }), 1],
    ['a revision above its generation', line({ revision: 2 }), 1],
    ['a revision below nothing', line({ revision: -1 }), 1],
    ['an id that no box can be bound to', line({ id: 'x'.repeat(65_536) }), 1],
    ['a revision that is no number', line({ revision: '1' }), 1],
    ['two records of the same id', line() + line(), 2],
    ['fewer records than secrets', line(), 2],
    ['more records than secrets', line() + line({ id: randomUUID() }), 1],
  ])('with %s is refused', async (_, directory, secrets) => {
    expect(await codeOf(openCopy(await sealedElsewhere(directory, secrets), cheapWrapper()))).toBe(
      'IMPORT_UNREADABLE',
    );
  });
});

describe('an export in clear', () => {
  let to: TestVaultWithTransfer;
  let path: string;
  beforeEach(async () => {
    to = await vaultWithTransfer();
    path = join(temporaryFolder(), 'a.json');
  });
  const write = (records: readonly AnyRecord[], version = 1): void =>
    writeFileSync(path, JSON.stringify({ format: 'nfyio-vault/plain-export', version, records }));
  const look = () => to.importing.preview({ path });

  it.each([
    ['nested a hundred thousand deep', '['.repeat(100_000)],
    ['nested deeply and closed', `{"a":${'['.repeat(5000)}${']'.repeat(5000)}}`],
    ['of another kind', '{"format":"something else","version":1,"records":[]}'],
    ['cut off', '{"format":"nfyio-vault/plain-export","version":1,"records":[{"secret":"SECRET'],
    [
      'with a prototype in it',
      '{"__proto__":{"format":"nfyio-vault/plain-export"},"version":1,"records":[]}',
    ],
  ])('that is JSON %s is refused, without a word of it in the message', async (_, text) => {
    writeFileSync(path, text);
    const error = await look().catch((thrown: Error & { code: string }) => thrown);
    expect(error).toMatchObject({ code: 'IMPORT_UNREADABLE' });
    expect(String(error)).not.toContain('SECRET');
  });

  it('of a later version is refused as such', async () => {
    write([workspace], 2);
    expect(await codeOf(look())).toBe('VAULT_NEWER');
  });

  it('cannot bring in what could not have been made here', async () => {
    const elsewhere = { ...workspace, id: randomUUID(), meta: { ...workspace.meta, name: 'other' } };
    const ofOther = { ...key, id: randomUUID(), meta: { ...key.meta, workspaceId: elsewhere.id, name: 'o' } };
    const changed = <T extends AnyRecord & { readonly meta: object }>(
      record: T,
      meta: object,
      other: object = {},
    ) => ({
      ...record,
      ...{ id: randomUUID(), meta: { ...record.meta, ...meta } },
      ...other,
    });
    const refused = [
      changed(workspace, { name: 'plain http', apiUrl: 'http://elsewhere.example' }),
      changed(workspace, { name: 'with a user', s3Url: 'https://user:word@s3.nfyio.com' }),
      changed(workspace, { name: 'two\nlines' }),
      changed(workspace, { name: 'a token that is not there', hasControlToken: true }),
      changed(key, { name: 'without its secret' }, { secret: null }),
      changed(key, { name: 'of no workspace', workspaceId: randomUUID() }),
      changed(key, { name: 'a line break in the secret' }, { secret: 'a\r\nX-Header: b' }),
      changed(key, { name: 'a strange bucket', buckets: ['../x'] }),
      changed(connection, { name: 'another workspace’s key', credentialIds: [ofOther.id] }),
      changed(connection, { name: 'a local key that is none', accessKeyId: 'AKIASOMETHING' }),
      changed(connection, { name: 'an open port with a secret', openPort: 80, accessKeyId: null }),
      { ...workspace, id: 'not a uuid' },
      { ...key, id: workspace.id },
    ];
    write([workspace, elsewhere, ofOther, ...refused]);
    const { candidates, skipped } = await look();
    expect(candidates.map(({ name }) => name)).toEqual(['w', 'other', 'o']);
    expect(skipped.map(({ because }) => because)).toEqual(refused.map(() => 'unusable'));
  });

  it('leaves the secret of what does not come in nowhere', () => {
    const opened = [
      workspace,
      key,
      { ...key, id: 'no id' },
      { ...key, id: randomUUID(), kind: 'strange' },
    ].map((record) => ({ ...record, secret: record.secret === null ? null : Secret.of(record.secret) }));
    const { incoming, skipped } = readExport(opened, endpointOrigin);
    expect([incoming.length, skipped.length]).toEqual([2, 2]);
    const [, kept, ...leftOut] = opened.map(({ secret }) => secret?.reveal());
    expect(kept).toBe(key.secret);
    for (const text of leftOut) expect(text).toMatch(/^\0+$/);
  });

  it('cannot take the place of a record of another kind, nor lead credentials to another endpoint', async () => {
    await to.fill([workspace, key]);
    const moved = { ...workspace, meta: { ...workspace.meta, s3Url: 'https://s3.attacker.example' } };
    write([moved, { ...key, meta: { ...key.meta, name: 'k2' } }]);
    const { importId, candidates } = await look();
    expect(candidates.map(({ conflict }) => conflict)).toEqual(['differs', 'differs']);
    expect(await codeOf(to.importing.apply(importId, candidates))).toBe('IMPORT_CONFLICT');
    const other = { ...workspace, id: key.id, meta: { ...workspace.meta, name: 'new' } };
    write([other]);
    expect((await look()).candidates[0]).toMatchObject({ status: 'conflict', conflict: 'differs' });
  });
});

describe('a path', () => {
  it.each([
    ['a link', (path: string) => symlinkSync('/etc/hostname', path)],
    ['a folder', (path: string) => mkdirSync(path)],
  ])('to %s is refused', async (_, make) => {
    const { importing } = await vaultWithTransfer();
    const path = join(temporaryFolder(), 'it');
    make(path);
    expect(await codeOf(importing.preview({ path }))).toBe('FILE_UNUSABLE');
  });

  it.skipIf(process.platform === 'win32')('to a device, also one that never ends, is refused', async () => {
    const { importing } = await vaultWithTransfer();
    for (const path of ['/dev/zero', '/dev/tty', '/dev/stdin'])
      expect(await codeOf(importing.preview({ path }))).toBe('FILE_UNUSABLE');
  });

  it('that is relative, missing or to a far too large file is refused', async () => {
    const { importing } = await vaultWithTransfer();
    expect(await codeOf(importing.preview({ path: 'relative.env' }))).toBe('INVALID_INPUT');
    const path = join(temporaryFolder(), 'large');
    expect(await codeOf(importing.preview({ path }))).toBe('FILE_UNUSABLE');
    closeSync(openSync(path, 'w'));
    writeFileSync(path, 'AWS_ACCESS_KEY_ID=x');
    truncateSync(path, 2 ** 40);
    expect(statSync(path).size).toBe(2 ** 40);
    expect(await codeOf(importing.preview({ path }))).toBe('FILE_UNUSABLE');
  });
});
