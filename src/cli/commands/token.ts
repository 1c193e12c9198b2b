import { type Command, Option } from 'commander';
import { answerCreated } from '../creating.ts';
import { listedCredentialDocument } from '../documents.ts';
import { answerImported, unverifiedOption } from '../importing.ts';
import { action } from '../invocation.ts';
import { expiryWords, workspaceNames } from '../listing.ts';
import { readSecret } from '../stdin.ts';
import { formatTable } from '../table.ts';
import { isoTime, wholeNumber } from '../values.ts';
import { addDeleteCommand } from './deletion.ts';
import { addRotateCommand } from './rotation.ts';

type Scope = 'read' | 'write';

interface CreateOptions {
  readonly workspace: string;
  readonly name: string;
  readonly scope: Scope;
  readonly days: number;
  readonly route?: string;
  readonly reveal?: boolean;
}

interface ImportOptions {
  readonly workspace: string;
  readonly name: string;
  readonly scope: Scope;
  readonly expires?: string;
  readonly unverified?: boolean;
  readonly route?: string;
}

const scopeOption = (): Option =>
  new Option('--scope <scope>', 'read: GET only; write: all methods')
    .choices(['read', 'write'])
    .makeOptionMandatory();

export const addTokenCommands = (program: Command): void => {
  const group = program.command('token').description('Access tokens, for the REST API');

  group
    .command('create')
    .description('Mint an access token and seal it in the vault')
    .requiredOption('--workspace <workspace>', 'name or id')
    .requiredOption('--name <name>', 'what to call it')
    .addOption(scopeOption())
    .requiredOption('--days <days>', 'days until it expires, 1 to 365', wholeNumber)
    .option('--route <route>', 'admit this route only, e.g. /api/chat/*')
    .option('--reveal', 'print the token, this once')
    .action(
      action<CreateOptions>((invocation, { days, reveal = false, ...chosen }) =>
        answerCreated(invocation, reveal, (call) => call('token.create', { ...chosen, expireDays: days })),
      ),
    );

  group
    .command('import')
    .description('Seal a token of the dashboard in the vault; it is read from stdin')
    .requiredOption('--workspace <workspace>', 'name or id')
    .requiredOption('--name <name>', 'what to call it')
    .addOption(scopeOption())
    .option('--expires <time>', 'when it expires, ISO 8601', isoTime)
    .addOption(unverifiedOption())
    .option('--route <route>', 'the route it is restricted to')
    .action(
      action<ImportOptions>(async (invocation, { expires, ...chosen }) => {
        const token = await readSecret('Access token', 'token import … < token-file');
        await answerImported(invocation, (call) =>
          call('token.import', { ...chosen, token, expiresAt: expires }),
        );
      }),
    );

  group
    .command('list')
    .description('List the access tokens')
    .option('--workspace <workspace>', 'name or id')
    .action(
      action<{ readonly workspace?: string }>(async ({ answer, isJson, withVault }, { workspace }) => {
        const { credentials, nameOf } = await withVault(async (call) => ({
          ...(await call('credential.list', { kind: 'token', workspace })),
          nameOf: await workspaceNames(call, isJson),
        }));
        answer({ credentials: credentials.map(listedCredentialDocument) }, () =>
          formatTable(
            ['name', 'workspace', 'scope', 'route', 'expiry', 'id'],
            credentials.map((credential) => [
              credential.name,
              nameOf(credential.workspaceId),
              credential.kind === 'token' ? credential.scope : '',
              (credential.kind === 'token' ? credential.route : null) ?? 'any',
              expiryWords(credential.expiresAt),
              credential.id,
            ]),
            'No access tokens yet.',
          ),
        );
      }),
    );

  addRotateCommand(group, {
    kind: 'token',
    word: 'rotate',
    description: 'Make another token of the same power, switch every connection to it, then delete this one',
  });

  addDeleteCommand(group, 'token', 'Delete a token here, and on the service when it was minted here');
};
