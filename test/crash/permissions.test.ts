import { chmodSync, lstatSync, mkdirSync, readdirSync, renameSync, statSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from '../helpers/temporaryFolder.ts';
import { openVault, put, unlockedVault } from '../helpers/testVault.ts';
import { Child } from './child.ts';

const WRITES = 8;

/** A host's life: the lock taken, a vault made or opened, changes saved. The process is killed, so that its lock stays. */
const write = async (home: string, umask: string): Promise<void> => {
  const writer = new Child('writerProcess.ts', [home, 'writer', '0', '1000'], {
    first: `umask ${umask}`,
  });
  for (const word of ['waiting', 'turn', ...Array.from({ length: WRITES }, () => 'saved')])
    expect(await writer.next()).toMatchObject({ word });
  await writer.kill();
};

const modeOf = (path: string): string => (statSync(path).mode & 0o7777).toString(8);

const expectPrivate = (home: string): void => {
  expect(modeOf(home)).toBe('700');
  const names = readdirSync(home);
  expect(names).toEqual(expect.arrayContaining(['home.lock', 'vault.nfyv', 'vault.nfyv.1', 'vault.nfyv.5']));
  for (const name of names) expect(`${name} ${modeOf(join(home, name))}`).toBe(`${name} 600`);
};

describe.skipIf(process.platform === 'win32')('nobody else can look into the home', () => {
  it.for(['000', '022', '077'])('under umask %s', async (umask) => {
    const home = join(temporaryFolder(), 'home');
    await write(home, umask);
    expectPrivate(home);
  });

  it.for(['000', '022', '077'])('where it was there before, open to all, under umask %s', async (umask) => {
    const home = join(temporaryFolder(), 'home');
    mkdirSync(home);
    chmodSync(home, 0o777);
    await write(home, umask);
    expectPrivate(home);
  });

  it.for(['000', '022', '077'])('behind a link, under umask %s', async (umask) => {
    const folder = temporaryFolder();
    const target = join(folder, 'elsewhere');
    const home = join(folder, 'home');
    mkdirSync(target);
    chmodSync(target, 0o777);
    symlinkSync(target, home);
    await write(home, umask);
    expect(lstatSync(home).isSymbolicLink()).toBe(true);
    expectPrivate(target);
  });

  it('where a vault lies open to all', async () => {
    const home = join(temporaryFolder(), 'home');
    await write(home, '077');
    chmodSync(join(home, 'vault.nfyv'), 0o666);
    await write(home, '000');
    expectPrivate(home);
  });

  it('where everything that was ever a vault lies open to all, before anything is saved', async () => {
    const home = join(temporaryFolder(), 'home');
    const vault = await unlockedVault(home);
    for (let save = 0; save < WRITES; save += 1) await vault.commit([put(`${save}`)]);
    renameSync(join(home, 'vault.nfyv'), join(home, 'vault.nfyv.damaged-earlier'));
    const elsewhere = temporaryFolder();
    symlinkSync(elsewhere, join(home, 'vault.nfyv.day-2026-01-01'));
    for (const name of readdirSync(home)) chmodSync(join(home, name), 0o666);
    const modeElsewhere = modeOf(elsewhere);
    const opened = await openVault(home);
    for (const name of readdirSync(home).filter((one) => !one.includes('.day-')))
      expect(`${name} ${modeOf(join(home, name))}`).toBe(`${name} 600`);
    expect(modeOf(elsewhere)).toBe(modeElsewhere);
    expect(opened.notices().join()).toContain('permissions were narrowed');
  });
});
