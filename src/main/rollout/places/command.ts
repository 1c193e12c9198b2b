import { spawn } from 'node:child_process';
import { homedir } from 'node:os';
import { AppError, systemCode } from '../../lib/appError.ts';
import type { NamedValue, PlaceOf, PlaceWriter } from '../placeWriter.ts';

const LONGEST_RUN_MS = 60_000;

/** Of what we were started with nothing that leads to the vault goes to a program of somebody else's. */
const environment = (): NodeJS.ProcessEnv =>
  Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('NFYIO_')));

const inputOf = (values: readonly NamedValue[]): Buffer =>
  Buffer.from(
    `${JSON.stringify(Object.fromEntries(values.map(({ name, value }) => [name, value.reveal()])))}\n`,
  );

const start = (program: string, args: readonly string[], longestRunMs: number) =>
  spawn(program, args, {
    cwd: homedir(),
    env: environment(),
    // What it prints may repeat the secret: nobody hears it.
    stdio: ['pipe', 'ignore', 'ignore'],
    timeout: longestRunMs,
    killSignal: 'SIGKILL',
    windowsHide: true,
  });

/** @throws AppError TARGET_MISSING | TARGET_REFUSED | TARGET_UNREACHABLE */
export const runCommand = (
  [program = '', ...args]: readonly string[],
  input: Buffer,
  longestRunMs = LONGEST_RUN_MS,
): Promise<void> =>
  new Promise((resolve, reject) => {
    const notStarted = (cause: unknown): void =>
      reject(
        new AppError('TARGET_MISSING', {
          detail: `The program ${program} could not be started (${systemCode(cause) ?? 'unknown reason'}).`,
        }),
      );
    let child: ReturnType<typeof start>;
    try {
      child = start(program, args, longestRunMs);
    } catch (error) {
      // Node reports some reasons so, and others by the event.
      notStarted(error);
      return;
    }
    child.on('error', notStarted);
    child.on('exit', (code, signal) => {
      if (code === 0) resolve();
      else if (child.killed)
        reject(new AppError('TARGET_UNREACHABLE', { detail: `${program} did not end in time.` }));
      else
        reject(
          new AppError('TARGET_REFUSED', {
            detail: `${program} ended with ${signal === null ? `exit code ${code}` : signal}; what it printed is not kept.`,
            hint: 'Run the program yourself to see why; it is tried again by itself.',
          }),
        );
    });
    // A program that does not read is judged by its exit code.
    child.stdin.on('error', () => undefined);
    child.stdin.end(input);
  });

/** A program of the person's own, which stores the values where only it knows. */
export const command: PlaceWriter<PlaceOf<'command'>> = {
  preview: async (_, values) => values.map(({ name }) => ({ name, change: 'unreadable' })),
  write: async (place, values) => {
    const input = inputOf(values);
    await runCommand(place.command, input).finally(() => input.fill(0));
    return { isVerified: false };
  },
};
