import { type Command, Option } from 'commander';
import { AppError } from '../../main/lib/appError.ts';
import { toolVariables } from '../../shared/toolVariables.ts';
import { action, type Invocation } from '../invocation.ts';
import { printJson, printWords } from '../output.ts';
import { type EnvironmentFormat, environmentFormats, formatEnvironment } from '../toolEnvironment.ts';

interface ConnectionOption {
  readonly connection: string;
}

const localOf = ({ withVault }: Invocation, connection: string) =>
  withVault((call) => call('connection.local', { connection }));

/** Commands that hand a connection to another program. Only local credentials go out here. */
export const addToolCommands = (program: Command): void => {
  const command = (name: string, description: string): Command =>
    program.command(name).description(description).requiredOption('--connection <connection>', 'name or id');

  command('env', 'Print the environment of a connection, for a shell to evaluate')
    .addOption(new Option('--format <format>', 'for which shell').choices(environmentFormats).default('sh'))
    .action(
      action<ConnectionOption & { readonly format: EnvironmentFormat }>(async (invocation, options) => {
        const { connection, local } = await localOf(invocation, options.connection);
        const format = invocation.isJson ? 'json' : options.format;
        printWords(formatEnvironment(toolVariables(connection.kind, local), format));
      }),
    );

  command('exec', 'Run a program with the environment of a connection')
    .argument('<command...>', 'after --: the program and its arguments')
    .action(
      action<ConnectionOption, [string[]]>(async (invocation, options, [program = '', ...args]) => {
        const { connection, local } = await localOf(invocation, options.connection);
        const { runChild } = await import('../runChild.ts');
        process.exitCode = await runChild(program, args, toolVariables(connection.kind, local));
      }),
    );

  command('credential-process', 'Print the local key pair in the form of the AWS credential_process').action(
    action<ConnectionOption>(async (invocation, options) => {
      const { connection, local } = await localOf(invocation, options.connection);
      if (local.kind !== 's3') {
        throw new AppError('INVALID_INPUT', {
          detail: `The connection ${connection.name} has no local key pair.`,
          hint: 'Use a connection of kind s3 that is not an open port.',
        });
      }
      printJson({
        Version: 1,
        AccessKeyId: local.accessKeyId,
        SecretAccessKey: local.secretAccessKey,
        ...(connection.expiresAt === null ? {} : { Expiration: connection.expiresAt }),
      });
    }),
  );
};
