import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { writeFile as writeAtomically } from 'atomically';
import { systemCode } from '../../src/main/lib/appError.ts';
import { contentOf, put, unlockedVault } from '../helpers/testVault.ts';

/** Secrets that are kept in a folder, as a new process finds them. */
export interface Keeper {
  secrets(): readonly string[];
  /** Resolves when the secret is to outlive whatever comes. */
  save(secret: string): Promise<void>;
}

/** @throws where what is in the folder cannot be read */
export type Subject = (folder: string) => Promise<Keeper>;

export const vaultSubject: Subject = async (folder) => {
  const vault = await unlockedVault(folder);
  return {
    secrets: () => Object.values(contentOf(vault)).map(({ secret }) => secret),
    // Secrets differ in how they begin; an id has not room for all of a long one.
    save: (secret) => vault.commit([put(secret.slice(0, 40), secret)]),
  };
};

/** So that a write takes long enough to be hit. */
const PADDING = 'x'.repeat(2 * 1024 * 1024);

/** One JSON file, written by somebody else's writer. */
const jsonSubject =
  (write: (path: string, text: string) => Promise<unknown>): Subject =>
  async (folder) => {
    const path = join(folder, 'secrets.json');
    const secrets: string[] = await readFile(path, 'utf8').then(
      (text) => JSON.parse(text).secrets,
      (error: unknown) => {
        if (systemCode(error) === 'ENOENT') return [];
        throw error;
      },
    );
    return {
      secrets: () => secrets,
      save: async (secret) => {
        await write(path, `{"padding":"${PADDING}","secrets":${JSON.stringify([...secrets, secret])}}`);
        secrets.push(secret);
      },
    };
  };

/** The vault, and two writers that the rig must be seen to fail. */
export const subjects = {
  vault: vaultSubject,
  atomically: jsonSubject((path, text) => writeAtomically(path, text)),
  plainWrite: jsonSubject((path, text) => writeFile(path, text)),
} satisfies Record<string, Subject>;

export type SubjectName = keyof typeof subjects;
