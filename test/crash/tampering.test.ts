import { describe, expect, it } from 'vitest';
import { decodeVault } from '../../src/main/vault/vaultFile.ts';
import { temporaryFolder } from '../helpers/temporaryFolder.ts';
import { put, unlockedVault } from '../helpers/testVault.ts';
import { partsOf, type RecordParts, readOut, readVault, withChecksum, withRecords } from './tamperedVault.ts';

const PAGE_BYTES = 4_096;
const SECRETS = 6;

/** A vault that takes exactly this much. */
const vaultOf = async (byteCount: number): Promise<Buffer> => {
  const folder = temporaryFolder();
  const vault = await unlockedVault(folder);
  for (let number = 0; number < SECRETS; number += 1)
    await vault.commit([put(`id-${number}`, `secret of ${number}`)]);
  const grown = (name: string): Promise<void> => vault.commit([put('id-0', 'secret of 0', { name })]);
  await grown('');
  await grown('x'.repeat(byteCount - readVault(folder).bytes.length));
  const { bytes } = readVault(folder);
  expect(bytes.length).toBe(byteCount);
  expect(await readOut(bytes)).toHaveProperty('all');
  return bytes;
};

const flipped = (bytes: Buffer, bit: number): Buffer => {
  const copy = Buffer.from(bytes);
  copy.writeUInt8(copy.readUInt8(bit >> 3) ^ (1 << (bit & 7)), bit >> 3);
  return copy;
};

describe('a vault of 4 KiB', () => {
  it('with any one bit flipped is damaged, without any key', async () => {
    const bytes = await vaultOf(PAGE_BYTES);
    const undetected = [];
    for (let bit = 0; bit < PAGE_BYTES * 8; bit += 1)
      if (decodeVault(flipped(bytes, bit)).kind !== 'damaged') undetected.push(bit);
    expect(undetected).toEqual([]);
  });

  it('with any one bit flipped and the checksum made anew does not open', async () => {
    const bytes = await vaultOf(PAGE_BYTES);
    const opened = [];
    for (let bit = 0; bit < (PAGE_BYTES - 32) * 8; bit += 1)
      if ('all' in (await readOut(withChecksum(flipped(bytes, bit))))) opened.push(bit);
    expect(opened).toEqual([]);
  });

  it('cut off anywhere does not open, whether or not the checksum is made anew', async () => {
    const bytes = await vaultOf(PAGE_BYTES);
    const opened = [];
    for (let length = 0; length < PAGE_BYTES; length += 1) {
      const cut = bytes.subarray(0, length);
      if (decodeVault(cut).kind !== 'damaged' || 'all' in (await readOut(withChecksum(cut))))
        opened.push(length);
    }
    expect(opened).toEqual([]);
  });

  it('with anything behind it does not open, whether or not the checksum is made anew', async () => {
    const bytes = await vaultOf(PAGE_BYTES);
    for (const added of [1, 31, 32, 33, 64, PAGE_BYTES]) {
      const longer = Buffer.concat([bytes, Buffer.alloc(added)]);
      expect(decodeVault(longer).kind).toBe('damaged');
      expect(await readOut(withChecksum(longer))).toHaveProperty('refused');
    }
  });
});

type Box = 'metaBox' | 'secretBox';
const boxes: readonly Box[] = ['metaBox', 'secretBox'];

/** Records of two kinds with the same plaintext, and the states of the vault before and after each was put again. */
const twiceWritten = async (): Promise<readonly ReturnType<typeof readVault>[]> => {
  const folder = temporaryFolder();
  const vault = await unlockedVault(folder);
  const versions = [];
  for (let version = 0; version < 2; version += 1) {
    await vault.commit([
      put('a', 'same', { name: 'same' }),
      put('b', 'same', { name: 'same' }),
      put('c', 'same', { name: 'same' }, 'connection'),
    ]);
    versions.push(readVault(folder));
  }
  return versions;
};

describe('to the holder of the file key', () => {
  it('no box serves in another place: record, kind, field, version or vault', async () => {
    const [older, newer] = await twiceWritten();
    const [, foreign] = await twiceWritten();
    if (!older || !newer || !foreign) throw new Error('there are two versions');
    const sources = [older, newer, foreign].flatMap(({ image }) => image.records);
    let refused = 0;
    for (const target of newer.image.records)
      for (const into of boxes)
        for (const source of sources)
          for (const from of boxes) {
            if (source === target && from === into) continue;
            const changed: RecordParts = { ...partsOf(target), [into]: source[from] };
            const records = newer.image.records.map((record) => (record === target ? changed : record));
            expect(await readOut(await withRecords(newer.image, records))).toHaveProperty('refused');
            refused += 1;
          }
    expect(refused).toBe(3 * 2 * (9 * 2 - 1) + 0);
  });

  it('no record takes the id, kind or revision of another, nor both of its boxes', async () => {
    const [older, newer] = await twiceWritten();
    const [, foreign] = await twiceWritten();
    if (!older || !newer || !foreign) throw new Error('there are two versions');
    for (const [index, target] of newer.image.records.entries())
      for (const source of [older, newer, foreign].flatMap(({ image }) => image.records)) {
        if (source === target) continue;
        const { id, kind, revision, metaBox, secretBox } = source;
        for (const taken of [
          { id },
          { kind },
          { revision },
          { metaBox, secretBox },
          { id, kind, revision },
        ]) {
          const before = partsOf(target);
          const changed = { ...before, ...taken };
          const isSame = changed.id === before.id && changed.kind === before.kind;
          if (isSame && changed.revision === before.revision && changed.metaBox === before.metaBox) continue;
          const records = newer.image.records.map(partsOf).with(index, changed);
          expect(
            await readOut(await withRecords(newer.image, records)),
            JSON.stringify(taken),
          ).toHaveProperty('refused');
        }
      }
  });

  it('everything in its own place opens: it is the moving that is refused', async () => {
    const [, newer] = await twiceWritten();
    if (!newer) throw new Error('there are two versions');
    expect(await readOut(await withRecords(newer.image, newer.image.records))).toHaveProperty('all');
  });
});
