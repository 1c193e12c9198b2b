import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

/** Node's own place for it: a start takes half the time. */
const compileCache = join(tmpdir(), 'node-compile-cache');

export interface Said {
  readonly word: string;
  readonly about: string;
}

export interface ChildOptions {
  /** What a shell does first, such as limits that the process is to live under. */
  readonly first?: string;
  /** What starts it, such as strace. */
  readonly under?: readonly string[];
}

/** A process of this folder that says, line by line, what has happened to it. */
export class Child {
  readonly #process: ChildProcessWithoutNullStreams;
  readonly #lines: AsyncIterator<string>;
  readonly #ended: Promise<unknown>;

  constructor(script: string, args: readonly string[], { first, under = [] }: ChildOptions = {}) {
    const path = fileURLToPath(new URL(script, import.meta.url));
    const command = [...under, process.execPath, path, ...args];
    const shell = first === undefined ? [] : ['/bin/sh', '-c', `${first}; exec "$@"`, 'sh'];
    const [program = '', ...rest] = [...shell, ...command];
    this.#process = spawn(program, rest, {
      // One thread does all the file work, so that it can be watched and its calls counted.
      env: { ...process.env, UV_THREADPOOL_SIZE: '1', NODE_COMPILE_CACHE: compileCache },
    });
    this.#process.stdin.on('error', () => undefined);
    this.#process.stderr.pipe(process.stderr);
    this.#lines = createInterface(this.#process.stdout)[Symbol.asyncIterator]();
    this.#ended = once(this.#process, 'exit');
  }

  get pid(): number {
    const { pid } = this.#process;
    if (pid === undefined) throw new Error('it did not start');
    return pid;
  }

  /** null when the process has ended. */
  async next(): Promise<Said | null> {
    const { value, done } = await this.#lines.next();
    if (done === true) return null;
    const [word = '', ...about] = value.split(' ');
    return { word, about: about.join(' ') };
  }

  ask(line: string): void {
    this.#process.stdin.write(`${line}\n`);
  }

  async kill(): Promise<void> {
    this.#process.kill('SIGKILL');
    await this.#ended;
  }

  async end(): Promise<void> {
    this.#process.stdin.end();
    await this.#ended;
  }
}
