import { Argument, type Command } from 'commander';
import type { RecordName } from '../../shared/contract/vault.ts';
import type { Call } from '../client.ts';
import { action, type Invocation } from '../invocation.ts';
import { remark } from '../output.ts';
import { askNewPassphrase, givenPassphrase } from '../passphrase.ts';
import { type Proof, proofFor } from '../proof.ts';
import { readSecret } from '../stdin.ts';
import { formatTable, plain } from '../table.ts';
import { wholeNumber } from '../values.ts';

interface SetPassphraseOptions {
  readonly newPassphraseFile?: string;
  readonly recoveryKey?: boolean;
  readonly leaked?: boolean;
}

/** The new one: from a file of its own, else asked for twice. */
const newPassphrase = async (file: string | undefined): Promise<string> =>
  file === undefined ? askNewPassphrase('the vault') : ((await givenPassphrase(file)) ?? '');

const slotWords: Readonly<Record<string, string>> = {
  passphrase: 'a passphrase',
  'recovery-key': 'the recovery key',
  'os-keychain': 'the keychain of this system, for the desktop app',
  'os-keyring': 'the keyring of this system, for `nfyio-vault serve`',
};

/** Not null for never: the parser of the command line would take it for a value that is missing. */
const minutes = (text: string): number | 'never' => (text === 'never' ? text : wholeNumber(text));

const names = (label: string, records: readonly RecordName[]): string[] =>
  records.length === 0
    ? []
    : [`${label}: ${records.map(({ kind, name }) => `${kind} ${plain(name)}`).join(', ')}.`];

