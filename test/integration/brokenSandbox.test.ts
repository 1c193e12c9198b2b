import { readdirSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { TestHome } from '../helpers/servedVault.ts';

describe('a sandbox that cannot keep its data', () => {
  let home: TestHome;
  const folder = (): string => join(home.home, 'sandbox');
  afterEach(() => home.remove());

  it.each<[string, () => void, RegExp]>([
    [
      'because something else has its place',
      () => {
        rmSync(folder(), { recursive: true });
        writeFileSync(folder(), '');
      },
      /ENOTDIR|EEXIST/,
    ],
    [
      'because its files are damaged',
      () => {
        for (const name of readdirSync(folder()).filter((one) => one.endsWith('.json')))
          truncateSync(join(folder(), name), 7);
      },
      /is damaged\. It was left as it is; move it away/,
    ],
  ])('%s, says so, and the vault goes on without it', async (_, harm, reason) => {
    home = new TestHome();
    await home.serve(['--sandbox']);
    await home.stop();
    harm();
    await expect(home.serve(['--sandbox'])).rejects.toThrow(/SANDBOX_FAILED/);
    expect(home.hostOutput.join('')).toMatch(reason);
    expect(home.hostOutput.join('')).not.toContain('INTERNAL');
    await home.serve();
    expect((await home.json(['status'])).locked).toBe(false);
  });
});
