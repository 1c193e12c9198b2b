import type { Command } from 'commander';
import { AppError } from '../../main/lib/appError.ts';
import type { Status } from '../../shared/contract/app.ts';
import type { Target } from '../../shared/contract/rollout.ts';
import type { Call } from '../client.ts';
import { statusDocument, targetCounts } from '../documents.ts';
import { action } from '../invocation.ts';
import { expiryWords } from '../listing.ts';
import { isNodeRecent } from '../nodeVersion.ts';
import { givenPassphrase } from '../passphrase.ts';
import { formatFields } from '../table.ts';
import type { UnlockOptions } from '../unlock.ts';
import { port, programFile } from '../values.ts';

export interface ServeOptions {
  readonly sandbox?: boolean;
  readonly ui?: boolean;
  readonly apiPort?: number;
  readonly s3Port?: number;
  readonly acceptOlder?: boolean;
  /** An absolute path. */
  readonly noticeCommand?: string;
}

/** Nothing when nothing is to be done. */
export const attentionWords = (count: number): readonly string[] => {
  if (count === 0) return [];
  return [
    `${count} ${count === 1 ? 'credential needs' : 'credentials need'} attention: see \`nfyio-vault due\`.`,
  ];
};

const acceptOlder = [
  '--accept-older',
  'open the vault although its file is older than the one last saved here',
] as const;

/** null while the vault is locked. */
const targetsOf = async (call: Call): Promise<readonly Target[] | null> => {
  try {
    return (await call('target.list', {})).targets;
  } catch {
    return null;
  }
};

const targetWords = (targets: readonly Target[] | null): readonly string[] => {
  const { pending, failed } = targetCounts(targets ?? []);
  const open = pending + failed;
  if (open === 0) return [];
  return [
    `${open} ${open === 1 ? 'place' : 'places'} outside the vault ${open === 1 ? 'has' : 'have'} not learned the present secret: see \`nfyio-vault target list\`.`,
  ];
};

const statusWords = (status: Status, targets: readonly Target[] | null): string =>
  [
    formatFields({
      vault: status.vault,
      api: status.api ?? 'not listening',
      s3: status.s3 ?? 'not listening',
      sandbox: status.sandbox === null ? null : `${status.sandbox.api}, ${status.sandbox.s3}`,
      workspaces: String(status.workspaces),
      connections: String(status.connections),
    }),
    ...status.due.map(({ kind, name, expiresAt }) => `Due: ${kind} ${name} ${expiryWords(expiresAt)}.`),
    ...attentionWords(status.attention),
    ...targetWords(targets),
    ...status.notices,
  ].join('\n');

export const addHostCommands = (program: Command): void => {
  program
    .command('serve')
    .description('Run the vault and its two listeners in the foreground')
    .option('--sandbox', 'start the embedded nfyio-compatible backend and connect it')
    .option(...acceptOlder)
    .option('--ui', 'serve the window to a browser of this machine, behind a one-time link')
    .option('--api-port <port>', 'port of the API listener, 7470 if not given (0 picks a free one)', port)
    .option('--s3-port <port>', 'port of the S3 listener, 7471 if not given (0 picks a free one)', port)
    .option(
      '--notice-command <file>',
      'run this for every reminder, with one line of JSON on its standard input',
      programFile,
    )
    .action(
      action<ServeOptions>(async (invocation, options) => {
        if (!isNodeRecent(process.versions.node)) throw new AppError('NODE_TOO_OLD');
        const { serve } = await import('../serve.ts');
        await serve(invocation, options);
      }),
    );

  program
    .command('status')
    .description('What runs here, and what is due')
    .action(
      action(async ({ answer, withVault }) => {
        const { status, targets } = await withVault(async (call) => ({
          status: await call('app.status', {}),
          targets: await targetsOf(call),
        }));
        answer(statusDocument(status, targets), () => statusWords(status, targets));
      }),
    );

  program
    .command('stop')
    .description('Stop the running host, after the requests on their way have ended')
    .action(
      action(async ({ answer, withVault }) => {
        const done = await withVault(async (call, client) => {
          const reply = await call('app.stop', {});
          await client.ended;
          return reply;
        });
        answer(done, () => 'Stopped.');
      }),
    );

  program
    .command('lock')
    .description('Lock the vault: nothing is signed until it is unlocked')
    .action(
      action(async ({ answer, withVault }) => {
        await withVault((call) => call('vault.lock', {}));
        answer({ done: true, locked: true }, () => 'Locked.');
      }),
    );

  program
    .command('unlock')
    .description('Unlock the vault')
    .option('--recovery-key', 'by the recovery key, from stdin or a prompt')
    .option(...acceptOlder)
    .action(
      action<UnlockOptions & { recoveryKey?: boolean }>(
        async ({ answer, passphraseFile, withVault }, options) => {
          const { unlock, unlockByRecoveryKey } = await import('../unlock.ts');
          if (options.recoveryKey) {
            await withVault((call) => unlockByRecoveryKey(call, options));
            answer({ done: true, locked: false }, () => 'Unlocked. Set a passphrase that you know.');
            return;
          }
          const given = await givenPassphrase(passphraseFile);
          await withVault((call) => unlock(call, given, options));
          answer({ done: true, locked: false }, () => 'Unlocked.');
        },
      ),
    );

  program
    .command('doctor')
    .description('Check every part and say what to do')
    .action(
      action(async (invocation) => {
        const { examine } = await import('../doctor.ts');
        const checks = await examine(invocation);
        const isWell = checks.every(({ level }) => level !== 'fail');
        invocation.answer({ ok: isWell, checks }, () =>
          checks
            .map(({ level, name, detail, remedy }) =>
              [
                `${level.padEnd(4)}  ${name}: ${detail}`,
                ...(remedy === null ? [] : [`      ${remedy}`]),
              ].join('\n'),
            )
            .join('\n'),
        );
        if (!isWell) process.exitCode = 1;
      }),
    );
};
