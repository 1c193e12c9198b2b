import { spawn } from 'node:child_process';
import { systemCode } from '../lib/appError.ts';
import type { Logger, Notifier } from '../ports.ts';

/** However long the command takes, it is over after this. */
const LONGEST_RUN_MS = 10_000;

/** All that it gets of the environment: enough to find programs and to reach the desktop of the user. */
const PASSED_ON = [
  ...['PATH', 'HOME', 'USER', 'LANG', 'TZ', 'TMPDIR', 'SystemRoot', 'USERPROFILE'],
  ...['DISPLAY', 'WAYLAND_DISPLAY', 'XDG_RUNTIME_DIR', 'DBUS_SESSION_BUS_ADDRESS'],
];

interface CommandNotifierOptions {
  /** An absolute path. It is run without a shell and without arguments. */
  readonly command: string;
  readonly logger: Logger;
  readonly longestRunMs?: number;
}

/** Gives every notice to a command of the user's own: one line of JSON on its standard input, and nothing else. */
export const createCommandNotifier = ({
  command,
  logger,
  longestRunMs = LONGEST_RUN_MS,
}: CommandNotifierOptions): Notifier => {
  const complain = (because: string): void =>
    logger.log('warn', 'the command for notices failed', { because });
  const environment = Object.fromEntries(
    PASSED_ON.flatMap((name) => (process.env[name] === undefined ? [] : [[name, process.env[name]]])),
  );
  return {
    notify: ({ title, body, credentialIds }) => {
      const child = spawn(command, [], {
        env: environment,
        stdio: ['pipe', 'ignore', 'ignore'],
        timeout: longestRunMs,
        killSignal: 'SIGKILL',
        windowsHide: true,
      });
      child.on('error', (error) => complain(systemCode(error) ?? error.name));
      child.on('exit', (code, signal) => {
        if (code !== 0) complain(signal ?? `exit code ${code}`);
      });
      // A command that does not read is no failure.
      child.stdin.on('error', () => undefined);
      child.stdin.end(`${JSON.stringify({ title, body, credentialIds })}\n`);
    },
  };
};
