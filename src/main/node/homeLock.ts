import { createHash, randomUUID } from 'node:crypto';
import { readFileSync, unlinkSync } from 'node:fs';
import { link, readdir, readFile, rename, unlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { AppError, systemCode } from '../lib/appError.ts';
import { PRIVATE_FILE_MODE } from '../lib/privateFolder.ts';
import { isAlive, ownIdentity, type ProcessIdentity } from './processIdentity.ts';

/**
 * One process per home folder, also after kill -9.
 *
 * `home.lock` names its holder. A holder that died is succeeded, never deleted: the successor creates, exclusively,
 * `home.lock.after-<digest of the dead holder's file>`, so that each holder has at most one successor and a slow rival
 * that still looks at the dead one cannot displace the new one. Then it renames its own file over `home.lock` and
 * clears the chain away. A rival that created a link of a chain already cleared away finds another `home.lock` than
 * it began with, and begins anew.
 */

const LOCK = 'home.lock';
const SUCCESSOR = `${LOCK}.after-`;
const DRAFT = `${LOCK}.new-`;
const MAX_ATTEMPTS = 100;

const successorOf = (content: string): string =>
  SUCCESSOR + createHash('sha256').update(content).digest('hex').slice(0, 32);

const unlessCode = async <T>(code: string, task: Promise<T>): Promise<T | null> => {
  try {
    return await task;
  } catch (error) {
    if (systemCode(error) === code) return null;
    throw error;
  }
};

/** null for what is not a lock file, such as one that a power cut emptied. */
const holderIn = (content: string): ProcessIdentity | null => {
  try {
    const { pid, startedAt, bootId } = JSON.parse(content);
    return Number.isInteger(pid) && pid > 0 ? { pid, startedAt, bootId } : null;
  } catch {
    return null;
  }
};

const aliveHolder = async (content: string): Promise<ProcessIdentity | null> => {
  const holder = holderIn(content);
  return holder !== null && (await isAlive(holder)) ? holder : null;
};

class LockFolder {
  readonly #home: string;

  constructor(home: string) {
    this.#home = home;
  }

  path(name: string): string {
    return join(this.#home, name);
  }

  read(name: string): Promise<string | null> {
    return unlessCode('ENOENT', readFile(this.path(name), 'utf8'));
  }

  async remove(name: string): Promise<void> {
    await unlessCode('ENOENT', unlink(this.path(name)));
  }

  /** A lock file appears whole, because it is linked into place from a draft. @returns false to try again */
  async create(name: string, content: string): Promise<boolean> {
    const draft = DRAFT + randomUUID();
    await writeFile(this.path(draft), content, { flag: 'wx', mode: PRIVATE_FILE_MODE });
    try {
      await link(this.path(draft), this.path(name));
      return true;
    } catch (error) {
      // ENOENT: a holder that was clearing up took the draft for that of a dead one.
      if (systemCode(error) === 'EEXIST' || systemCode(error) === 'ENOENT') return false;
      throw error;
    } finally {
      await this.remove(draft);
    }
  }

  /** The file of the last holder that the chain leads to. */
  async lastOf(head: string): Promise<string> {
    let last = head;
    for (let next: string | null = head; next !== null; next = await this.read(successorOf(last)))
      last = next;
    return last;
  }

  /** For the holder: its own file becomes the head, what led to it goes away. */
  async settle(content: string): Promise<void> {
    const draft = DRAFT + randomUUID();
    await writeFile(this.path(draft), content, { flag: 'wx', mode: PRIVATE_FILE_MODE });
    await rename(this.path(draft), this.path(LOCK));
    await this.clearChain();
  }

  async clearChain(): Promise<void> {
    for (const name of await readdir(this.#home)) {
      if (name.startsWith(SUCCESSOR)) await this.remove(name);
      // A draft of one that was killed; a living one is about to remove its own.
      if (name.startsWith(DRAFT) && (await aliveHolder((await this.read(name)) ?? '')) === null) {
        await this.remove(name);
      }
    }
  }
}

type Attempt =
  | { readonly kind: 'again' }
  | { readonly kind: 'held'; readonly succeeds: HomeLock['succeeds'] }
  | { readonly kind: 'taken'; readonly by: ProcessIdentity };

export interface HomeLock {
  release(): void;
  /** The process that held it before and ended without releasing it; `unknown` where its file says nothing. */
  readonly succeeds: { readonly pid: number | 'unknown' } | null;
}

const attempt = async (folder: LockFolder, content: string): Promise<Attempt> => {
  const head = await folder.read(LOCK);
  if (head === null)
    return (await folder.create(LOCK, content)) ? { kind: 'held', succeeds: null } : { kind: 'again' };
  const last = await folder.lastOf(head);
  const by = await aliveHolder(last);
  if (by !== null) return { kind: 'taken', by };
  const successor = successorOf(last);
  if (!(await folder.create(successor, content))) return { kind: 'again' };
  if ((await folder.read(LOCK)) !== head) {
    await folder.remove(successor);
    return { kind: 'again' };
  }
  await folder.settle(content);
  return { kind: 'held', succeeds: { pid: holderIn(last)?.pid ?? 'unknown' } };
};

/** Synchronous, so that it also works on the last lines of a process. */
const release = (folder: LockFolder, content: string): void => {
  try {
    if (readFileSync(folder.path(LOCK), 'utf8') === content) unlinkSync(folder.path(LOCK));
  } catch {
    // Whoever comes next finds that the holder is gone.
  }
};

/** @throws AppError ALREADY_RUNNING, which names the process · HOME_UNUSABLE */
export const acquireHomeLock = async (home: string): Promise<HomeLock> => {
  const folder = new LockFolder(home);
  try {
    const content = JSON.stringify({ ...(await ownIdentity()), token: randomUUID() });
    for (let left = MAX_ATTEMPTS; left > 0; left -= 1) {
      const outcome = await attempt(folder, content);
      if (outcome.kind === 'held')
        return { release: () => release(folder, content), succeeds: outcome.succeeds };
      if (outcome.kind === 'taken') {
        throw new AppError('ALREADY_RUNNING', { detail: `It is process ${outcome.by.pid}.` });
      }
    }
    throw new AppError('ALREADY_RUNNING', { detail: 'Too many are starting at the same time.' });
  } catch (cause) {
    if (cause instanceof AppError) throw cause;
    throw new AppError('HOME_UNUSABLE', {
      detail: `The lock in ${home} could not be taken (${systemCode(cause) ?? 'unknown'}).`,
      cause,
    });
  }
};
