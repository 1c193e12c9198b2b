import { watch } from 'node:fs';
import { afterAll, expect, it } from 'vitest';
import { TestHome } from '../helpers/servedVault.ts';

const KILLS = 50;
const home = new TestHome();
afterAll(() => home.remove());

const names = async (): Promise<string[]> =>
  (await home.json(['token', 'list'])).credentials.map((credential: { name: string }) => credential.name);

/** Resolves in the middle of a save: the new file is being written beside the old one. */
const nextSave = (): Promise<void> =>
  new Promise((resolve) => {
    const watcher = watch(home.home, (_, name) => {
      if (name?.startsWith('vault.nfyv.tmp-') !== true) return;
      watcher.close();
      resolve();
    });
  });

it(`a host killed ${KILLS} times in the middle of imports keeps every credential that was acknowledged, and the next start says what happened`, {
  timeout: 480_000,
}, async () => {
  const acknowledged: string[] = [];
  for (let round = 0; round < KILLS; round++) {
    const { pid } = await home.serve();
    if (round === 0) await home.json(['workspace', 'add', '--name', 'w', '--api-url', 'http://127.0.0.1:9']);
    // The kill lands while these are on their way: some are acknowledged, some never were.
    const save = nextSave();
    const running = Array.from({ length: 2 }, async (_, index) => {
      const name = `token ${round}.${index}`;
      const { exitCode } = await home.run(
        ['token', 'import', '--workspace', 'w', '--name', name, '--scope', 'read', '--unverified', '--json'],
        `nfyio_at_${round}_${index}`,
      );
      if (exitCode === 0) acknowledged.push(name);
    });
    await (round % 2 === 0 ? save : Promise.race(running));
    process.kill(pid, 'SIGKILL');
    await home.stop('SIGKILL');
    await Promise.all(running);
  }
  await home.serve();
  expect(acknowledged.length).toBeGreaterThan(KILLS / 2);
  expect(await names()).toEqual(expect.arrayContaining(acknowledged));
  await home.stop();
  const told = (what: string): number => home.transcript.join('').split(what).length - 1;
  expect(told('ended without stopping')).toBe(KILLS);
  expect(told('was cut off while it was saving a change')).toBeGreaterThan(0);
});
