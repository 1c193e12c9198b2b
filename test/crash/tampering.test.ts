import { describe, expect, it } from 'vitest';
import { decodeVault } from '../../src/main/vault/vaultFile.ts';
import { temporaryFolder } from '../helpers/temporaryFolder.ts';
import { put, unlockedVault } from '../helpers/testVault.ts';
import { readOut, readVault, type SealedVault, withBoxes, withChecksum } from './tamperedVault.ts';

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

interface Versions {
  readonly older: SealedVault;
  readonly newer: SealedVault;
}

/** Records of two kinds with the same plaintext, and the vault before and after each was put again. */
const twiceWritten = async (): Promise<Versions> => {
  const folder = temporaryFolder();
  const vault = await unlockedVault(folder);
  const write = async (): Promise<SealedVault> => {
    await vault.commit([
      put('a', 'same', { name: 'same' }),
      put('b', 'same', { name: 'same' }),
      put('c', 'same', { name: 'same' }, 'connection'),
    ]);
    return readVault(folder);
  };
  return { older: await write(), newer: await write() };
};

describe('to the holder of the file key', () => {
  it('no box serves in another place: directory, record, kind, version or vault', async () => {
    const { older, newer } = await twiceWritten();
    const foreign = (await twiceWritten()).newer;
    let refused = 0;
    for (const place of newer.boxes.keys())
      for (const box of [older, newer, foreign].flatMap(({ boxes }) => boxes)) {
        if (box === newer.boxes[place]) continue;
        const file = await withBoxes(newer.head, newer.boxes.with(place, box));
        expect(await readOut(file)).toHaveProperty('refused');
        refused += 1;
      }
    expect(refused).toBe(4 * (3 * 4 - 1));
  });

  it('no record is left out, comes twice or changes places with another', async () => {
    const { newer } = await twiceWritten();
    const [directory, a, b, c] = newer.boxes;
    if (!directory || !a || !b || !c) throw new Error('there are three records');
    for (const secrets of [[], [a, b], [a, b, c, c], [a, b, c, Buffer.alloc(0)], [b, a, c], [a, c, b]])
      expect(await readOut(await withBoxes(newer.head, [directory, ...secrets]))).toHaveProperty('refused');
  });

  it('no earlier state becomes a later one, nor the other way round', async () => {
    const { older, newer } = await twiceWritten();
    for (const [head, boxes] of [
      [newer.head, older.boxes],
      [older.head, newer.boxes],
      [{ ...newer.head, generation: newer.head.generation + 1 }, newer.boxes],
    ] as const)
      expect(await readOut(await withBoxes(head, boxes))).toHaveProperty('refused');
  });

  it('everything in its own place opens: it is the moving that is refused', async () => {
    const { newer } = await twiceWritten();
    expect(await withBoxes(newer.head, newer.boxes)).toEqual(newer.bytes);
    expect(await readOut(newer.bytes)).toHaveProperty('all');
  });
});
