import { constants } from 'node:fs';
import { lstat, open, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { AppError, systemCode } from '../lib/appError.ts';
import { ensurePrivateFolder, isOpenToOthers, isOurs, PRIVATE_FILE_MODE } from '../lib/privateFolder.ts';
import { type FileSystem, generationNames, isTemporary, replaceFile, syncFolder } from './durableFile.ts';
import { decodeVault, MAX_VAULT_BYTES, type VaultBytes } from './vaultFile.ts';

export const VAULT_FILE_NAME = 'vault.nfyv';

/** The vault file as it lies on the disk. */
export interface StoredVault extends VaultBytes {
  readonly savedAtMs: number;
}

type Found =
  | { readonly kind: 'missing' }
  | { readonly kind: 'damaged'; readonly because: string }
  | { readonly kind: 'whole'; readonly stored: StoredVault };

export interface Opened {
  /** null when there is no vault. */
  readonly stored: StoredVault | null;
  /** What was found and put right, in words. */
  readonly notices: readonly string[];
}

const unusable = (path: string, cause: unknown): AppError =>
  new AppError('HOME_UNUSABLE', { detail: `${path} (${systemCode(cause) ?? 'unknown'}).`, cause });

/** A link, pipe or folder in the place of the file is damage, never followed. */
const readVaultFile = async (path: string): Promise<Found> => {
  const { O_RDONLY, O_NOFOLLOW = 0, O_NONBLOCK = 0 } = constants;
  try {
    const found = await lstat(path);
    if (!found.isFile()) return { kind: 'damaged', because: 'it is not a file' };
    if (!isOurs(found)) throw new AppError('HOME_UNUSABLE', { detail: `${path} belongs to another user.` });
    if (found.size > MAX_VAULT_BYTES) return { kind: 'damaged', because: 'it is far too large' };
    const file = await open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
    try {
      const bytes = await file.readFile();
      const decoded = decodeVault(bytes);
      if (decoded.kind === 'newer') throw new AppError('VAULT_NEWER', { detail: `(${path})` });
      if (decoded.kind === 'damaged') return decoded;
      return {
        kind: 'whole',
        stored: { bytes, image: decoded.image, savedAtMs: found.mtimeMs },
      };
    } finally {
      await file.close();
    }
  } catch (cause) {
    if (cause instanceof AppError) throw cause;
    if (systemCode(cause) === 'ENOENT') return { kind: 'missing' };
    if (systemCode(cause) === 'EIO') return { kind: 'damaged', because: 'the disk cannot read it' };
    throw unusable(path, cause);
  }
};

/** MAC and checksum: two vault files that end alike are the same. */
const SEAL_BYTES = 64;

const endsAs = async (path: string, { bytes }: StoredVault): Promise<boolean> => {
  const { O_RDONLY, O_NOFOLLOW = 0, O_NONBLOCK = 0 } = constants;
  const file = await open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
  try {
    if ((await file.stat()).size !== bytes.length) return false;
    const end = Buffer.alloc(SEAL_BYTES);
    await file.read(end, 0, SEAL_BYTES, bytes.length - SEAL_BYTES);
    return end.equals(bytes.subarray(-SEAL_BYTES));
  } finally {
    await file.close();
  }
};

/**
 * Compare and swap: what somebody else has saved meanwhile, in spite of the lock, must not be written over. A file that
 * has gone or is no whole vault is nobody's save.
 * @throws AppError VAULT_CHANGED | VAULT_NEWER | HOME_UNUSABLE
 */
export const requireUnchanged = async (path: string, before: StoredVault | null): Promise<void> => {
  if (before !== null && (await endsAs(path, before).catch(() => false))) return;
  const found = await readVaultFile(path);
  if (found.kind !== 'whole') return;
  const { generation } = found.stored.image;
  const here = before === null ? 'none' : before.image.generation;
  throw new AppError('VAULT_CHANGED', {
    detail: `(Generation ${generation} is there, ${here} was expected.)`,
  });
};

/** Names of everything here that is or was a vault, without what an interrupted write left. */
const vaultFiles = async (
  folder: string,
): Promise<{ kept: readonly string[]; leftOver: readonly string[] }> => {
  const names = (await readdir(folder)).filter((name) => name.startsWith(VAULT_FILE_NAME));
  return { kept: names.filter((name) => !isTemporary(name)), leftOver: names.filter(isTemporary) };
};

/** Whether making a new vault here could shadow an earlier one, whatever its state. */
export const holdsVaultFiles = async (folder: string): Promise<boolean> =>
  (await vaultFiles(folder)).kept.length > 0;

/** An earlier file of the vault that is whole. */
export interface Generation {
  /** Its name in the folder. */
  readonly name: string;
  readonly stored: StoredVault;
}

/** The one that was replaced last first. */
const readReplaced = async (folder: string): Promise<readonly Generation[]> => {
  const generations: Generation[] = [];
  for (const name of await generationsIn(folder)) {
    const found = await readVaultFile(join(folder, name));
    if (found.kind === 'whole') generations.push({ name, stored: found.stored });
  }
  return generations;
};

/** Newest first. */
export const readGenerations = async (folder: string): Promise<readonly Generation[]> =>
  (await readReplaced(folder)).toSorted(
    (one, other) => other.stored.image.generation - one.stored.image.generation,
  );

/** Names of all that there are, whole or not; the one that was replaced last first. */
export const generationsIn = async (folder: string): Promise<readonly string[]> =>
  generationNames(VAULT_FILE_NAME, await readdir(folder));

/** For good, also after a power cut. */
export const removeGenerations = async (
  folder: string,
  names: readonly string[],
  fileSystem: FileSystem,
): Promise<void> => {
  for (const name of names) await fileSystem.unlink(join(folder, name));
  await syncFolder(fileSystem, folder);
};

/** Moved, never deleted and never over an earlier one: a person or a tool may still read something from it. */
const moveAside = async (folder: string, nowMs: number, fileSystem: FileSystem): Promise<string> => {
  const time = new Date(nowMs).toISOString().replaceAll(':', '-');
  const { kept } = await vaultFiles(folder);
  let name = `${VAULT_FILE_NAME}.damaged-${time}`;
  for (let number = 2; kept.includes(name); number += 1)
    name = `${VAULT_FILE_NAME}.damaged-${time}-${number}`;
  await fileSystem.rename(join(folder, VAULT_FILE_NAME), join(folder, name));
  // Before another file takes its name: a disk that keeps only the later of the two changes would lose it.
  await syncFolder(fileSystem, folder);
  return name;
};

const recover = async (
  folder: string,
  found: Exclude<Found, { kind: 'whole' }>,
  nowMs: number,
  fileSystem: FileSystem,
): Promise<Opened> => {
  const main = join(folder, VAULT_FILE_NAME);
  // Not the one with the highest number: after an older copy was put back, that is of the line that was left.
  const [newest] = await readReplaced(folder);
  if (newest === undefined) {
    const because = found.kind === 'missing' ? 'It is missing' : `Of ${main}: ${found.because}`;
    throw new AppError('VAULT_DAMAGED', {
      detail: `${because}. No good earlier generation was found.`,
      hint: 'Nothing was overwritten: restore the file from a backup, then start again.',
    });
  }
  const damage =
    found.kind === 'missing'
      ? 'The vault file was missing.'
      : `The vault file was damaged (${found.because}) and was moved to ${await moveAside(folder, nowMs, fileSystem)}.`;
  const { stored } = newest;
  await replaceFile(main, stored.bytes, nowMs, fileSystem);
  const notice = `${damage} The newest earlier generation (number ${stored.image.generation}) is used instead: what was changed after it is missing.`;
  return { stored, notices: [notice] };
};

const narrowFile = async (path: string): Promise<void> => {
  const { O_RDONLY, O_NOFOLLOW = 0, O_NONBLOCK = 0 } = constants;
  const file = await open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
  try {
    await file.chmod(PRIVATE_FILE_MODE);
  } finally {
    await file.close();
  }
};

/** The vault, its earlier generations, and what was moved aside: all of them hold what was sealed. */
const narrowFiles = async (folder: string): Promise<readonly string[]> => {
  let narrowed = 0;
  for (const name of (await vaultFiles(folder)).kept) {
    const found = await lstat(join(folder, name));
    if (!found.isFile() || !isOurs(found) || !isOpenToOthers(found)) continue;
    await narrowFile(join(folder, name));
    narrowed += 1;
  }
  return narrowed === 0
    ? []
    : [
        'Other users of this machine had access to files of the vault; their permissions were narrowed to you alone. They are sealed, but were readable.',
      ];
};

const removeLeftOvers = async (
  folder: string,
  names: readonly string[],
  fileSystem: FileSystem,
): Promise<readonly string[]> => {
  for (const name of names) await fileSystem.unlink(join(folder, name));
  return names.length === 0
    ? []
    : [
        'The last run was cut off while it was saving a change. That change had not been confirmed to anyone; the vault is whole.',
      ];
};

/**
 * Finds the vault in the folder and puts right what can be put right.
 * @throws AppError VAULT_DAMAGED | VAULT_NEWER | HOME_UNUSABLE | DISK_FULL | STORAGE_FAILED; nothing is lost by it
 */
export const openVaultFolder = async (
  folder: string,
  nowMs: number,
  fileSystem: FileSystem,
): Promise<Opened> => {
  const narrowedFolder = await ensurePrivateFolder(folder);
  const main = join(folder, VAULT_FILE_NAME);
  try {
    const { kept, leftOver } = await vaultFiles(folder);
    const found = await readVaultFile(main);
    const opened: Opened =
      found.kind === 'whole'
        ? { stored: found.stored, notices: [] }
        : kept.length === 0
          ? { stored: null, notices: [] }
          : await recover(folder, found, nowMs, fileSystem);
    // Last, so that nothing at all is touched where the vault cannot be opened.
    const narrowedFiles = await narrowFiles(folder);
    const interrupted = await removeLeftOvers(folder, leftOver, fileSystem);
    return {
      stored: opened.stored,
      notices: [
        ...(narrowedFolder === null ? [] : [narrowedFolder]),
        ...opened.notices,
        ...narrowedFiles,
        ...interrupted,
      ],
    };
  } catch (cause) {
    throw cause instanceof AppError ? cause : unusable(folder, cause);
  }
};
