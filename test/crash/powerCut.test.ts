import { mkdirSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { Vault } from '../../src/main/vault/vault.ts';
import { FakeClock } from '../helpers/fakeClock.ts';
import { MemoryLogger } from '../helpers/memoryLogger.ts';
import { temporaryFolder } from '../helpers/temporaryFolder.ts';
import { cheapWrapper, contentOf, openVault, put } from '../helpers/testVault.ts';
import { share } from './amount.ts';
import { type CrashState, crashStates } from './crashStates.ts';
import { type Operation, RecordingFileSystem } from './recordingFileSystem.ts';

const DAY_MS = 24 * 60 * 60_000;
const NO_VAULT = 'no vault';
const ENOUGH_PROBLEMS = 5;

const described = (vault: Vault): string =>
  Object.entries(contentOf(vault))
    .map(([id, { secret }]) => `${id}:${secret}`)
    .sort()
    .join(',');

/** A vault of which every change is recorded, with what may be found while it is made and after it. */
class RecordedVault {
  readonly fileSystem: RecordingFileSystem;
  readonly clock = new FakeClock(Date.now());
  readonly vault: Vault;
  #possible: readonly string[] = [NO_VAULT];

  constructor(folder: string, forgets?: 'sync' | 'syncFolder') {
    this.fileSystem = new RecordingFileSystem(forgets);
    this.vault = new Vault({
      folder,
      clock: this.clock,
      logger: new MemoryLogger(),
      fileSystem: this.fileSystem,
    });
  }

  /** @param becomes what the vault holds when the change has succeeded */
  async change(becomes: string, change: () => Promise<void>): Promise<void> {
    this.#mayHold([...this.#possible, becomes]);
    try {
      await change();
    } catch {
      // Nobody was told that it succeeded; a power cut may still bring it to light.
      return;
    }
    expect(described(this.vault)).toBe(becomes);
    this.#mayHold([becomes]);
  }

  #mayHold(contents: readonly string[]): void {
    this.#possible = contents;
    this.fileSystem.operations.push({ kind: 'legal', contents });
  }
}

/** A bit of everything that writes: a first save, saves, a new day, a save that fails, another key, going back. */
const recordSaves = async (forgets?: 'sync' | 'syncFolder'): Promise<readonly Operation[]> => {
  const recorded = new RecordedVault(temporaryFolder(), forgets);
  const { vault, clock, fileSystem } = recorded;
  const held: string[] = [];
  const save = (id: string, isAcknowledged = true): Promise<void> => {
    const becomes = [...held, `${id}:${id}`].sort().join(',');
    if (isAcknowledged) held.push(`${id}:${id}`);
    return recorded.change(becomes, () => vault.commit([put(id, id)]));
  };
  await vault.open();
  await recorded.change('', () => vault.create(cheapWrapper()));
  for (const id of ['a', 'b', 'c', 'd', 'e', 'f']) await save(id);
  clock.advance(DAY_MS);
  await save('g');
  fileSystem.isFolderSyncBroken = true;
  await save('refused', false);
  await save('h');
  const beforeDeletion = held.join(',');
  held.shift();
  await recorded.change(held.join(','), () => vault.commit([{ op: 'delete', id: 'a' }]));
  await recorded.change(beforeDeletion, () => vault.restore('vault.nfyv.1'));
  held.unshift('a:a');
  await recorded.change(beforeDeletion, () => vault.rekey([cheapWrapper()]));
  await save('i');
  await save('j');
  return fileSystem.operations;
};

/** What is wrong with the vault in a folder like this; null when it opens and holds one of what it may hold. */
const problemOf = async (
  folder: string,
  { files, legal, cutAt, key }: CrashState,
): Promise<string | null> => {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { mode: 0o700 });
  for (const [name, bytes] of files) writeFileSync(join(folder, name), bytes, { mode: 0o600 });
  const where = `power cut after operation ${cutAt}: ${key}`;
  try {
    const vault = await openVault(folder);
    if (vault.state() !== 'absent') await vault.unlock(cheapWrapper());
    const found = vault.state() === 'absent' ? NO_VAULT : described(vault);
    vault.lock();
    return legal.includes(found) ? null : `found ${found || 'an empty vault'} (${where})`;
  } catch (error) {
    return `${error instanceof Error ? error.message : error} (${where})`;
  }
};

const judged = async (
  operations: readonly Operation[],
  every = 1,
): Promise<{ states: number; problems: readonly string[] }> => {
  const folder = join(temporaryFolder(), 'state');
  const problems: string[] = [];
  let states = 0;
  for (const state of crashStates(operations)) {
    states += 1;
    if (states % every !== 0) continue;
    const problem = await problemOf(folder, state);
    if (problem !== null) problems.push(problem);
    if (problems.length >= ENOUGH_PROBLEMS) break;
  }
  return { states, problems };
};

describe('a power cut', () => {
  it('bites: a writer that forgets to sync the file or the folder loses what it had', async () => {
    for (const forgotten of ['sync', 'syncFolder'] as const) {
      const { problems } = await judged(await recordSaves(forgotten));
      expect(problems.length, forgotten).toBeGreaterThan(0);
    }
  });

  it('at any moment, whatever the disk has put off, costs the vault nothing that it acknowledged', {
    timeout: 1_800_000,
  }, async () => {
    // Never fewer than five thousand.
    const every = share < 1 ? 2 : 1;
    const { states, problems } = await judged(await recordSaves(), every);
    expect(problems).toEqual([]);
    expect(states / every).toBeGreaterThanOrEqual(5_000);
    console.log(`${states} states after a power cut, of which one in ${every} was opened`);
  });

  it('while a damaged vault is replaced costs neither the generation nor the damaged file', async () => {
    const folder = temporaryFolder();
    const { vault, fileSystem } = new RecordedVault(folder);
    await vault.open();
    await vault.create(cheapWrapper());
    for (const id of ['a', 'b', 'c']) await vault.commit([put(id, id)]);
    const damaged = Buffer.from('not a vault');
    const main = join(folder, 'vault.nfyv');
    truncateSync(main);
    writeFileSync(main, damaged);
    fileSystem.operations.push(
      { kind: 'unlink', name: 'vault.nfyv' },
      { kind: 'create', name: 'vault.nfyv', file: -1 },
      { kind: 'write', file: -1, bytes: damaged },
      { kind: 'sync', file: -1 },
      { kind: 'syncFolder' },
    );
    const before = fileSystem.operations.length;
    fileSystem.operations.push({ kind: 'legal', contents: ['a:a,b:b'] });
    await vault.open();
    for (const state of crashStates(fileSystem.operations)) {
      if (state.cutAt <= before) continue;
      expect(await problemOf(join(temporaryFolder(), 'state'), state)).toBeNull();
      expect(
        [...state.files.values()].some((bytes) => bytes.equals(damaged)),
        state.key,
      ).toBe(true);
    }
  });

  it('does not bring back the generations that were forgotten', async () => {
    const { vault, fileSystem } = new RecordedVault(temporaryFolder());
    await vault.open();
    await vault.create(cheapWrapper());
    for (const id of ['a', 'b', 'c']) await vault.commit([put(id, id)]);
    await vault.forgetGenerations();
    fileSystem.operations.push({ kind: 'legal', contents: ['a:a,b:b,c:c'] });
    const states = [...crashStates(fileSystem.operations)];
    const after = states.filter(({ cutAt }) => cutAt === fileSystem.operations.length);
    expect(after.map(({ files }) => [...files.keys()])).toEqual([['vault.nfyv']]);
  });
});
