import { randomBytes } from 'node:crypto';
import { constants } from 'node:fs';
import { link, open, readdir, rename, stat, unlink } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { AppError, systemCode } from '../lib/appError.ts';
import { PRIVATE_FILE_MODE } from '../lib/privateFolder.ts';

/** What the writer needs of the file system; tests put faults in between. */
export interface FileSystem {
  open(path: string, flags: number, mode?: number): Promise<OpenFile>;
  link(existing: string, added: string): Promise<void>;
  rename(from: string, to: string): Promise<void>;
  unlink(path: string): Promise<void>;
  stat(path: string): Promise<{ readonly ino: number; readonly mtimeMs: number }>;
  readdir(path: string): Promise<readonly string[]>;
}

export interface OpenFile {
  write(bytes: Buffer, offset: number, length: number): Promise<{ readonly bytesWritten: number }>;
  stat(): Promise<{ readonly size: number }>;
  sync(): Promise<void>;
  /** On from where the last one ended. */
  read(bytes: Buffer, offset: number, length: number): Promise<{ readonly bytesRead: number }>;
  close(): Promise<void>;
}

export const nodeFileSystem: FileSystem = { open, link, rename, unlink, stat, readdir };

export const GENERATIONS = 5;
const DAYS = 7;
const TEMPORARY = '.tmp-';
const READ_BYTES = 256 * 1024;
/** Windows knows neither; there a folder cannot be synchronised, and the rename alone must do. */
const { O_NOFOLLOW = 0, O_DIRECTORY = 0 } = constants;

/** `vault.nfyv.1` is the newest of the earlier generations. */
export const generationPath = (path: string, number: number): string => `${path}.${number}`;
/** `vault.nfyv.day-2026-11-24` is the last file of that day (UTC). */
const dayPath = (path: string, timeMs: number): string =>
  `${path}.day-${new Date(timeMs).toISOString().slice(0, 10)}`;
const dayNames = (path: string, names: readonly string[]): readonly string[] =>
  names.filter((name) => name.startsWith(`${basename(path)}.day-`)).sort();
/** Of the names in the folder, those of earlier files that are kept, the one that was replaced last first. */
export const generationNames = (path: string, names: readonly string[]): readonly string[] => [
  ...Array.from({ length: GENERATIONS }, (_, index) => basename(generationPath(path, index + 1))).filter(
    (name) => names.includes(name),
  ),
  ...dayNames(path, names).toReversed(),
];
export const isTemporary = (fileName: string): boolean => fileName.includes(TEMPORARY);

const unlessMissing = async <T>(task: Promise<T>): Promise<T | null> => {
  try {
    return await task;
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return null;
    throw error;
  }
};

const withFile = async <T>(opening: Promise<OpenFile>, use: (file: OpenFile) => Promise<T>): Promise<T> => {
  const file = await opening;
  try {
    return await use(file);
  } finally {
    await file.close();
  }
};

/** A write may take fewer bytes than it was given, and says so only in its result. */
const writeAll = async (file: OpenFile, bytes: Buffer): Promise<void> => {
  for (let offset = 0; offset < bytes.length; ) {
    const { bytesWritten } = await file.write(bytes, offset, bytes.length - offset);
    if (bytesWritten <= 0) throw new Error('the file takes no more bytes');
    offset += bytesWritten;
  }
};

/** Compared piece by piece: there is no second copy of the vault in memory. */
const holds = async (file: OpenFile, bytes: Buffer): Promise<boolean> => {
  const piece = Buffer.allocUnsafe(READ_BYTES);
  try {
    for (let offset = 0; ; ) {
      const { bytesRead } = await file.read(piece, 0, piece.length);
      if (bytesRead === 0) return offset === bytes.length;
      const written = bytes.subarray(offset, offset + bytesRead);
      if (!piece.subarray(0, bytesRead).equals(written)) return false;
      offset += bytesRead;
    }
  } finally {
    // An export may be in clear.
    piece.fill(0);
  }
};

/** Where there is nothing yet, on the disk and read back when it resolves. */
export const writeNewFile = async (fileSystem: FileSystem, path: string, bytes: Buffer): Promise<void> => {
  const flags = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | O_NOFOLLOW;
  await withFile(fileSystem.open(path, flags, PRIVATE_FILE_MODE), async (file) => {
    await writeAll(file, bytes);
    if ((await file.stat()).size !== bytes.length)
      throw new Error('the file has another size than was written');
    await file.sync();
  });
  const isSame = await withFile(fileSystem.open(path, constants.O_RDONLY | O_NOFOLLOW), (file) =>
    holds(file, bytes),
  );
  if (!isSame) throw new Error('the file holds other bytes than were written');
};

