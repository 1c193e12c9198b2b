import { type Command, Option } from 'commander';
import { AppError } from '../../main/lib/appError.ts';
import type { CredentialKind } from '../../shared/contract/credentials.ts';
import type { Target, TargetChange, ValueNames } from '../../shared/contract/rollout.ts';
import type { Call } from '../client.ts';
import { targetChangeDocument, targetDocument } from '../documents.ts';
import { action } from '../invocation.ts';
import { remark } from '../output.ts';
import { readSecret } from '../stdin.ts';
import { formatTable } from '../table.ts';
import { type PlaceOptions, placeOf } from '../targetPlace.ts';

interface OfCredential {
  readonly credential?: string;
  readonly kind?: CredentialKind;
}

interface AddOptions extends PlaceOptions {
  readonly credential: string;
  readonly kind?: CredentialKind;
  readonly nameToken?: string;
  readonly nameId?: string;
  readonly nameSecret?: string;
  readonly write: boolean;
}

const kindOption = (): Option =>
  new Option('--kind <kind>', 'where a token and a key have the same name').choices(['token', 'key']);

const stateWords = ({ state }: Target): string => {
  if (state.kind === 'failed') return `failed: ${state.error.message} It is tried again at ${state.retryAt}.`;
  if (state.kind === 'pending') return 'has not learned the present secret';
  return state.isVerified
    ? `current, read back at ${state.writtenAt}`
    : `current, written at ${state.writtenAt}`;
};

const changeWords = {
  add: 'would be added',
  replace: 'would be replaced',
  same: 'is the present one already',
  unreadable: 'would be written; what is there cannot be read',
} as const;

const previewWords = (changes: readonly TargetChange[]): readonly string[] =>
  changes.map(({ name, change }) => `${name} ${changeWords[change]}`);

const namesOf = ({ nameToken, nameId, nameSecret }: AddOptions): ValueNames | undefined => {
  if (nameToken === undefined && nameId === undefined && nameSecret === undefined) return undefined;
  if (nameToken !== undefined && nameId === undefined && nameSecret === undefined)
    return { token: nameToken };
  if (nameToken === undefined && nameId !== undefined && nameSecret !== undefined)
    return { accessKeyId: nameId, secretAccessKey: nameSecret };
  throw new AppError('INVALID_INPUT', {
    detail: 'A token needs --name-token, an access key --name-id and --name-secret.',
  });
};

/** For eyes only: with --json the id of the credential says it. */
const credentialNames = async (call: Call, isJson: boolean): Promise<(id: string) => string> => {
  if (isJson) return (id) => id;
  const { credentials } = await call('credential.list', {});
  const names = new Map(credentials.map(({ id, name }) => [id, name]));
  return (id) => names.get(id) ?? id;
};

export const addTargetCommands = (program: Command): void => {
  const group = program
    .command('target')
    .description('Places outside the vault that must learn the new secret of a credential');

  group
    .command('list')
    .description('List the places, and which of them know the present secret')
    .option('--credential <credential>', 'name or id; without: of all')
    .addOption(kindOption())
    .action(
      action<OfCredential>(async ({ answer, isJson, withVault }, { credential, kind }) => {
        const { targets, nameOf } = await withVault(async (call) => ({
          ...(await call(
            'target.list',
            credential === undefined ? {} : { credential, ...(kind === undefined ? {} : { kind }) },
          )),
          nameOf: await credentialNames(call, isJson),
        }));
        answer({ targets: targets.map(targetDocument) }, () =>
          formatTable(
            ['credential', 'kind', 'place', 'state', 'id'],
            targets.map((target) => [
              nameOf(target.credentialId),
              target.credentialKind,
              target.title,
              stateWords(target),
              target.id,
            ]),
            'No secret of the vault is written anywhere else.',
          ),
        );
      }),
    );

  group
    .command('add')
    .description(
      'Write a secret to a place, and every later one, too; what opens the place is read from stdin',
    )
    .argument('[program...]', 'after --: the program of --command and its arguments')
    .requiredOption('--credential <credential>', 'name or id')
    .addOption(kindOption())
    .option('--aws-profile <profile>', 'a profile that AWS tools read; for access keys')
    .option('--file <file>', 'the file of that profile, ~/.aws/credentials if not given')
    .option('--dotenv <file>', 'a .env file that is there')
    .option('--command', 'a program that gets the values as JSON on its standard input')
    .option('--vault-kv <url>', 'HashiCorp Vault, KV version 2; its token comes from stdin')
    .option('--mount <mount>', 'the mount of that engine')
    .option('--path <path>', 'the secret below it')
    .option('--namespace <namespace>', 'the namespace, where there are some')
    .option('--aws-secret <id>', 'AWS Secrets Manager; {"accessKeyId","secretAccessKey"} comes from stdin')
    .option('--region <region>', 'its region')
    .option('--gcp-secret <project/secret>', 'Google Secret Manager; a service account key comes from stdin')
    .option('--endpoint <url>', 'another endpoint than that of AWS or Google')
    .option('--github-secret <owner/repository>', 'secrets of GitHub Actions; a token comes from stdin')
    .option('--environment <environment>', 'those of this environment')
    .option('--api-url <url>', 'another API than that of github.com')
    .option('--name-token <name>', 'under which name the token is looked up there')
    .option('--name-id <name>', 'the same for the id of an access key')
    .option('--name-secret <name>', 'and for its secret')
    .option('--no-write', 'remember the place and only say what would be written')
    .action(
      action<AddOptions, [string[]]>(async ({ answer, isJson, withVault }, options, operands) => {
        const { credential, kind } = options;
        const { place, access: what } = placeOf(options, operands);
        const names = namesOf(options);
        const access = what === null ? undefined : await readSecret(what, 'target add … < access-file');
        const { target, changes } = await withVault(async (call) => {
          const added = await call('target.add', { credential, kind, place, names, access });
          if (!options.write) return added;
          try {
            return { ...(await call('target.write', { id: added.target.id })), changes: added.changes };
          } catch (error) {
            if (!isJson) remark(`The ${added.target.title} is remembered as ${added.target.id}.`);
            throw error;
          }
        });
        answer({ target: targetDocument(target), changes: changes.map(targetChangeDocument) }, () =>
          options.write
            ? `The ${target.title} knows the present secret, and will learn every new one.`
            : [...previewWords(changes), `Write it: nfyio-vault target write ${target.id}`].join('\n'),
        );
      }),
    );

  group
    .command('preview')
    .description('Say what writing would change there, without a value')
    .argument('<id>', 'of the list')
    .action(
      action<object, [string]>(async ({ answer, withVault }, _, id) => {
        const { target, changes } = await withVault((call) => call('target.preview', { id }));
        answer({ target: targetDocument(target), changes: changes.map(targetChangeDocument) }, () =>
          previewWords(changes).join('\n'),
        );
      }),
    );

  group
    .command('write')
    .description('Write the present secret there now')
    .argument('<id>', 'of the list')
    .action(
      action<object, [string]>(async ({ answer, withVault }, _, id) => {
        const { target } = await withVault((call) => call('target.write', { id }));
        answer({ target: targetDocument(target) }, () => `The ${target.title} knows the present secret.`);
      }),
    );

  group
    .command('remove')
    .description('Forget a place; what was written there stays there')
    .argument('<id>', 'of the list')
    .action(
      action<object, [string]>(async ({ answer, withVault }, _, id) => {
        answer(await withVault((call) => call('target.remove', { id })), () => 'Forgotten.');
      }),
    );
};
