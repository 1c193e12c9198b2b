/** `npm run -s vault -- …`: the command line from a checkout, built first when the sources are newer. */
import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { resolve } from 'node:path';
import { ensureBuilt } from './build.ts';

ensureBuilt();

const cli = resolve(import.meta.dirname, '../out/main/cli.js');
const child = spawn(process.execPath, [cli, ...process.argv.slice(2)], {
  // npm runs scripts in the project's folder; the person's files are where they typed the command.
  cwd: process.env.INIT_CWD ?? process.cwd(),
  stdio: 'inherit',
});
// A terminal signals the whole group; a supervisor signals only us. Either way the command decides how to end.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => child.kill(signal));
child.on('exit', (code, signal) =>
  process.exit(code ?? 128 + (signal === null ? 0 : constants.signals[signal])),
);
