import { type ChildProcessWithoutNullStreams, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { temporaryFolder } from '../helpers/temporaryFolder.ts';

/** Every system call that a save may make on its files. */
const FILE_CALLS =
  'openat,close,read,pread64,write,pwrite64,fsync,fdatasync,rename,renameat,renameat2,link,linkat,unlink,unlinkat,stat,fstat,newfstatat,statx,getdents64,fchmod,ftruncate';

/** The n-th call of this name that the thread makes from now on. */
export interface CallPoint {
  readonly call: string;
  readonly number: number;
}

export interface TracedCall extends CallPoint {
  /** As strace prints it, with the path of every descriptor. */
  readonly line: string;
}

/** Why no thread can be traced here; null where one can. */
export const noTracing = (): string | null => {
  if (process.platform !== 'linux') return 'strace is of Linux';
  const { status, error } = spawnSync('strace', [
    '-o',
    '/dev/null',
    '-e',
    'inject=fsync:error=EIO:when=1',
    'true',
  ]);
  if (error !== undefined) return 'there is no strace';
  return status === 0 ? null : 'strace may not trace here';
};

/** The one thread of the process that does its file work. */
const fileThread = (pid: number): string => {
  const tasks = `/proc/${pid}/task`;
  const found = readdirSync(tasks).find(
    (task) => readFileSync(join(tasks, task, 'comm'), 'utf8').trim() === 'libuv-worker',
  );
  if (found === undefined) throw new Error('there is no thread for file work');
  return found;
};

/** strace, attached to the thread of a process that does the file work, and to no other. */
export class ThreadTrace {
  readonly #strace: ChildProcessWithoutNullStreams;
  readonly #log: string;

  private constructor(strace: ChildProcessWithoutNullStreams, log: string) {
    this.#strace = strace;
    this.#log = log;
  }

  /** @param fault what befalls one call, such as `error=EIO` or `signal=KILL` */
  static async attach(pid: number, fault?: CallPoint & { readonly what: string }): Promise<ThreadTrace> {
    const log = join(temporaryFolder(), 'strace.log');
    const inject =
      fault === undefined ? [] : ['-e', `inject=${fault.call}:${fault.what}:when=${fault.number}`];
    const strace = spawn('strace', [
      ...['-p', fileThread(pid), '-y', '-s', '64', '-o', log, '-e', `trace=${FILE_CALLS}`],
      ...inject,
    ]);
    for await (const line of createInterface(strace.stderr)) {
      if (line.includes(' attached')) return new ThreadTrace(strace, log);
      if (line.includes('ptrace')) break;
    }
    throw new Error('strace could not attach');
  }

  /** Lets the thread go. @returns what it called meanwhile */
  async detach(): Promise<readonly TracedCall[]> {
    if (this.#strace.exitCode === null) {
      const exit = once(this.#strace, 'exit');
      this.#strace.kill('SIGINT');
      await exit;
    }
    const numbers = new Map<string, number>();
    return readFileSync(this.#log, 'utf8')
      .split('\n')
      .flatMap((line) => {
        const [, call] = /^(\w+)\(/.exec(line) ?? [];
        if (call === undefined) return [];
        const number = (numbers.get(call) ?? 0) + 1;
        numbers.set(call, number);
        return [{ call, number, line }];
      });
  }
}
