import { statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { AppError } from '../../src/main/lib/appError.ts';
import { temporaryFolder } from '../helpers/temporaryFolder.ts';
import { problemOf } from './judge.ts';
import { Saver } from './saver.ts';
import { noSmallDisk, SmallDisk } from './smallDisk.ts';
import { type Keeper, type SubjectName, subjects } from './subjects.ts';

const PAGE = 4_096;
/** A shell counts the size of files in blocks of 512 bytes. */
const BLOCKS_IN_A_KIBIBYTE = 2;
const SECRET_BYTES = 3_000;
const MOST_SAVES = 12;
const secretOf = (number: number): string => `${number}-`.padEnd(SECRET_BYTES, '·x');

/** What it acknowledged until it refused one. */
const saveUntilRefused = async (keeper: Keeper): Promise<string[]> => {
  const acknowledged: string[] = [];
  try {
    for (let number = 0; number < MOST_SAVES; number += 1) {
      await keeper.save(secretOf(number));
      acknowledged.push(secretOf(number));
    }
  } catch (error) {
    if (!(error instanceof AppError || (error instanceof Error && 'syscall' in error))) throw error;
  }
  return acknowledged;
};

const vaultBytes = async (): Promise<number> => {
  const folder = temporaryFolder();
  await saveUntilRefused(await subjects.vault(folder));
  return statSync(join(folder, 'vault.nfyv')).size;
};

/** How many saves a disk like this took, and what is wrong afterwards. */
const onDisk = async (
  subject: SubjectName,
  options: string,
): Promise<{ saves: number; problem: string | null }> => {
  const disk = new SmallDisk();
  onTestFinished(() => disk.remove());
  expect(disk.mount(options)).toBe(true);
  const keeper = await subjects[subject](disk.folder).catch(() => null);
  if (keeper === null) return { saves: 0, problem: null };
  const acknowledged = await saveUntilRefused(keeper);
  const problem = await problemOf(subject, disk.folder, acknowledged);
  return { saves: acknowledged.length, problem: problem && `${problem} (${options})` };
};

const noDisk = noSmallDisk();

describe.skipIf(noDisk !== null)(`a disk that is full${noDisk ? `: ${noDisk}` : ''}`, () => {
  it.for(['atomically', 'plainWrite'] as const)(
    'bites: %s loses what it had acknowledged',
    async (subject) => {
      const problems: (string | null)[] = [];
      for (let pages = 500; pages < 520; pages += 1)
        problems.push((await onDisk(subject, `size=${pages * PAGE}`)).problem);
      expect(problems.join()).toMatch(/unreadable|lost/);
    },
  );

  it('of every size up to a page more than the vault costs it nothing', async () => {
    const pages = Math.ceil((await vaultBytes()) / PAGE) + 1;
    const outcomes = [];
    for (let size = 1; size <= pages; size += 1)
      outcomes.push(await onDisk('vault', `mode=700,size=${size * PAGE}`));
    expect(outcomes.flatMap(({ problem }) => problem ?? [])).toEqual([]);
    expect(new Set(outcomes.map(({ saves }) => saves)).size).toBeGreaterThan(4);
    expect(outcomes.every(({ saves }) => saves < MOST_SAVES)).toBe(true);
  });

  it('of names, not of bytes, costs it nothing', async () => {
    for (let inodes = 2; inodes <= 12; inodes += 1)
      expect(await onDisk('vault', `mode=700,nr_inodes=${inodes}`)).toMatchObject({ problem: null });
  });

  it('is said to be full, and takes changes again when there is room', async () => {
    const disk = new SmallDisk();
    onTestFinished(() => disk.remove());
    disk.mount(`mode=700,size=${8 * PAGE}`);
    const keeper = await subjects.vault(disk.folder);
    const acknowledged = await saveUntilRefused(keeper);
    await expect(keeper.save(secretOf(MOST_SAVES))).rejects.toMatchObject({ code: 'DISK_FULL' });
    disk.mount(`remount,mode=700,size=${80 * PAGE}`);
    await keeper.save('room');
    expect(await problemOf('vault', disk.folder, [...acknowledged, 'room'])).toBeNull();
  });
});

/** A save of one secret more where no file may be larger than this. */
const underFileSizeLimit = async (subject: SubjectName, kibibytes: number): Promise<string | null> => {
  const folder = temporaryFolder();
  const keeper = await subjects[subject](folder);
  await keeper.save(secretOf(0));
  const saver = await Saver.ready(subject, folder, {
    first: `ulimit -f ${kibibytes * BLOCKS_IN_A_KIBIBYTE}`,
  });
  const acknowledged = [secretOf(0)];
  const said = await saver.save(secretOf(1));
  if (said?.word === 'saved') acknowledged.push(secretOf(1));
  await saver.end();
  const problem = await problemOf(subject, folder, acknowledged);
  return problem && `${problem.slice(0, 60)} (limit of ${kibibytes} KiB)`;
};

describe.skipIf(process.platform === 'win32')('a limit to the size of files', () => {
  it('bites: a plain write loses what it had', async () => {
    expect(await underFileSizeLimit('plainWrite', 2_000)).toMatch(/unreadable/);
  });

  it('of any size costs the vault nothing', async () => {
    const problems: (string | null)[] = [];
    for (let kibibytes = 1; kibibytes <= 14; kibibytes += 1)
      problems.push(await underFileSizeLimit('vault', kibibytes));
    expect(problems.filter((problem) => problem !== null)).toEqual([]);
  });
});
