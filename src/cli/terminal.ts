import { createInterface } from 'node:readline';
import { Writable } from 'node:stream';
import { AppError } from '../main/lib/appError.ts';

export const isTerminal = (): boolean => process.stdin.isTTY === true;

/**
 * Asks on the terminal; what is typed is not shown. The question goes to stderr: stdout is for answers.
 * @throws AppError PROMPT_ENDED where nothing is typed: at Enter, Ctrl-C, Ctrl-D, and where the terminal goes
 */
export const askHidden = (question: string): Promise<string> => {
  const silence = new Writable({ write: (_chunk, _encoding, done) => done() });
  const lines = createInterface({ input: process.stdin, output: silence, terminal: true });
  process.stderr.write(`${question}: `);
  return new Promise((resolve, reject) => {
    const finish = (settle: () => void): void => {
      lines.removeAllListeners('close');
      lines.close();
      process.stderr.write('\n');
      settle();
    };
    const giveUp = () => finish(() => reject(new AppError('PROMPT_ENDED')));
    lines.once('line', (line) => (line === '' ? giveUp() : finish(() => resolve(line))));
    lines.once('SIGINT', giveUp);
    lines.once('close', giveUp);
  });
};
