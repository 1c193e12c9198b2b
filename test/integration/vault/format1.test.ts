import { createHash } from 'node:crypto';
import { copyFileSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { AppError } from '../../../src/main/lib/appError.ts';
import { openCopy } from '../../../src/main/vault/vaultCopy.ts';
import { projectRoot } from '../../helpers/sourceFiles.ts';
import { temporaryFolder } from '../../helpers/temporaryFolder.ts';
import { cheapWrapper, contentOf, openVault, put } from '../../helpers/testVault.ts';
import { readVault } from './documentedReader.ts';

/** Saved four times by the last version of the program that wrote format 1. */
const fixture = join(projectRoot, 'test', 'fixtures', 'vault', 'format1.nfyv');
const records = [
  { kind: 'credential', id: 'a', revision: 3, meta: { name: 'a', renamed: true }, secret: 'first' },
  { kind: 'credential', id: 'ünïcode 龍', revision: 2, meta: { name: 'ünïcode 龍' }, secret: 'thïrd' },
  { kind: 'credential', id: 'no secret', revision: 3, meta: { name: 'no secret' }, secret: null },
  { kind: 'workspace', id: 'w', revision: 4, meta: { deep: [{ x: null }] }, secret: 'control' },
];

const versionOf = (folder: string, name = 'vault.nfyv'): number =>
  readFileSync(join(folder, name)).readUInt16BE(8);
const read = (folder: string) => readVault(readFileSync(join(folder, 'vault.nfyv')), 'test passphrase');

const migrating = async () => {
  const folder = temporaryFolder();
  copyFileSync(fixture, join(folder, 'vault.nfyv'));
  const vault = await openVault(folder);
  await vault.unlock(cheapWrapper());
  return { folder, vault };
};

describe('a vault of format 1', () => {
  it('opens with all that is in it, and is not touched by that', async () => {
    const { folder, vault } = await migrating();
    expect(
      vault.openedRecords(() => true).map(({ secret, ...record }) => [record, secret?.reveal()]),
    ).toEqual(records.map(({ kind, id, meta, secret }) => [{ kind, id, meta }, secret ?? undefined]));
    expect(readFileSync(join(folder, 'vault.nfyv'))).toEqual(readFileSync(fixture));
    expect(read(folder)).toEqual({ version: 1, generation: 4, records });
  });

  it('becomes one of format 2 with the first save, and stays among the generations', async () => {
    const { folder, vault } = await migrating();
    await vault.commit([put('new', 'fifth')]);
    const added = { kind: 'credential', id: 'new', revision: 5, meta: { name: 'new' }, secret: 'fifth' };
    expect(read(folder)).toEqual({ version: 2, generation: 5, records: [...records, added] });
    expect([versionOf(folder), versionOf(folder, 'vault.nfyv.1')]).toEqual([2, 1]);
    const again = await openVault(folder);
    await again.unlock(cheapWrapper());
    expect(contentOf(again, 'workspace').w?.secret).toBe('control');
  });

  it('is what an earlier state may be: looked at, and gone back to', async () => {
    const { folder, vault } = await migrating();
    await vault.commit([{ op: 'delete', id: 'a' }, put('new', 'fifth')]);
    const earlier = await vault.recordsOfGeneration('vault.nfyv.1');
    expect(earlier).toEqual(records.map(({ kind, id, meta }) => ({ kind, id, meta })));
    await vault.restore('vault.nfyv.1');
    expect(read(folder)).toEqual({ version: 2, generation: 6, records });
  });

  it('takes the place of a damaged later one', async () => {
    const { folder, vault } = await migrating();
    await vault.commit([put('new', 'fifth')]);
    copyFileSync(join(projectRoot, 'package.json'), join(folder, 'vault.nfyv'));
    const again = await openVault(folder);
    await again.unlock(cheapWrapper());
    expect(Object.keys(contentOf(again, 'workspace'))).toEqual(['w']);
  });

  it('with any one bit flipped and the checksum made anew does not open', async () => {
    const checked = readFileSync(fixture).subarray(0, -32);
    for (let bit = 0; bit < checked.length * 8; bit += 1) {
      const flipped = Buffer.from(checked);
      flipped.writeUInt8(flipped.readUInt8(bit >> 3) ^ (1 << (bit & 7)), bit >> 3);
      const whole = Buffer.concat([flipped, createHash('sha256').update(flipped).digest()]);
      await expect(openCopy(whole, cheapWrapper())).rejects.toBeInstanceOf(AppError);
    }
  });

  it('is read as an export, too', async () => {
    const opened = await openCopy(readFileSync(fixture), cheapWrapper());
    expect(opened.map(({ secret }) => secret?.reveal() ?? null)).toEqual(records.map(({ secret }) => secret));
  });
});
