import { randomUUID } from 'node:crypto';
import { readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Published by rename: a reader finds the old document or the new one, never half of one. */
export const writeJson = async (path: string, value: unknown): Promise<void> => {
  const draft = `${path}.${randomUUID()}.tmp`;
  try {
    await writeFile(draft, JSON.stringify(value));
    await rename(draft, path);
  } catch (error) {
    await rm(draft, { force: true });
    throw error;
  }
};

export const readJson = async <T>(path: string): Promise<T> => JSON.parse(await readFile(path, 'utf8')) as T;

/** Every published document of a folder. Drafts that a crash left behind are removed. */
export const readJsonFolder = async <T>(folder: string): Promise<T[]> => {
  const names = await readdir(folder);
  const drafts = names.filter((name) => name.endsWith('.tmp'));
  await Promise.all(drafts.map((name) => rm(join(folder, name), { force: true })));
  return Promise.all(
    names.filter((name) => name.endsWith('.json')).map((name) => readJson<T>(join(folder, name))),
  );
};
