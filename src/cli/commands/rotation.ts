import { type Command, Option } from 'commander';
import type { CallInput } from '../../shared/contract/contract.ts';
import type { CredentialKind } from '../../shared/contract/credentials.ts';
import type { Rotation } from '../../shared/contract/rotation.ts';
import { credentialDocument, intentDocument, rotationDocument } from '../documents.ts';
import { action } from '../invocation.ts';
import { WireFailure } from '../output.ts';
import { formatTable } from '../table.ts';
import { durationMs, wholeNumber } from '../values.ts';

interface KindOption {
  readonly kind?: CredentialKind;
}

const kindOption = (): Option =>
  new Option('--kind <kind>', 'where a token and a key have the same name').choices(['token', 'key']);

const named = (rotation: string, { kind }: KindOption): CallInput<'rotation.undo'> => ({
  rotation,
  ...(kind === undefined ? {} : { kind }),
});

/** What is still to come of it. */
const remains = ({ step, running, deletesAt, pendingTargets, problem }: Rotation): string => {
  if (problem !== null) return `${problem.error.message} It is tried again at ${problem.retryAt}.`;
  if (step === 'deleting') return 'is being deleted at the service';
  if (pendingTargets > 0)
    return `waits for ${pendingTargets} place${pendingTargets === 1 ? '' : 's'} outside the vault (nfyio-vault target list)`;
  if (running.length > 0) return `waits for ${running.length} request${running.length === 1 ? '' : 's'}`;
  return `is deleted at ${deletesAt}`;
};

interface Rotating {
  readonly kind: CredentialKind;
  readonly word: string;
  readonly description: string;
}

export const addRotateCommand = (group: Command, { kind, word, description }: Rotating): void => {
  group
    .command(word)
    .description(description)
    .argument(`<${kind}>`, 'name or id')
    .addOption(
      new Option('--drain <time>', `how long the old ${kind} has to be unused before it is deleted`)
        .argParser(durationMs)
        .default(600_000, '10m'),
    )
    .action(
      action<{ readonly drain: number }, [string]>(async ({ answer, withVault }, { drain }, credential) => {
        const done = await withVault((call) => call('rotation.start', { credential, kind, drainMs: drain }));
        const { name } = done.rotation;
        answer(
          { credential: credentialDocument(done.credential), rotation: rotationDocument(done.rotation) },
          () =>
            [
              `Every connection of “${name}” uses the new ${kind}. The old one ${remains(done.rotation)}.`,
              `Until then it can be taken back: nfyio-vault rotation undo ${done.rotation.id}`,
            ].join('\n'),
        );
      }),
    );
};

export const addRotationCommands = (program: Command): void => {
  const group = program.command('rotation').description('Tokens and keys that are being replaced');

  group
    .command('list')
    .description('List what is being replaced, and what remains to be done')
    .action(
      action(async ({ answer, withVault }) => {
        const { rotations } = await withVault((call) => call('rotation.list', {}));
        answer({ rotations: rotations.map(rotationDocument) }, () =>
          formatTable(
            ['kind', 'name', 'step', 'the one that goes', 'connections', 'id'],
            rotations.map((rotation) => [
              rotation.kind,
              rotation.name,
              rotation.isUndone ? `${rotation.step} (taken back)` : rotation.step,
              remains(rotation),
              rotation.connections.join(', '),
              rotation.id,
            ]),
            'Nothing is being replaced.',
          ),
        );
      }),
    );

  group
    .command('undo')
    .description('Give the connections back to the old one, and delete what was made')
    .argument('<rotation>', 'its id, or the name of the credential')
    .addOption(kindOption())
    .action(
      action<KindOption, [string]>(async ({ answer, withVault }, options, id) => {
        const { rotation } = await withVault((call) => call('rotation.undo', named(id, options)));
        answer({ rotation: rotationDocument(rotation) }, () => `Every connection uses the old one again.`);
      }),
    );

  group
    .command('finish')
    .description('Delete the old one now, and end what still runs with it')
    .argument('<rotation>', 'its id, or the name of the credential')
    .addOption(kindOption())
    .action(
      action<KindOption, [string]>(async ({ answer, withVault }, options, id) => {
        answer(await withVault((call) => call('rotation.finish', named(id, options))), () => 'Deleted.');
      }),
    );

  group
    .command('schedule')
    .description('Rotate a credential by itself some days before it expires, or never')
    .argument('<credential>', 'name or id')
    .addOption(kindOption())
    .option('--days-before <days>', 'days before its expiry, 1 to 90; without: never', wholeNumber)
    .action(
      action<KindOption & { readonly daysBefore?: number }, [string]>(
        async ({ answer, withVault }, { kind, daysBefore = null }, name) => {
          const input = { credential: name, daysBefore, ...(kind === undefined ? {} : { kind }) };
          const { credential } = await withVault((call) => call('rotation.schedule', input));
          const { rotateDaysBefore = null } = credential;
          answer({ credential: credentialDocument(credential), rotateDaysBefore }, () =>
            rotateDaysBefore === null
              ? `“${credential.name}” is not rotated by itself.`
              : `“${credential.name}” is rotated by itself ${rotateDaysBefore} day${rotateDaysBefore === 1 ? '' : 's'} before it expires, but not in the first half of its life.`,
          );
        },
      ),
    );

  addIntentCommands(program);
};

const addIntentCommands = (program: Command): void => {
  const group = program
    .command('intent')
    .description('What the service was asked for, and whose answer was lost');

  group
    .command('list')
    .description('List what may have been made and lost')
    .action(
      action(async ({ answer, withVault }) => {
        const { intents } = await withVault((call) => call('intent.list', {}));
        answer({ intents: intents.map(intentDocument) }, () =>
          intents.length === 0
            ? 'Nothing was lost.'
            : intents.map(({ because, try: remedy }) => `${because} ${remedy}`).join('\n'),
        );
      }),
    );

  group
    .command('resolve')
    .description('Delete what was made and lost; regenerate a key whose secret was lost')
    .argument('<id>', 'of the list')
    .action(
      action<object, [string]>(async ({ answer, withVault }, _, id) => {
        const resolved = await withVault((call) => call('intent.resolve', { id }));
        if (resolved.what === 'regenerate') {
          const { regeneration } = resolved;
          if (regeneration.outcome === 'unsealed') throw new WireFailure(regeneration.problem);
          answer({ deleted: [] }, () => 'Its new secret is sealed in the vault.');
          return;
        }
        const { deleted } = resolved;
        answer({ deleted }, () =>
          deleted.length === 0
            ? 'There was nothing at the service to be deleted.'
            : `Deleted ${deleted.map(({ name, uid }) => `${name} (${uid})`).join(', ')}.`,
        );
      }),
    );

  group
    .command('dismiss')
    .description('Forget it, and leave the service as it is')
    .argument('<id>', 'of the list')
    .action(
      action<object, [string]>(async ({ answer, withVault }, _, id) => {
        answer(await withVault((call) => call('intent.dismiss', { id })), () => 'Forgotten.');
      }),
    );
};
