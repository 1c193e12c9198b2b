import { afterAll, expect, it } from 'vitest';
import { TestHome } from '../helpers/servedVault.ts';

const home = new TestHome();
afterAll(() => home.remove());

const names = async (): Promise<string[]> =>
  (await home.json(['token', 'list'])).credentials.map((credential: { name: string }) => credential.name);

it('a host killed in the middle of imports keeps every credential that was acknowledged', async () => {
  const acknowledged: string[] = [];
  for (let round = 0; round < 6; round++) {
    await home.serve();
    if (round === 0) await home.json(['workspace', 'add', '--name', 'w', '--api-url', 'http://127.0.0.1:9']);
    expect(await names()).toEqual(expect.arrayContaining(acknowledged));
    // The kill lands while these are on their way: some are acknowledged, some never were.
    const running = Array.from({ length: 4 }, async (_, index) => {
      const name = `token ${round}.${index}`;
      const { exitCode } = await home.run(
        ['token', 'import', '--workspace', 'w', '--name', name, '--scope', 'read', '--json'],
        `nfyio_at_${round}_${index}`,
      );
      if (exitCode === 0) acknowledged.push(name);
    });
    await Promise.race(running);
    await home.stop('SIGKILL');
    await Promise.all(running);
  }
  await home.serve();
  expect(acknowledged.length).toBeGreaterThan(5);
  expect(await names()).toEqual(expect.arrayContaining(acknowledged));
});
