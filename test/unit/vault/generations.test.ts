import { copyFileSync, readdirSync, statSync, truncateSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { AppError } from '../../../src/main/lib/appError.ts';
import { Vault } from '../../../src/main/vault/vault.ts';
import { FakeClock } from '../../helpers/fakeClock.ts';
import { MemoryLogger } from '../../helpers/memoryLogger.ts';
import { temporaryFolder } from '../../helpers/temporaryFolder.ts';
import { cheapWrapper, contentOf, openVault, put } from '../../helpers/testVault.ts';

const DAY_MS = 24 * 60 * 60_000;

/** A vault whose days pass as the test says: a file that is saved is dated by the clock of the test. */
const vaultOverDays = async (folder: string) => {
  const clock = new FakeClock(Date.UTC(2026, 2, 1, 12));
  const date = (): void => utimesSync(join(folder, 'vault.nfyv'), clock.now() / 1_000, clock.now() / 1_000);
  const vault = new Vault({ folder, clock, logger: new MemoryLogger() });
  await vault.open();
  await vault.create(cheapWrapper());
  date();
  return {
    vault,
    clock,
    save: async (id: string): Promise<void> => {
      await vault.commit([put(id, `secret of ${id}`)]);
      date();
    },
  };
};

const names = (folder: string): string[] => readdirSync(folder).sort();

describe('earlier states', () => {
  it('are the last five, and the last of each of seven days on which something changed', async () => {
    const folder = temporaryFolder();
    const { clock, save } = await vaultOverDays(folder);
    for (let day = 1; day <= 9; day += 1) {
      for (const hour of ['morning', 'noon', 'evening']) await save(`${hour} of ${day}`);
      clock.advance(DAY_MS);
    }
    await save('today');
    expect(names(folder)).toEqual([
      'vault.nfyv',
      ...[1, 2, 3, 4, 5].map((number) => `vault.nfyv.${number}`),
      ...[3, 4, 5, 6, 7, 8, 9].map((day) => `vault.nfyv.day-2026-03-0${day}`),
    ]);
    for (const name of names(folder)) expect(statSync(join(folder, name)).mode & 0o777).toBe(0o600);
    const again = await openVault(folder);
    await again.unlock(cheapWrapper());
    const third = await again.recordsOfGeneration('vault.nfyv.day-2026-03-03');
    expect(third.at(-1)?.id).toBe('evening of 3');
    expect(third).toHaveLength(9);
  });

  it('are listed from the newest on, and a damaged one is not among them', async () => {
    const folder = temporaryFolder();
    const { vault, clock, save } = await vaultOverDays(folder);
    await save('a');
    clock.advance(DAY_MS);
    await save('b');
    truncateSync(join(folder, 'vault.nfyv.2'), 100);
    expect((await vault.generations()).map(({ name, stored }) => [name, stored.image.generation])).toEqual([
      ['vault.nfyv.1', 2],
      ['vault.nfyv.day-2026-03-01', 2],
    ]);
  });

  it('come back as the newest state, and can be left again', async () => {
    const folder = temporaryFolder();
    const { vault, clock, save } = await vaultOverDays(folder);
    await save('kept');
    clock.advance(DAY_MS);
    await save('new');
    await vault.commit([{ op: 'delete', id: 'kept' }]);
    await vault.restore('vault.nfyv.day-2026-03-01');
    expect(contentOf(vault)).toEqual({ kept: { meta: { name: 'kept' }, secret: 'secret of kept' } });
    await vault.commit([put('later', 'secret of later')]);

    const again = await openVault(folder);
    await again.unlock(cheapWrapper());
    expect(Object.keys(contentOf(again))).toEqual(['kept', 'later']);
    await again.restore('vault.nfyv.2');
    expect(Object.keys(contentOf(again))).toEqual(['new']);
  });

  it('are told apart from those that another data key sealed, and from those that are not there', async () => {
    const folder = temporaryFolder();
    const { vault, save } = await vaultOverDays(folder);
    await save('a');
    const code = (name: string): Promise<string> =>
      vault.restore(name).then(
        () => 'done',
        (error: unknown) => (error instanceof AppError ? error.code : String(error)),
      );
    for (const name of ['vault.nfyv.9', 'vault.nfyv', '../vault.nfyv.1', 'vault.nfyv.day-2026-02-01'])
      expect(await code(name)).toBe('GENERATION_GONE');
    expect(Object.keys(contentOf(vault))).toEqual(['a']);
  });

  it('of a day serve where the vault and its five generations are damaged', async () => {
    const folder = temporaryFolder();
    const { clock, save } = await vaultOverDays(folder);
    await save('yesterday');
    clock.advance(DAY_MS);
    for (const id of ['a', 'b', 'c', 'd', 'e', 'f', 'g']) await save(id);
    for (const name of ['vault.nfyv', ...[1, 2, 3, 4, 5].map((number) => `vault.nfyv.${number}`)])
      truncateSync(join(folder, name), 50);
    const again = await openVault(folder);
    await again.unlock(cheapWrapper());
    expect(Object.keys(contentOf(again))).toEqual(['yesterday']);
    expect(again.notices().join()).toContain('moved to vault.nfyv.damaged-');
  });

  it('after an older copy was put back, come back along its line, not along the one that was left', async () => {
    const folder = temporaryFolder();
    const file = join(folder, 'vault.nfyv');
    const { save } = await vaultOverDays(folder);
    for (const id of ['a', 'left 1', 'left 2', 'left 3', 'left 4']) await save(id);
    copyFileSync(`${file}.4`, file);
    const later = await openVault(folder);
    await later.unlock(cheapWrapper());
    await later.commit([put('b', 'acknowledged')]);
    await later.commit([put('c', 'in the file that is damaged')]);
    truncateSync(file, 100);
    const recovered = await openVault(folder);
    await recovered.unlock(cheapWrapper());
    expect(Object.keys(contentOf(recovered))).toEqual(['a', 'b']);
  });
});
