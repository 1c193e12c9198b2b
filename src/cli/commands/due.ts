import { resolve } from 'node:path';
import { type Command, InvalidArgumentError, Option } from 'commander';
import type { CallInput } from '../../shared/contract/contract.ts';
import type { CredentialKind } from '../../shared/contract/credentials.ts';
import type { DueItem, SnoozeUntil } from '../../shared/contract/due.ts';
import { adviceTable } from '../../shared/reminderReasons.ts';
import { dueDocument } from '../documents.ts';
import { action } from '../invocation.ts';
import { expiryWords, workspaceNames } from '../listing.ts';
import { formatTable } from '../table.ts';
import { wholeNumber } from '../values.ts';

interface SnoozeOptions {
  readonly until: SnoozeUntil;
  readonly kind?: CredentialKind;
}

interface SettingsOptions {
  readonly steps?: readonly number[];
  readonly names?: 'show' | 'hide';
}

/** `14,7,3,1,0`, or `none`. */
const steps = (text: string): readonly number[] => {
  if (text === 'none') return [];
  if (!/^\d+(?:,\d+)*$/.test(text))
    throw new InvalidArgumentError('It has to look like 14,7,3,1,0, or none.');
  return text.split(',').map(wholeNumber);
};

const reasonWords = ({ reasons, expiresAt }: DueItem): string =>
  reasons
    .map((reason) => (reason === 'expiry' ? expiryWords(expiresAt) : adviceTable[reason].short))
    .join(', ');

const quietWords = ({ isIgnored, snoozedUntil }: DueItem): string =>
  isIgnored ? 'never' : snoozedUntil === null ? 'yes' : `from ${snoozedUntil}`;

export const addDueCommands = (program: Command): void => {
  const group = program
    .command('due')
    .description('What expires soon, and what should be looked at')
    .option('--ics <file>', 'write every expiry to a new iCalendar file (.ics) instead; it names credentials')
    .action(
      action<{ readonly ics?: string }>(async ({ answer, isJson, withVault }, { ics }) => {
        if (ics !== undefined) {
          const calendar = await withVault((call) => call('due.calendar', { path: resolve(ics) }));
          answer({ calendar }, () => `Wrote ${calendar.path}: ${calendar.events} events.`);
          return;
        }
        const { due, nameOf } = await withVault(async (call) => ({
          ...(await call('due.list', {})),
          nameOf: await workspaceNames(call, isJson),
        }));
        answer({ due: due.map(dueDocument) }, () =>
          formatTable(
            ['kind', 'name', 'workspace', 'why', 'reminds', 'id'],
            due.map((item) => [
              item.kind,
              item.name,
              nameOf(item.workspaceId),
              reasonWords(item),
              quietWords(item),
              item.id,
            ]),
            'Nothing is due.',
          ),
        );
      }),
    );

  group
    .command('snooze')
    .description('Be reminded of a credential later, or never')
    .argument('<credential>', 'name or id')
    .addOption(
      new Option('--until <when>', 'now: as before')
        .choices(['tomorrow', '3d', 'never', 'now'])
        .makeOptionMandatory(),
    )
    .addOption(
      new Option('--kind <kind>', 'where a token and a key have the same name').choices(['token', 'key']),
    )
    .action(
      action<SnoozeOptions, [string]>(async ({ answer, withVault }, { until, kind }, credential) => {
        const input: CallInput<'due.snooze'> = { credential, until, ...(kind === undefined ? {} : { kind }) };
        answer(await withVault((call) => call('due.snooze', input)), () => 'Set.');
      }),
    );

  group
    .command('settings')
    .description('When you are reminded, and whether notices name credentials; without options: as it is now')
    .option('--steps <days>', 'days before the expiry, 0 being the expiry: 14,7,3,1,0, or none', steps)
    .addOption(new Option('--names <choice>', 'whether notices name credentials').choices(['show', 'hide']))
    .action(
      action<SettingsOptions>(async ({ answer, withVault }, { steps: stepsDays, names }) => {
        const settings = await withVault(async (call) => {
          const { settings: before } = await call('reminder.settings', {});
          if (stepsDays === undefined && names === undefined) return before;
          const chosen = {
            stepsDays: [...(stepsDays ?? before.stepsDays)],
            showNames: names === undefined ? before.showNames : names === 'show',
          };
          return (await call('reminder.configure', chosen)).settings;
        });
        answer({ settings }, () =>
          [
            settings.stepsDays.length === 0
              ? 'You are not reminded of expiries.'
              : `You are reminded ${settings.stepsDays.join(', ')} days before an expiry (of a life below 14 days: at 50, 20 and 5 % of it).`,
            settings.showNames ? 'Notices name credentials.' : 'Notices name no credential.',
          ].join('\n'),
        );
      }),
    );
};
