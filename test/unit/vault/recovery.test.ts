import { execFileSync } from 'node:child_process';
import {
  cpSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { AppError } from '../../../src/main/lib/appError.ts';
import { Vault } from '../../../src/main/vault/vault.ts';
import { SeededRandom } from '../../fuzz/seededRandom.ts';
import { FakeClock } from '../../helpers/fakeClock.ts';
import { MemoryLogger } from '../../helpers/memoryLogger.ts';
import { temporaryFolder } from '../../helpers/temporaryFolder.ts';
import { cheapWrapper, contentOf, put, unlockedVault } from '../../helpers/testVault.ts';

const MAIN = 'vault.nfyv';
const STEP_BYTES = 64;
const MOST_BYTES = 4_096;

let whole: Buffer;
const filled = mkdtempSync(join(tmpdir(), 'nfyio-vault-filled-'));
beforeAll(async () => {
  const vault = await unlockedVault(filled);
  for (const id of ['a', 'b', 'c']) await vault.commit([put(id, `secret of ${id}`)]);
  whole = readFileSync(join(filled, MAIN));
});
afterAll(() => rmSync(filled, { recursive: true }));

const folderOfVault = (): string => {
  const folder = temporaryFolder();
  cpSync(filled, folder, { recursive: true, preserveTimestamps: true });
  return folder;
};

/** At one and the same moment, however often. */
const openAgain = async (folder: string): Promise<Vault> => {
  const vault = new Vault({ folder, clock: new FakeClock(), logger: new MemoryLogger() });
  await vault.open();
  return vault;
};
const idsIn = async (vault: Vault): Promise<string[]> => {
  await vault.unlock(cheapWrapper());
  return Object.keys(contentOf(vault));
};
const asideIn = (folder: string): string[] =>
  readdirSync(folder)
    .filter((name) => name.includes('.damaged-'))
    .sort();

const overwrite = (bytes: Buffer) => (file: string) => writeFileSync(file, bytes);

/** Each puts something else in the place of the file. */
const damages: readonly (readonly [name: string, damage: (file: string) => void])[] = [
  ['empty', overwrite(Buffer.alloc(0))],
  [
    'a folder',
    (file) => {
      rmSync(file);
      mkdirSync(file);
    },
  ],
  [
    'a link to a whole vault elsewhere',
    (file) => {
      rmSync(file);
      const elsewhere = join(temporaryFolder(), MAIN);
      writeFileSync(elsewhere, whole, { mode: 0o600 });
      symlinkSync(elsewhere, file);
    },
  ],
  [
    'a pipe that nobody writes to',
    (file) => {
      rmSync(file);
      execFileSync('mkfifo', [file]);
    },
  ],
];

describe.skipIf(process.platform === 'win32')('a vault file that was damaged while nobody looked', () => {
  it.each(damages)('is kept aside, and the newest earlier generation used: %s', async (_, damage) => {
    const folder = folderOfVault();
    damage(join(folder, MAIN));
    const before = lstatSync(join(folder, MAIN));
    const vault = await openAgain(folder);
    const [aside = '', another] = asideIn(folder);
    expect(another).toBeUndefined();
    expect(lstatSync(join(folder, aside)).ino).toBe(before.ino);
    expect(vault.notices().join()).toContain(aside);
    expect(vault.notices().join()).toContain('number 3');
    expect(await idsIn(vault)).toEqual(['a', 'b']);
  });

  it('comes back from wherever it was cut off, and from any bytes in its place', async () => {
    const random = new SeededRandom(1);
    const bodies = [
      ...Array.from({ length: Math.ceil(whole.length / STEP_BYTES) }, (_, step) =>
        whole.subarray(0, step * STEP_BYTES),
      ),
      ...Array.from({ length: 64 }, () =>
        Buffer.from(Array.from({ length: 1 + random.below(MOST_BYTES) }, () => random.below(256))),
      ),
    ];
    for (const body of bodies) {
      const folder = folderOfVault();
      writeFileSync(join(folder, MAIN), body);
      const vault = await openAgain(folder);
      const [aside = ''] = asideIn(folder);
      expect(readFileSync(join(folder, aside)).equals(body)).toBe(true);
      expect(await idsIn(vault)).toEqual(['a', 'b']);
    }
  });

  it('over and over is kept each time, also within one and the same moment', async () => {
    const folder = folderOfVault();
    for (const body of ['one', 'two', 'three']) {
      writeFileSync(join(folder, MAIN), body);
      await openAgain(folder);
    }
    const kept = asideIn(folder).map((name) => readFileSync(join(folder, name), 'utf8'));
    expect(kept.sort()).toEqual(['one', 'three', 'two']);
  });

  it('is replaced by the newest that is whole, where earlier ones are damaged too', async () => {
    const folder = folderOfVault();
    for (const name of [MAIN, `${MAIN}.1`]) writeFileSync(join(folder, name), 'damaged');
    expect(await idsIn(await openAgain(folder))).toEqual(['a']);
  });

  it('is missing: the newest earlier generation is used, and nothing is made anew', async () => {
    const folder = folderOfVault();
    rmSync(join(folder, MAIN));
    const vault = await openAgain(folder);
    expect(vault.notices().join()).toContain('was missing');
    expect(await idsIn(vault)).toEqual(['a', 'b']);
  });

  it('and of which nothing whole is left is said to be so; nothing is touched, and no vault made in its place', async () => {
    const folder = folderOfVault();
    for (const name of readdirSync(folder)) writeFileSync(join(folder, name), `damaged ${name}`);
    const everything = (): string[] =>
      readdirSync(folder).map((name) => `${name} ${readFileSync(join(folder, name), 'utf8')}`);
    const before = everything();
    const vault = new Vault({ folder, clock: new FakeClock(), logger: new MemoryLogger() });
    const codeOf = (task: Promise<unknown>): Promise<string> =>
      task.then(
        () => 'done',
        (error: unknown) => (error instanceof AppError ? error.code : String(error)),
      );
    expect(await codeOf(vault.open())).toBe('VAULT_DAMAGED');
    expect(await codeOf(vault.create(cheapWrapper()))).toBe('VAULT_DAMAGED');
    // Nor by a process that never looked.
    const blind = new Vault({ folder, clock: new FakeClock(), logger: new MemoryLogger() });
    expect(await codeOf(blind.create(cheapWrapper()))).toBe('VAULT_EXISTS');
    expect(everything()).toEqual(before);
  });
});
