import { describe, expect, it } from 'vitest';
import { runCommand } from '../../../src/main/rollout/places/command.ts';

const input = (): Buffer => Buffer.from('{"token":"CANARYofTheProgram"}\n');
const node = (script: string): readonly string[] => [process.execPath, '-e', script];
const failureOf = (command: readonly string[], longestRunMs?: number) =>
  runCommand(command, input(), longestRunMs).then(
    () => 'none',
    (error: { code: string; message: string; hint: string }) => error,
  );

describe('a program that stores a secret', () => {
  it('has done so when its exit code is 0, whether or not it has read', async () => {
    await runCommand(node('process.exit(0)'), input());
    await runCommand(node('process.stdin.resume()'), input());
  });

  it('that ends otherwise is told by how it ended, and never by what it said', async () => {
    const repeats =
      'process.stdin.on("data", (text) => { console.log(String(text)); console.error(String(text));';
    for (const [end, words] of [
      ['process.exit(7)', 'exit code 7'],
      ['process.kill(process.pid, "SIGTERM")', 'SIGTERM'],
      ['throw new Error(String(text))', 'exit code 1'],
    ]) {
      const failure = await failureOf(node(`${repeats} ${end}; })`));
      expect(failure).toMatchObject({
        code: 'TARGET_REFUSED',
        message: expect.stringContaining(words ?? ''),
      });
      const { message, hint } = failure as { message: string; hint: string };
      expect(`${message} ${hint}`).not.toContain('CANARY');
    }
  });

  it('that never ends is ended', async () => {
    const failure = await failureOf(node('process.on("SIGTERM", () => {}); setInterval(() => {}, 1e6)'), 200);
    expect(failure).toMatchObject({ code: 'TARGET_UNREACHABLE' });
  });

  it('that is not there is missing', async () => {
    for (const program of ['/nowhere/at-all', 'no-program-of-this-name', '/'])
      expect(await failureOf([program]), program).toMatchObject({ code: 'TARGET_MISSING' });
  });

  it('that cannot be started for another reason is missing, too', async () => {
    for (const [command, words] of [
      [['/etc/passwd/program'], 'ENOTDIR'],
      [[process.execPath, 'CANARY\0argument'], 'ERR_INVALID_ARG_VALUE'],
      [[process.execPath, 'CANARY'.repeat(100_000)], 'E2BIG'],
    ] as const) {
      const failure = await failureOf(command);
      expect(failure).toMatchObject({ code: 'TARGET_MISSING', message: expect.stringContaining(words) });
      expect((failure as { message: string }).message).not.toContain('CANARY');
    }
  });
});
