import { readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from '../../helpers/temporaryFolder.ts';
import { contentOf, put, unlockedVault } from '../../helpers/testVault.ts';

const half = 'x'.repeat(33 * 1024 * 1024);

describe('a change that would make the vault larger than it is read', () => {
  it('is refused, and all that was saved before opens again', async () => {
    const folder = temporaryFolder();
    const vault = await unlockedVault(folder);
    await vault.commit([put('one', half)]);
    const before = readdirSync(folder);
    await expect(vault.commit([put('two', half)])).rejects.toMatchObject({ code: 'VAULT_FULL' });
    expect(readdirSync(folder)).toEqual(before);
    await vault.commit([put('small', 'there is room for it')]);
    expect(Object.keys(contentOf(await unlockedVault(folder)))).toEqual(['one', 'small']);
  });
});
