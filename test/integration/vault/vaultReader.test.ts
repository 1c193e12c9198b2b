import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { Secret } from '../../../src/main/lib/secret.ts';
import { passphraseWrapper } from '../../../src/main/vault/passphraseWrapper.ts';
import { newRecoveryKey, recoveryKeyWrapper } from '../../../src/main/vault/recoveryKey.ts';
import { TestHome, testPassphrase } from '../../helpers/servedVault.ts';
import { temporaryFolder } from '../../helpers/temporaryFolder.ts';
import { cheapCost, openVault, put } from '../../helpers/testVault.ts';
import { readVault, readVaultByRecoveryKey } from './documentedReader.ts';

const fileIn = (folder: string, suffix = ''): Buffer => readFileSync(join(folder, `vault.nfyv${suffix}`));

describe('a vault of the command line, read from the document alone', () => {
  const home = new TestHome();
  afterAll(() => home.remove());

  it('holds record for record what was put in and what is listed', async () => {
    await home.serve(['--sandbox']);
    const token = 'nfyio_at_documented0123456789';
    const secretAccessKey = 'documented/secret+key';
    await home.json(
      [
        'token',
        'import',
        '--workspace',
        'sandbox',
        '--name',
        'tök',
        '--scope',
        'read',
        '--route',
        '/api/*',
        '--unverified',
      ],
      token,
    );
    await home.json(
      [
        'key',
        'import',
        '--workspace',
        'sandbox',
        '--name',
        'k',
        '--bucket',
        '*',
        '--permission',
        'read',
        '--unverified',
      ],
      JSON.stringify({ accessKeyId: 'AKIADOCUMENTED', secretAccessKey }),
    );
    const connection = await home.connect('s3', 'c', '--credential', 'k');
    const listed = [
      ...(await home.json(['token', 'list'])).credentials,
      ...(await home.json(['key', 'list'])).credentials,
    ];
    await home.stop();

    const { records } = readVault(fileIn(home.home), testPassphrase);
    const ofKind = (kind: string) => records.filter((record) => record.kind === kind);
    expect(records).toHaveLength(4);
    expect(ofKind('connection')).toMatchObject([{ id: connection.id, secret: connection.secretAccessKey }]);
    expect(ofKind('credential')).toMatchObject(
      listed.map(({ id, ...meta }, index) => ({ id, meta, secret: [token, secretAccessKey][index] })),
    );
    const [workspace] = ofKind('workspace');
    expect(workspace?.meta).toMatchObject({ name: 'sandbox', hasControlToken: true, isSandbox: true });
    expect(workspace?.secret).toMatch(/^nfyio_at_/);
  });
});

const passphrase = 'Ångström ﬁsh 龍';
const documentedVault = async () => {
  const folder = temporaryFolder();
  const vault = await openVault(folder);
  await vault.create(passphraseWrapper(Secret.of(passphrase), cheapCost));
  return { folder, vault };
};

describe('a vault after many saves, read from the document alone', () => {
  it('agrees after records were added, changed, kept and deleted', async () => {
    const { folder, vault } = await documentedVault();
    await vault.commit([put('a', 'first'), put('b', 'second'), put('ünïcode 龍', 'thïrd')]);
    await vault.commit([put('a', undefined, { name: 'a', renamed: true }), put('no secret')]);
    await vault.commit([
      { op: 'delete', id: 'b' },
      put('w', 'control', { deep: [{ x: null }] }, 'workspace'),
    ]);
    const { generation, records } = readVault(fileIn(folder), passphrase);
    expect(generation).toBe(4);
    expect(records).toEqual([
      { kind: 'credential', id: 'a', revision: 3, meta: { name: 'a', renamed: true }, secret: 'first' },
      { kind: 'credential', id: 'ünïcode 龍', revision: 2, meta: { name: 'ünïcode 龍' }, secret: 'thïrd' },
      { kind: 'credential', id: 'no secret', revision: 3, meta: { name: 'no secret' }, secret: null },
      { kind: 'workspace', id: 'w', revision: 4, meta: { deep: [{ x: null }] }, secret: 'control' },
    ]);
  });

  it('opens with the passphrase however its letters were composed', async () => {
    const { folder } = await documentedVault();
    expect(readVault(fileIn(folder), passphrase.normalize('NFD')).records).toEqual([]);
    expect(() => readVault(fileIn(folder), 'angstrom fish')).toThrow();
  });

  it('opens with the recovery key as it is written down', async () => {
    const { folder, vault } = await documentedVault();
    await vault.commit([put('a', 'first')]);
    const recoveryKey = newRecoveryKey();
    await vault.addSlot(recoveryKeyWrapper(recoveryKey));
    const { records } = readVaultByRecoveryKey(fileIn(folder), recoveryKey.reveal());
    expect(records.map(({ secret }) => secret)).toEqual(['first']);
  });

  it('finds five earlier generations, the newest first, each a whole vault', async () => {
    const { folder, vault } = await documentedVault();
    for (let round = 2; round <= 9; round += 1) await vault.commit([put('a', `of ${round}`)]);
    expect(readdirSync(folder).sort()).toEqual(
      ['', '.1', '.2', '.3', '.4', '.5'].map((suffix) => `vault.nfyv${suffix}`),
    );
    for (const [age, suffix] of ['', '.1', '.2', '.3', '.4', '.5'].entries()) {
      const { generation, records } = readVault(fileIn(folder, suffix), passphrase);
      expect([generation, records[0]?.secret]).toEqual([9 - age, `of ${9 - age}`]);
    }
  });
});

describe('a vault of a later format', () => {
  it.each([
    ['that an older reader may not read', [8, 10]],
    ['that says an older reader may', [8]],
  ])('%s is refused and left as it is', async (_, offsets) => {
    const { folder } = await documentedVault();
    const bytes = fileIn(folder);
    for (const offset of offsets) bytes.writeUInt16BE(3, offset);
    createHash('sha256')
      .update(bytes.subarray(0, -32))
      .digest()
      .copy(bytes, bytes.length - 32);
    writeFileSync(join(folder, 'vault.nfyv'), bytes);
    await expect(openVault(folder)).rejects.toMatchObject({ code: 'VAULT_NEWER' });
    expect(readdirSync(folder)).toEqual(['vault.nfyv']);
    expect(fileIn(folder).equals(bytes)).toBe(true);
  });
});
