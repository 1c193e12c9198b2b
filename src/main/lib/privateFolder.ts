import { constants } from 'node:fs';
import { chmod, mkdir, open, stat } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { AppError, systemCode } from './appError.ts';

const OTHERS = 0o077;
export const PRIVATE_FOLDER_MODE = 0o700;
export const PRIVATE_FILE_MODE = 0o600;

const ownUserId = (): number | null => process.getuid?.() ?? null;

/** Whether the file or folder belongs to the user that runs us. Always so where there are no such owners (Windows). */
export const isOurs = (found: { readonly uid: number }): boolean =>
  ownUserId() === null || found.uid === ownUserId();

/** Whether other users have any permission on it. */
export const isOpenToOthers = (found: { readonly mode: number }): boolean =>
  ownUserId() !== null && (found.mode & OTHERS) !== 0;

/** So that a power cut does not take the folder away with all that was said to be safe in it. */
const syncNamesOf = async (path: string, firstMade: string): Promise<void> => {
  const { O_RDONLY, O_DIRECTORY } = constants;
  // Windows cannot synchronise a folder.
  if (O_DIRECTORY === undefined) return;
  const outermost = dirname(resolve(firstMade));
  let folder = resolve(path);
  do {
    folder = dirname(folder);
    const opened = await open(folder, O_RDONLY | O_DIRECTORY);
    await opened.sync().finally(() => opened.close());
  } while (folder.length > outermost.length);
};

/**
 * With those around it that are missing. Node's own way of it tries for ever where a folder takes no others (`/proc`).
 * @returns the outermost one that was made; null when all were there
 */
const makeFolder = async (path: string): Promise<string | null> => {
  if (await isThere(path)) return null;
  const parent = dirname(path);
  const outermost = parent === path ? null : await makeFolder(parent);
  await mkdir(path, { mode: PRIVATE_FOLDER_MODE }).catch((error) => {
    if (systemCode(error) !== 'EEXIST') throw error;
  });
  return outermost ?? path;
};

const isThere = (path: string): Promise<boolean> =>
  stat(path).then(
    () => true,
    () => false,
  );

/**
 * Makes the folder, or takes over one that is there, for this user alone.
 * @returns what was put right, in words; null when nothing had to be
 * @throws AppError HOME_UNUSABLE when it cannot be made, is no folder, or is another user's
 */
export const ensurePrivateFolder = async (path: string): Promise<string | null> => {
  try {
    const firstMade = await makeFolder(resolve(path));
    if (firstMade !== null) await syncNamesOf(path, firstMade);
    // Of what a link points to: that is where the files will lie.
    const found = await stat(path);
    if (!found.isDirectory()) throw new AppError('HOME_UNUSABLE', { detail: `${path} is not a folder.` });
    if (!isOurs(found)) throw new AppError('HOME_UNUSABLE', { detail: `${path} belongs to another user.` });
    if (!isOpenToOthers(found)) return null;
    await chmod(path, PRIVATE_FOLDER_MODE);
    return `Other users of this machine had access to the folder ${path}; its permissions were narrowed to you alone.`;
  } catch (cause) {
    if (cause instanceof AppError) throw cause;
    throw new AppError('HOME_UNUSABLE', { detail: `${path} (${systemCode(cause) ?? 'unknown'}).`, cause });
  }
};
