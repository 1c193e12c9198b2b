import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from '../../helpers/temporaryFolder.ts';
import { cheapWrapper, contentOf, put, unlockedVault } from '../../helpers/testVault.ts';

const fileIn = (folder: string): string => join(folder, 'vault.nfyv');
const everythingIn = (folder: string): Record<string, string> =>
  Object.fromEntries(readdirSync(folder).map((name) => [name, readFileSync(join(folder, name), 'base64')]));
const idsIn = async (folder: string): Promise<string[]> =>
  Object.keys(contentOf(await unlockedVault(folder)));

describe('a vault that something else has saved since it was read', () => {
  const twoOnOneFolder = async () => {
    const folder = temporaryFolder();
    const mine = await unlockedVault(folder);
    await mine.commit([put('both', 'seen by both')]);
    const theirs = await unlockedVault(folder);
    await theirs.commit([put('theirs', 'saved in between')]);
    return { folder, mine, theirs };
  };

  it('refuses to write over it, names both generations, and touches nothing', async () => {
    const { folder, mine } = await twoOnOneFolder();
    const before = everythingIn(folder);
    for (const change of [
      () => mine.commit([put('mine', 'refused')]),
      () => mine.addSlot(cheapWrapper('another one')),
      () => mine.rekey([cheapWrapper('another one')]),
    ])
      await expect(change()).rejects.toMatchObject({
        code: 'VAULT_CHANGED',
        message: expect.stringMatching(/Generation 3 is there, 2 was expected/),
      });
    expect(everythingIn(folder)).toEqual(before);
    expect(Object.keys(contentOf(mine))).toEqual(['both']);
  });

  it('refuses also where the generation is the same and only the content is another', async () => {
    const { folder, mine, theirs } = await twoOnOneFolder();
    const other = readFileSync(fileIn(folder));
    writeFileSync(fileIn(folder), readFileSync(join(folder, 'vault.nfyv.1')));
    await mine.commit([put('mine', 'now it is generation 3 too')]);
    writeFileSync(fileIn(folder), other);
    await expect(mine.commit([put('mine', 'again')])).rejects.toMatchObject({ code: 'VAULT_CHANGED' });
    await theirs.commit([put('theirs', 'theirs is the one on the disk')]);
    expect(await idsIn(folder)).toEqual(['both', 'theirs']);
  });

  it('takes the change after a new start, and then nothing is lost', async () => {
    const { folder, mine } = await twoOnOneFolder();
    await expect(mine.commit([put('mine', 'once')])).rejects.toMatchObject({ code: 'VAULT_CHANGED' });
    await (await unlockedVault(folder)).commit([put('mine', 'once more')]);
    expect(await idsIn(folder)).toEqual(['both', 'theirs', 'mine']);
  });
});

describe('a file that was destroyed while the vault was open', () => {
  it.each([
    ['removed', (file: string) => rmSync(file)],
    ['cut off', (file: string) => writeFileSync(file, readFileSync(file).subarray(0, -1))],
    ['filled with something else', (file: string) => writeFileSync(file, 'something else')],
  ])('is whole again with the next change: %s', async (_, destroy) => {
    const folder = temporaryFolder();
    const vault = await unlockedVault(folder);
    await vault.commit([put('before', 'a')]);
    destroy(fileIn(folder));
    await vault.commit([put('after', 'b')]);
    expect(await idsIn(folder)).toEqual(['before', 'after']);
  });
});
