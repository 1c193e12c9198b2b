import { Command, CommanderError } from 'commander';
import packageJson from '../../package.json' with { type: 'json' };
import { AppError } from '../main/lib/appError.ts';
import { addActivityCommands } from './commands/activity.ts';
import { addBucketCommands } from './commands/bucket.ts';
import { addCompletionCommand } from './commands/completion.ts';
import { addConnectionCommands } from './commands/connection.ts';
import { addDueCommands } from './commands/due.ts';
import { addHostCommands } from './commands/host.ts';
import { addKeyCommands } from './commands/key.ts';
import { addRotationCommands } from './commands/rotation.ts';
import { addTargetCommands } from './commands/target.ts';
import { addTokenCommands } from './commands/token.ts';
import { addToolCommands } from './commands/tools.ts';
import { addTransferCommands } from './commands/transfer.ts';
import { addVaultCommands } from './commands/vault.ts';
import { addWorkspaceCommands } from './commands/workspace.ts';
import { exitCodeOf, printError, toWireError } from './output.ts';

const buildProgram = (isJson: boolean): Command => {
  const program = new Command('nfyio-vault')
    .description(packageJson.description)
    .version(packageJson.version)
    .option('--home <folder>', 'where the vault is kept; else $NFYIO_VAULT_HOME, else the usual place')
    .option('--passphrase-file <file>', 'else $NFYIO_VAULT_PASSPHRASE_FILE, else asked for on a terminal')
    .option('--json', 'print JSON, one value')
    .configureHelp({ showGlobalOptions: true })
    // Commands inherit this: usage errors are thrown to us, and worded in one place.
    .exitOverride()
    .configureOutput({ outputError: () => undefined, ...(isJson ? { writeErr: () => undefined } : {}) });
  addHostCommands(program);
  addWorkspaceCommands(program);
  addTokenCommands(program);
  addKeyCommands(program);
  addRotationCommands(program);
  addTargetCommands(program);
  addBucketCommands(program);
  addConnectionCommands(program);
  addToolCommands(program);
  addActivityCommands(program);
  addDueCommands(program);
  addVaultCommands(program);
  addTransferCommands(program);
  addCompletionCommand(program);
  return program;
};

const isHelp = (error: CommanderError): boolean => error.exitCode === 0;

/** A usage error in the words of the error table; a group without a command has printed its help already. */
const usageError = (error: CommanderError): AppError =>
  new AppError('INVALID_INPUT', {
    detail: error.code === 'commander.help' ? 'A command is missing.' : error.message.replace(/^error: /, ''),
    hint: 'See `nfyio-vault --help`, and --help after any command.',
  });

/** Runs one command line. Sets `process.exitCode` and lets the process end by itself, so that all output is written. */
export const run = async (args: readonly string[]): Promise<void> => {
  const ownArgs = args.includes('--') ? args.slice(0, args.indexOf('--')) : args;
  const isJson = ownArgs.includes('--json');
  try {
    await buildProgram(isJson).parseAsync([...args], { from: 'user' });
  } catch (thrown) {
    if (thrown instanceof CommanderError && isHelp(thrown)) return;
    const error = toWireError(thrown instanceof CommanderError ? usageError(thrown) : thrown);
    printError(error, isJson);
    process.exitCode = exitCodeOf(error);
  }
};
