import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { AppError, systemCode } from '../main/lib/appError.ts';
import { childEnvironment } from './toolEnvironment.ts';

const forwarded = ['SIGTERM', 'SIGHUP', 'SIGINT', 'SIGQUIT', 'SIGUSR1', 'SIGUSR2'] as const;

/** On a terminal these reach the whole foreground group: forwarding them would deliver them twice. */
const fromTerminal: readonly NodeJS.Signals[] = ['SIGINT', 'SIGQUIT'];

/** Runs a program in our place: same terminal, same signals. @returns its exit code, 128 + n after a signal */
export const runChild = (
  program: string,
  args: readonly string[],
  variables: Readonly<Record<string, string>>,
): Promise<number> => {
  const child = spawn(program, args, {
    stdio: 'inherit',
    env: childEnvironment(process.env, variables),
  });
  for (const signal of forwarded) {
    process.on(signal, () => {
      const hasReceivedIt = process.stdin.isTTY === true && fromTerminal.includes(signal);
      if (!hasReceivedIt) child.kill(signal);
    });
  }
  return new Promise((resolve, reject) => {
    child.once('error', (cause) =>
      reject(
        new AppError('INVALID_INPUT', {
          detail: `The program ${program} could not be started (${systemCode(cause) ?? 'unknown reason'}).`,
          hint: 'Check its name and your PATH.',
          cause,
        }),
      ),
    );
    child.once('exit', (code, signal) =>
      resolve(code ?? 128 + (signal === null ? 0 : constants.signals[signal])),
    );
  });
};
