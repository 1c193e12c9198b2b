import type { Command } from 'commander';
import { type Call, connectVault, type VaultClient } from './client.ts';
import { resolveHome } from './home.ts';
import { printJson, printWords } from './output.ts';

/** The options that every command takes, before or after its name. */
interface GlobalOptions {
  readonly home?: string;
  readonly passphraseFile?: string;
  readonly json?: boolean;
}

/** One run of one command. */
export interface Invocation {
  readonly home: string;
  readonly passphraseFile: string | undefined;
  readonly isJson: boolean;
  /** Prints the one answer: the value with --json, the words otherwise. */
  answer(value: unknown, words: () => string): void;
  /** Talks to the running host, and hangs up afterwards. */
  withVault<Result>(task: (call: Call, client: VaultClient) => Promise<Result>): Promise<Result>;
}

const invocationOf = (command: Command): Invocation => {
  const options = command.optsWithGlobals<GlobalOptions>();
  const home = resolveHome(options.home);
  const isJson = options.json === true;
  return {
    home,
    passphraseFile: options.passphraseFile,
    isJson,
    answer: (value, words) => (isJson ? printJson(value) : printWords(words())),
    withVault: async (task) => {
      const client = await connectVault(home);
      try {
        return await task(client.call, client);
      } finally {
        client.close();
      }
    },
  };
};

/** Turns a task into the action of a command. */
export const action =
  <Options, Operands extends readonly unknown[] = []>(
    task: (invocation: Invocation, options: Options, ...operands: Operands) => Promise<void>,
  ) =>
  (...received: unknown[]): Promise<void> => {
    const command = received.at(-1) as Command;
    const operands = received.slice(0, -2) as unknown as Operands;
    return task(invocationOf(command), command.opts() as Options, ...operands);
  };