/** Generations move up as far as here: an attempt that failed between has left a gap, and pushes nothing out again. */
const firstGap = async (fileSystem: FileSystem, path: string): Promise<number> => {
  let number = 1;
  while (
    number < GENERATIONS &&
    (await unlessMissing(fileSystem.stat(generationPath(path, number)))) !== null
  )
    number += 1;
  return number;
};

/** The current file becomes generation 1 and stays in its place too, so that there is one at every moment. */
const keepGeneration = async (fileSystem: FileSystem, path: string): Promise<void> => {
  const current = await unlessMissing(fileSystem.stat(path));
  if (current === null) return;
  const newest = await unlessMissing(fileSystem.stat(generationPath(path, 1)));
  // Kept already by an attempt that failed after this step: attempts must not push good generations out.
  if (newest?.ino === current.ino) return;
  const gap = await firstGap(fileSystem, path);
  for (let number = gap - 1; number >= 1; number -= 1) {
    await fileSystem.rename(generationPath(path, number), generationPath(path, number + 1));
  }
  await fileSystem.link(path, generationPath(path, 1));
};

/** What is now replaced was the last of its day: it is kept under the name of that day, and the oldest day goes. */
const keepDay = async (fileSystem: FileSystem, path: string, nowMs: number): Promise<void> => {
  const current = await unlessMissing(fileSystem.stat(path));
  if (current === null || dayPath(path, current.mtimeMs) === dayPath(path, nowMs)) return;
  try {
    await fileSystem.link(path, dayPath(path, current.mtimeMs));
  } catch (error) {
    // Kept already, by an attempt that failed after this step.
    if (systemCode(error) !== 'EEXIST') throw error;
  }
  const folder = dirname(path);
  const days = dayNames(path, await fileSystem.readdir(folder));
  for (const name of days.slice(0, -DAYS)) await unlessMissing(fileSystem.unlink(join(folder, name)));
};

/** Until then a power cut may undo, in any order, what happened to the names in it. */
export const syncFolder = async (fileSystem: FileSystem, folder: string): Promise<void> => {
  if (O_DIRECTORY === 0) return;
  await withFile(fileSystem.open(folder, constants.O_RDONLY | O_DIRECTORY), (file) => file.sync());
};

/** Undoes a rename whose permanence could not be assured. */
const putBack = async (
  fileSystem: FileSystem,
  path: string,
  temporary: string,
  isFirst: boolean,
): Promise<void> => {
  if (isFirst) return fileSystem.unlink(path);
  await fileSystem.link(generationPath(path, 1), temporary);
  await fileSystem.rename(temporary, path);
};

const storageError = (cause: unknown): AppError => {
  const code = systemCode(cause);
  if (code === 'ENOSPC' || code === 'EDQUOT') return new AppError('DISK_FULL', { cause });
  const reason = code ?? (cause instanceof Error ? cause.message : 'unknown');
  return new AppError('STORAGE_FAILED', { detail: `(${reason})`, cause });
};

/**
 * Puts a file in the place of another so that at every moment, also after a crash, a full disk or a power cut, the
 * place holds either the whole old or the whole new file. When this resolves, the new one is on the disk.
 * @param confirm runs last before the names change, and may still refuse
 * @throws AppError DISK_FULL | STORAGE_FAILED, or what `confirm` throws; the old file is then in its place, untouched
 */
export const replaceFile = async (
  path: string,
  bytes: Buffer,
  nowMs: number,
  fileSystem: FileSystem = nodeFileSystem,
  confirm: () => Promise<void> = async () => undefined,
): Promise<void> => {
  const temporary = `${path}${TEMPORARY}${randomBytes(8).toString('hex')}`;
  try {
    await writeNewFile(fileSystem, temporary, bytes);
    await confirm();
    const isFirst = (await unlessMissing(fileSystem.stat(path))) === null;
    await keepDay(fileSystem, path, nowMs);
    await keepGeneration(fileSystem, path);
    await fileSystem.rename(temporary, path);
    try {
      await syncFolder(fileSystem, dirname(path));
    } catch (error) {
      await putBack(fileSystem, path, temporary, isFirst);
      throw error;
    }
  } catch (error) {
    await fileSystem.unlink(temporary).catch(() => undefined);
    throw error instanceof AppError ? error : storageError(error);
  }
};
