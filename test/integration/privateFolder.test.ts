import { mkdtempSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { ensurePrivateFolder } from '../../src/main/lib/privateFolder.ts';

const folder = mkdtempSync(join(tmpdir(), 'nfyio-vault-private-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const modeOf = (path: string): number => statSync(path).mode & 0o777;

describe('the folder for what is private', () => {
  it('is made with those around it, each for its owner alone', async () => {
    expect(await ensurePrivateFolder(join(folder, 'a', 'b', 'c'))).toBeNull();
    for (const path of ['a', 'a/b', 'a/b/c']) expect(modeOf(join(folder, path))).toBe(0o700);
  });

  it('may be made by two at once', async () => {
    const path = join(folder, 'd', 'e');
    expect(await Promise.all([ensurePrivateFolder(path), ensurePrivateFolder(path)])).toEqual([null, null]);
  });

  it('is refused where a file or a link to nowhere lies, on the way or at its place', async () => {
    writeFileSync(join(folder, 'file'), '');
    symlinkSync(join(folder, 'nowhere'), join(folder, 'link'));
    for (const path of ['file', 'file/home', 'link', 'link/home'])
      await expect(ensurePrivateFolder(join(folder, path))).rejects.toMatchObject({ code: 'HOME_UNUSABLE' });
  });

  it.skipIf(process.platform !== 'linux')('is refused where the system takes no folders', async () => {
    await expect(ensurePrivateFolder('/proc/nfyio-vault/home')).rejects.toMatchObject({
      code: 'HOME_UNUSABLE',
    });
  });
});