export const addVaultCommands = (program: Command): void => {
  const vault = program.command('vault').description('How the vault opens, locks and is kept');

  const changing =
    <Options, Operands extends readonly unknown[] = []>(
      task: (call: Call, proof: Proof, options: Options, ...operands: Operands) => Promise<void>,
      words: string,
    ) =>
    async (
      { withVault, passphraseFile, answer }: Invocation,
      options: Options,
      ...operands: Operands
    ): Promise<void> => {
      await withVault(async (call) => task(call, await proofFor(call, passphraseFile), options, ...operands));
      answer({ done: true }, () => words);
    };

  vault
    .command('status')
    .description('How the vault opens, and when it locks by itself')
    .action(
      action(async ({ answer, withVault }) => {
        const { state, slots, lock } = await withVault(async (call) => ({
          state: (await call('app.status', {})).vault,
          slots: (await call('vault.slots', {})).slots,
          lock: (await call('lock.settings', {})).settings,
        }));
        answer({ state, slots, lock }, () =>
          [
            `The vault is ${state}.`,
            ...slots.map((kind) => `It opens with ${slotWords[kind] ?? kind}.`),
            lock.idleMinutes === null
              ? 'It does not lock by itself.'
              : `It locks after ${lock.idleMinutes} minutes without use${lock.connectionsKeepOpen ? '; requests of tools count as use, for at most 12 hours' : ''}.`,
          ].join('\n'),
        );
      }),
    );

  vault
    .command('set-passphrase')
    .description('Set another passphrase')
    .option('--new-passphrase-file <file>', 'where the new one is, instead of a prompt')
    .option('--recovery-key', 'the old one is forgotten: give the recovery key, on stdin or at a prompt')
    .option(
      '--leaked',
      'the old one may be known: seal everything anew, end the recovery key and the backups',
    )
    .action(
      action<SetPassphraseOptions>(
        async ({ answer, withVault, passphraseFile }, { newPassphraseFile, leaked, recoveryKey }) => {
          await withVault(async (call) => {
            const proof = recoveryKey
              ? {
                  recoveryKey: await readSecret(
                    'Recovery key',
                    'vault set-passphrase --recovery-key < key-file',
                  ),
                }
              : await proofFor(call, passphraseFile);
            const passphrase = await newPassphrase(newPassphraseFile);
            await call('vault.setPassphrase', { proof, passphrase, isLeaked: leaked === true });
          });
          answer({ done: true }, () =>
            leaked
              ? 'The vault opens with the new passphrase. The recovery key and the backups have ended: make another one with `nfyio-vault vault recovery-key`.'
              : 'The vault opens with the new passphrase.',
          );
        },
      ),
    );

  vault
    .command('recovery-key')
    .description('Make a recovery key and show it once; it ends the one before it')
    .action(
      action(async ({ answer, isJson, withVault, passphraseFile }) => {
        const revealed = await withVault(async (call) => {
          const proof = await proofFor(call, passphraseFile);
          const { revealId } = await call('vault.makeRecoveryKey', { proof });
          return call('reveal.take', { revealId });
        });
        if (revealed.kind !== 'recovery-key') return;
        answer({ recoveryKey: revealed.recoveryKey }, () => revealed.recoveryKey);
        if (!isJson) remark('Write it down and keep it away from this machine: it is not shown again.');
      }),
    );

  vault
    .command('add-keychain')
    .description('Let the keychain or keyring of this system open the vault')
    .action(
      action(
        changing(async (call, proof) => {
          await call('vault.addKeychain', { proof });
        }, 'The vault opens with the keychain of this system, too.'),
      ),
    );

  vault
    .command('remove')
    .description('Remove a way to open the vault')
    .addArgument(new Argument('<way>', 'its name').choices(Object.keys(slotWords)))
    .action(
      action<object, [string]>(
        changing(async (call, proof, _, kind) => {
          await call('vault.removeSlot', { proof, kind });
        }, 'Removed.'),
      ),
    );

  vault
    .command('auto-lock')
    .description('When the vault locks by itself')
    .requiredOption('--after <minutes>', 'minutes without use, or never', minutes)
    .option('--connections-keep-open', 'requests of tools count as use, for at most 12 hours')
    .action(
      action<{ after: number | 'never'; connectionsKeepOpen?: boolean }>(
        async ({ answer, withVault }, { after, connectionsKeepOpen }) => {
          const { settings } = await withVault((call) =>
            call('lock.configure', {
              idleMinutes: after === 'never' ? null : after,
              connectionsKeepOpen: connectionsKeepOpen === true,
            }),
          );
          answer({ lock: settings }, () => 'Set.');
        },
      ),
    );

  vault
    .command('backups')
    .description('Earlier states of the vault, the newest first')
    .action(
      action(async ({ answer, withVault }) => {
        const { backups } = await withVault((call) => call('vault.backups', {}));
        answer({ backups }, () =>
          formatTable(
            ['name', 'saved', 'generation'],
            backups.map(({ name, savedAt, generation }) => [name, savedAt, String(generation)]),
            'There is no earlier state yet.',
          ),
        );
      }),
    );

  vault
    .command('restore <backup>')
    .description('Go back to an earlier state; today’s becomes a backup')
    .option('--preview', 'only say what would change')
    .action(
      action<{ preview?: boolean }, [string]>(async (invocation, { preview: isPreview }, name) => {
        if (isPreview) {
          const { preview } = await invocation.withVault((call) => call('vault.previewBackup', { name }));
          invocation.answer({ preview }, () =>
            [
              ...names('Comes back', preview.missing),
              ...names('Goes', preview.newer),
              ...names('Takes its earlier form', preview.changed),
            ].join('\n'),
          );
          return;
        }
        const restore = changing(async (call, proof) => {
          await call('vault.restoreBackup', { proof, name });
        }, 'Restored. The state before is the newest backup now.');
        await restore(invocation, {});
      }),
    );

  vault
    .command('forget-backups')
    .description('Delete all earlier states, so that what was deleted is nowhere any more')
    .action(
      action(
        changing(async (call, proof) => {
          await call('vault.forgetBackups', { proof });
        }, 'No earlier state is left. A file that was moved aside as damaged stays until you delete it.'),
      ),
    );
};
