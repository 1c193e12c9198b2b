import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { afterAll, describe, expect, it } from 'vitest';
import { cliFile, TestHome } from '../helpers/servedVault.ts';

const script = '/usr/bin/script';
const home = new TestHome();
afterAll(() => home.remove());

/** A command on a terminal of its own. @returns what the terminal showed, and the exit code */
const typed = (command: string, prompt: string, keys: string): Promise<[string, number | null]> =>
  new Promise((resolve) => {
    const args = ['-qec', `"${process.execPath}" "${cliFile}" ${command}`, '/dev/null'];
    const terminal = spawn(script, args, { env: home.env });
    let shown = '';
    let isAnswered = false;
    terminal.stdout.on('data', (chunk: Buffer) => {
      shown += chunk.toString();
      if (isAnswered || !shown.includes(prompt)) return;
      isAnswered = true;
      terminal.stdin.write(keys);
    });
    terminal.on('close', (exitCode) => resolve([shown, exitCode]));
  });

describe.skipIf(!existsSync(script))('a question on the terminal', () => {
  it.each([
    ['Ctrl-C', '\u0003'],
    ['Ctrl-D', '\u0004'],
    ['Enter alone', '\r'],
  ])('that is answered by %s ends the command, which says that nothing was typed', async (_, keys) => {
    const add = 'workspace add --name w --token-stdin';
    const [shown, exitCode] = await typed(add, 'Control token: ', keys);
    expect(shown).toContain('Nothing was typed, so nothing was done.');
    expect(exitCode).toBe(1);
  });

  it('does not show the answer', async () => {
    const add = 'token import --workspace w --name t --scope read';
    const [shown, exitCode] = await typed(add, 'Access token: ', 'nfyio_at_typed\r');
    expect(shown).not.toContain('typed');
    // No host runs: the answer was taken.
    expect(exitCode).toBe(4);
  });
});
