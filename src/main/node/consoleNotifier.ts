import type { Notifier } from '../ports.ts';

/** Where there is no desktop to notify: one line on stderr. Nobody can be asked there. */
export const createConsoleNotifier = (
  write: (line: string) => void = (line) => process.stderr.write(line),
): Notifier => ({
  notify: ({ title, body }) => write(`${title}: ${body}\n`),
});
