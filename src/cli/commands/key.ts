import { type Command, Option } from 'commander';
import { AppError } from '../../main/lib/appError.ts';
import { answerCreated } from '../creating.ts';
import { credentialDocument, listedCredentialDocument } from '../documents.ts';
import { answerImported, unverifiedOption } from '../importing.ts';
import { action } from '../invocation.ts';
import { expiryWords, workspaceNames } from '../listing.ts';
import { WireFailure } from '../output.ts';
import { readKeyPair } from '../stdin.ts';
import { formatTable } from '../table.ts';
import { isoTime, wholeNumber } from '../values.ts';
import { addDeleteCommand } from './deletion.ts';
import { addRotateCommand } from './rotation.ts';

interface ChosenOptions {
  readonly workspace: string;
  readonly name: string;
  readonly bucket: readonly string[];
  readonly permission: 'read' | 'read-write';
}

interface CreateOptions extends ChosenOptions {
  readonly days?: number;
  readonly reveal?: boolean;
}

interface ImportOptions extends ChosenOptions {
  readonly expires?: string;
  readonly unverified?: boolean;
}

const permissionOption = (): Option =>
  new Option('--permission <permission>', 'what the key may do')
    .choices(['read', 'read-write'])
    .makeOptionMandatory();

export const addKeyCommands = (program: Command): void => {
  const group = program.command('key').description('S3 access keys, for object storage');

  group
    .command('create')
    .description('Make an access key and seal it in the vault')
    .requiredOption('--workspace <workspace>', 'name or id')
    .requiredOption('--name <name>', 'what to call it')
    .requiredOption('--bucket <bucket...>', 'a bucket it may reach; may be repeated')
    .addOption(permissionOption())
    .option('--days <days>', 'days until it expires, 1 to 365', wholeNumber)
    .option('--reveal', 'print the secret access key, this once')
    .action(
      action<CreateOptions>((invocation, { bucket, days, reveal = false, ...chosen }) =>
        answerCreated(invocation, reveal, (call) =>
          call('key.create', { ...chosen, buckets: [...bucket], expireDays: days }),
        ),
      ),
    );

  group
    .command('import')
    .description(
      'Seal a key of the dashboard in the vault; {"accessKeyId","secretAccessKey"} is read from stdin',
    )
    .requiredOption('--workspace <workspace>', 'name or id')
    .requiredOption('--name <name>', 'what to call it')
    .requiredOption('--bucket <bucket...>', "a bucket it may reach, or '*'; may be repeated")
    .addOption(permissionOption())
    .option('--expires <time>', 'when it expires, ISO 8601', isoTime)
    .addOption(unverifiedOption())
    .action(
      action<ImportOptions>(async (invocation, { bucket, expires, ...chosen }) => {
        const pair = await readKeyPair();
        await answerImported(invocation, (call) =>
          call('key.import', { ...chosen, ...pair, buckets: [...bucket], expiresAt: expires }),
        );
      }),
    );

  group
    .command('list')
    .description('List the access keys')
    .option('--workspace <workspace>', 'name or id')
    .action(
      action<{ readonly workspace?: string }>(async ({ answer, isJson, withVault }, { workspace }) => {
        const { credentials, nameOf } = await withVault(async (call) => ({
          ...(await call('credential.list', { kind: 'key', workspace })),
          nameOf: await workspaceNames(call, isJson),
        }));
        answer({ credentials: credentials.map(listedCredentialDocument) }, () =>
          formatTable(
            ['name', 'workspace', 'permission', 'buckets', 'access key id', 'expiry', 'id'],
            credentials.map((credential) => [
              credential.name,
              nameOf(credential.workspaceId),
              ...(credential.kind === 'key'
                ? [credential.permission, credential.buckets.join(', '), credential.accessKeyId]
                : ['', '', '']),
              expiryWords(credential.expiresAt),
              credential.id,
            ]),
            'No access keys yet.',
          ),
        );
      }),
    );

  group
    .command('regenerate')
    .description('Have the service give a key a new secret; tools wait for a moment and go on')
    .argument('<key>', 'name or id')
    .option('--go-on', 'do not wait for requests that run for long: the service may refuse the rest of them')
    .action(
      action<{ readonly goOn?: boolean }, [string]>(async ({ answer, withVault }, { goOn }, credential) => {
        const done = await withVault((call) =>
          call('key.regenerate', { credential, onLongRequests: goOn ? 'goOn' : 'ask' }),
        );
        if (done.outcome === 'unsealed') throw new WireFailure(done.problem);
        if (done.outcome === 'busy') {
          const running = done.running
            .map(({ connection, method, bytesIn, bytesOut, since }) => {
              return `${method} by ${connection} since ${since} (${bytesIn} bytes in, ${bytesOut} out)`;
            })
            .join('; ');
          throw new AppError('KEY_BUSY', { detail: `${running}.` });
        }
        const { heldRequests, longestDelayMs } = done;
        answer({ credential: credentialDocument(done.credential), heldRequests, longestDelayMs }, () =>
          heldRequests === 0
            ? 'Its new secret is sealed in the vault.'
            : `Its new secret is sealed in the vault; ${heldRequests} requests waited, ${longestDelayMs} ms at most.`,
        );
      }),
    );

  addRotateCommand(group, {
    kind: 'key',
    word: 'replace',
    description: 'Make another key of the same power, switch every connection to it, then delete this one',
  });

  addDeleteCommand(group, 'key', 'Delete a key here, and on the service when it was made here');
};
