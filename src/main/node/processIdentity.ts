import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { systemCode } from '../lib/appError.ts';

/** A process, told apart from a later one that was given the same number. */
export interface ProcessIdentity {
  readonly pid: number;
  /** In the system's own form; null where it cannot be told (Windows): the number alone must do there. */
  readonly startedAt: string | null;
  /** Changes with every start of the machine; null where it cannot be told. */
  readonly bootId: string | null;
}

const START_TIME_FIELD = 22;
const runFile = promisify(execFile);

const readBootId = async (): Promise<string | null> => {
  if (process.platform !== 'linux') return null;
  return (await readFile('/proc/sys/kernel/random/boot_id', 'utf8')).trim();
};

/** @returns null when there is no such process, or only its remains */
const linuxStartTime = async (pid: number): Promise<string | null> => {
  try {
    const stat = await readFile(`/proc/${pid}/stat`, 'utf8');
    // The name, field 2, is in brackets and may hold spaces and brackets itself.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    const [state] = fields;
    return state === 'Z' || state === 'X' ? null : (fields[START_TIME_FIELD - 3] ?? null);
  } catch (error) {
    if (systemCode(error) === 'ENOENT' || systemCode(error) === 'ESRCH') return null;
    throw error;
  }
};

const isSignallable = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return systemCode(error) === 'EPERM';
  }
};

const startTime = async (pid: number): Promise<string | null> => {
  if (process.platform === 'linux') return linuxStartTime(pid);
  if (process.platform === 'win32' || !isSignallable(pid)) return null;
  const { stdout } = await runFile('ps', ['-o', 'lstart=', '-p', String(pid)], { env: { LC_ALL: 'C' } });
  return stdout.trim();
};

export const ownIdentity = async (): Promise<ProcessIdentity> => ({
  pid: process.pid,
  startedAt: await startTime(process.pid),
  bootId: await readBootId(),
});

export const isAlive = async (identity: ProcessIdentity): Promise<boolean> => {
  if (identity.bootId !== (await readBootId()) || !isSignallable(identity.pid)) return false;
  return identity.startedAt === (await startTime(identity.pid));
};
