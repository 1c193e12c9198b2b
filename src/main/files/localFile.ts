import { createHash, randomBytes } from 'node:crypto';
import { constants, type Stats } from 'node:fs';
import { type FileHandle, lstat, open, readdir, rename, unlink } from 'node:fs/promises';
import { basename, dirname, isAbsolute, join } from 'node:path';
import { AppError, systemCode } from '../lib/appError.ts';
import { isOurs } from '../lib/privateFolder.ts';
import { type FileSystem, nodeFileSystem, syncFolder, writeNewFile } from '../vault/durableFile.ts';

/** The files of a person, at the paths that they give. Only plain files: a link, pipe or device is never followed. */

const { O_RDONLY, O_NOFOLLOW = 0, O_NONBLOCK = 0 } = constants;
const PERMISSIONS = 0o777;

const unusable = (path: string, because: string, cause?: unknown): AppError =>
  new AppError('FILE_UNUSABLE', { detail: `${path}: ${because}.`, cause });

const fileError = (path: string, cause: unknown): AppError => {
  if (cause instanceof AppError) return cause;
  const code = systemCode(cause);
  if (code === 'EEXIST') return new AppError('FILE_EXISTS', { detail: `(${path})`, cause });
  if (code === 'ENOSPC' || code === 'EDQUOT') return new AppError('DISK_FULL', { cause });
  if (code === 'ENOENT') return unusable(path, 'there is no such file or folder', cause);
  return unusable(path, code ?? (cause instanceof Error ? cause.message : 'unknown'), cause);
};

export const requireAbsolute = (path: string): void => {
  if (!isAbsolute(path)) throw new AppError('INVALID_INPUT', { detail: 'path: it has to be absolute.' });
};

/** A file that claims to be empty or small may give more than it said. */
const readAtMost = async (file: FileHandle, maxBytes: number): Promise<Buffer | null> => {
  const bytes = Buffer.alloc(maxBytes + 1);
  let length = 0;
  while (length <= maxBytes) {
    const { bytesRead } = await file.read(bytes, length, bytes.length - length);
    if (bytesRead === 0) return bytes.subarray(0, length);
    length += bytesRead;
  }
  return null;
};

const withPlainFile = async <T>(path: string, task: (file: FileHandle) => Promise<T>): Promise<T> => {
  requireAbsolute(path);
  try {
    // Before it is opened: to open a device can do something.
    if (!(await lstat(path)).isFile()) throw unusable(path, 'it is not a plain file');
    const file = await open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
    try {
      return await task(file);
    } finally {
      await file.close();
    }
  } catch (cause) {
    throw fileError(path, cause);
  }
};

/** The first bytes, by which the kind of a file is known. */
export const readStart = (path: string, length: number): Promise<Buffer> =>
  withPlainFile(path, async (file) => {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, 0);
    return buffer.subarray(0, bytesRead);
  });

/** The caller wipes it. @throws AppError FILE_UNUSABLE */
export const readLocalFile = (path: string, maxBytes: number): Promise<Buffer> =>
  withPlainFile(path, async (file) => {
    const tooLarge = unusable(path, `it is larger than the ${maxBytes} bytes that are read`);
    if ((await file.stat()).size > maxBytes) throw tooLarge;
    const bytes = await readAtMost(file, maxBytes);
    if (bytes === null) throw tooLarge;
    return bytes;
  });

/** For its owner alone, and on the disk when this resolves. @throws AppError FILE_EXISTS | FILE_UNUSABLE | DISK_FULL */
export const writeLocalFile = async (path: string, bytes: Buffer): Promise<void> => {
  requireAbsolute(path);
  let isOfOurs = false;
  const noticing: FileSystem = {
    ...nodeFileSystem,
    open: async (...given) => {
      const file = await nodeFileSystem.open(...given);
      isOfOurs = true;
      return file;
    },
  };
  try {
    await writeNewFile(noticing, path, bytes);
    await syncFolder(nodeFileSystem, dirname(path));
  } catch (cause) {
    // Never a file that somebody else made.
    if (isOfOurs) await unlink(path).catch(() => undefined);
    throw fileError(path, cause);
  }
};

export const digestOf = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');

/** A replacing that was cut off leaves its new bytes beside the file. */
const removeLeftovers = async (path: string): Promise<void> => {
  const [folder, prefix] = [dirname(path), `${basename(path)}.tmp-`];
  const isLeftover = (name: string): boolean =>
    name.startsWith(prefix) && /^[0-9a-f]{16}$/.test(name.slice(prefix.length));
  for (const name of (await readdir(folder)).filter(isLeftover)) await unlink(join(folder, name));
};

/** The group comes first: what it may do is in the permissions, and nothing here widens them for another one. */
const giveLike = async (temporary: string, path: string, { gid, mode }: Stats): Promise<void> => {
  const file = await open(temporary, O_RDONLY | O_NOFOLLOW);
  try {
    const made = await file.stat();
    if (made.gid !== gid)
      await file.chown(made.uid, gid).catch((cause: unknown) => {
        throw unusable(path, 'it belongs to a group that you are not in', cause);
      });
    await file.chmod(mode & PERMISSIONS);
    await file.sync();
  } finally {
    await file.close();
  }
};

/**
 * Puts other bytes in the place of those that were read, with the same permissions and group; at every moment the place holds
 * either. No copy of the old ones is kept.
 * @throws AppError SOURCE_CHANGED | FILE_UNUSABLE | DISK_FULL; the file is then as it was
 */
export const replaceLocalFile = async (
  path: string,
  digestBefore: string,
  bytes: Buffer,
  maxBytes: number,
): Promise<void> => {
  const temporary = `${path}.tmp-${randomBytes(8).toString('hex')}`;
  try {
    const found = await lstat(path);
    if (!isOurs(found)) throw unusable(path, 'it belongs to another user');
    if (found.nlink > 1)
      throw unusable(path, 'it has a second name (hard link), which would keep the secret');
    await removeLeftovers(path);
    await writeNewFile(nodeFileSystem, temporary, bytes);
    await giveLike(temporary, path, found);
    const now = await readLocalFile(path, maxBytes);
    const digestNow = digestOf(now);
    now.fill(0);
    if (digestNow !== digestBefore) throw new AppError('SOURCE_CHANGED', { detail: `(${path})` });
    await rename(temporary, path);
    // From here on it is replaced: at worst a power cut brings the old file back.
    await syncFolder(nodeFileSystem, dirname(path)).catch(() => undefined);
  } catch (cause) {
    await unlink(temporary).catch(() => undefined);
    throw fileError(path, cause);
  }
};
