import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { Resources } from './resources.ts';

/** Starts a file of `bench/processes` as a process of its own. @returns the port it listens on, which is its first message */
export const startServer = async (
  file: string,
  args: readonly string[],
  resources: Resources,
): Promise<{ readonly port: number; readonly pid: number }> => {
  const child = forkProcess(file, args);
  resources.onEnd(() => child.kill());
  const [port] = (await once(child, 'message')) as [number];
  return { port, pid: child.pid ?? 0 };
};

/** Runs a file of `bench/processes` to its end. @returns its one message */
export const runProcess = async <Result>(file: string, spec: object): Promise<Result> => {
  const child = forkProcess(file, [JSON.stringify(spec)]);
  const exited = once(child, 'exit');
  const [message] = (await Promise.race([
    once(child, 'message'),
    exited.then(([code]) => {
      throw new Error(`${file} ended with ${code} and without a result`);
    }),
  ])) as [Result];
  await exited;
  return message;
};

const forkProcess = (file: string, args: readonly string[]): ChildProcess =>
  fork(join(import.meta.dirname, 'processes', file), args, {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
