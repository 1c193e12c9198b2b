import { cpSync, mkdtempSync, readdirSync, rmSync, utimesSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { AppError } from '../../src/main/lib/appError.ts';
import type { Vault } from '../../src/main/vault/vault.ts';
import { temporaryFolder } from '../helpers/temporaryFolder.ts';
import { cheapWrapper, contentOf, openVault, put, unlockedVault } from '../helpers/testVault.ts';
import { type Fault, FaultyFileSystem } from './faultyFileSystem.ts';

const DAY_SECONDS = 24 * 60 * 60;
const faults: readonly Fault[] = [
  ...['ENOSPC', 'EIO', 'EINTR', 'EDQUOT', 'EROFS', 'EACCES', 'EMLINK'].map(
    (code): Fault => ({ kind: 'error', code }),
  ),
  { kind: 'end' },
  { kind: 'shortWrite' },
  { kind: 'otherBytes' },
];
const nameOf = (fault: Fault): string => (fault.kind === 'error' ? fault.code : fault.kind);

const save = (vault: Vault, id: string): Promise<string> =>
  vault.commit([put(id, id)]).then(
    () => 'saved',
    (error: unknown) => (error instanceof AppError ? error.code : String(error)),
  );
const heldIn = async (folder: string): Promise<string[]> =>
  Object.keys(contentOf(await unlockedVault(folder)));

/** Everything a save can meet: five earlier generations, eight earlier days, and a file of yesterday in its place. */
const fill = async (folder: string): Promise<void> => {
  const vault = await unlockedVault(folder);
  for (let daysAgo = 9; daysAgo >= 1; daysAgo -= 1) {
    await save(vault, `before-${daysAgo}`);
    const seconds = Date.now() / 1_000 - daysAgo * DAY_SECONDS;
    utimesSync(join(folder, 'vault.nfyv'), seconds, seconds);
  }
};

const filled = mkdtempSync(join(tmpdir(), 'nfyio-vault-filled-'));
beforeAll(() => fill(filled));
afterAll(() => rmSync(filled, { recursive: true }));

const fullFolder = async (): Promise<{ folder: string; vault: Vault; faulty: FaultyFileSystem }> => {
  const folder = temporaryFolder();
  cpSync(filled, folder, { recursive: true, preserveTimestamps: true });
  const faulty = new FaultyFileSystem();
  return { folder, vault: await unlockedVault(folder, faulty), faulty };
};

const callsOfSave = async (): Promise<number> => {
  const { vault, faulty } = await fullFolder();
  faulty.disarm();
  await save(vault, 'counted');
  return faulty.calls;
};

const numberedGenerations = async (vault: Vault): Promise<number[]> =>
  (await vault.generations())
    .filter(({ name }) => !name.includes('.day-'))
    .map(({ stored }) => stored.image.generation);

describe('at every call that a save makes on the file system', () => {
  it.for(faults.map((fault) => [nameOf(fault), fault] as const))(
    '%s costs nothing',
    async ([name, fault]) => {
      const calls = await callsOfSave();
      expect(calls).toBeGreaterThanOrEqual(20);
      for (let at = 0; at < calls; at += 1) {
        const { folder, vault, faulty } = await fullFolder();
        const before = await heldIn(folder);
        faulty.arm(at, fault);
        const answer = await save(vault, 'met');
        faulty.disarm();
        const held = await heldIn(folder);
        const where = `${name} at call ${at}`;
        // Of an ended process nobody hears: the last save may be there or not.
        const expected = [
          before,
          ...(fault.kind === 'end' && answer !== 'saved' ? [[...before, 'met']] : []),
        ];
        expect(answer === 'saved' ? [[...before, 'met']] : expected, where).toContainEqual(held);
        if (fault.kind === 'end') continue;
        if (name === 'ENOSPC' || name === 'EDQUOT') expect(['saved', 'DISK_FULL'], where).toContain(answer);
        expect(
          readdirSync(folder).filter((file) => file.includes('.tmp-')),
          where,
        ).toEqual([]);
        expect(await save(vault, 'after'), where).toBe('saved');
        expect(await heldIn(folder), where).toEqual([...held, 'after']);
      }
    },
  );

  it('a disk that fails there again and again does not push the earlier generations out', async () => {
    const calls = await callsOfSave();
    for (let at = 0; at < calls; at += 1) {
      const { folder, vault, faulty } = await fullFolder();
      const earlier = await numberedGenerations(vault);
      for (let attempt = 0, answer = ''; attempt < 6 && answer !== 'saved'; attempt += 1) {
        faulty.arm(at, { kind: 'error', code: 'EIO' });
        answer = await save(vault, 'met');
      }
      faulty.disarm();
      const left = await numberedGenerations(vault);
      // The oldest makes room for the newest, once.
      const missing = earlier.filter((generation) => !left.includes(generation));
      expect(missing.length, `EIO at call ${at}: of ${earlier} are left ${left}`).toBeLessThanOrEqual(1);
      expect(readdirSync(folder)).toContain('vault.nfyv');
    }
  });

  it('of the first save, nothing is in the way of a second attempt', async () => {
    for (const fault of faults) {
      for (let at = 0; at < 20; at += 1) {
        const folder = temporaryFolder();
        const faulty = new FaultyFileSystem();
        const vault = await openVault(folder, faulty);
        faulty.arm(at, fault);
        const isMade = await vault.create(cheapWrapper()).then(
          () => true,
          () => false,
        );
        faulty.disarm();
        const again = await openVault(folder);
        const where = `${nameOf(fault)} at call ${at}`;
        if (isMade) expect(again.state(), where).toBe('locked');
        else if (fault.kind !== 'end') expect(again.state(), where).toBe('absent');
        await expect(unlockedVault(folder), where).resolves.toBeDefined();
      }
    }
  });
});
