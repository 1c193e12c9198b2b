import type { Command } from 'commander';
import type { ActivityEntry } from '../../shared/contract/activity.ts';
import { activityDocument } from '../documents.ts';
import { action } from '../invocation.ts';
import { printJson, printWords } from '../output.ts';
import { formatFields, plain } from '../table.ts';
import { wholeNumber } from '../values.ts';

interface ActivityOptions {
  readonly limit: number;
  readonly follow?: boolean;
}

const line = (entry: ActivityEntry): string =>
  plain(
    [
      entry.at,
      entry.refusal === null ? entry.status : `${entry.status} ${entry.refusal}`,
      entry.method,
      entry.path,
      `${Math.round(entry.ms)} ms`,
      entry.connection ?? '-',
      entry.id,
    ].join('  '),
  );

export const addActivityCommands = (program: Command): void => {
  program
    .command('activity')
    .description('What passed through the proxy, oldest first: metadata only')
    .option('--limit <n>', 'at most this many', wholeNumber, 50)
    .option('--follow', 'go on with new ones until interrupted')
    .action(
      action<ActivityOptions>(async ({ isJson, withVault }, { limit, follow }) => {
        const print = (entry: ActivityEntry): void =>
          isJson ? printJson(activityDocument(entry)) : printWords(line(entry));
        await withVault(async (call, client) => {
          // Listened to before the list is read: nothing falls between the two, and nothing is told twice.
          const told = new Set<string>();
          const early: ActivityEntry[] = [];
          let tell = (entry: ActivityEntry): void => void early.push(entry);
          if (follow) client.onEvent('activity.added', ({ entry }) => tell(entry));
          const { entries } = await call('activity.list', { limit });
          tell = (entry) => {
            if (told.has(entry.id)) return;
            print(entry);
          };
          for (const entry of entries.toReversed()) {
            told.add(entry.id);
            print(entry);
          }
          for (const entry of early) tell(entry);
          if (follow) await client.ended;
        });
      }),
    );

  program
    .command('explain')
    .description('Why a request ended as it did, and what to do')
    .argument('<id>', 'id of an activity entry')
    .action(
      action<object, [string]>(async ({ answer, withVault }, _, id) => {
        const explanation = await withVault((call) => call('activity.explain', { id }));
        const { code, because, try: remedy } = explanation;
        answer({ id: explanation.id, code, because, try: remedy }, () =>
          formatFields({ code, because, try: remedy }),
        );
      }),
    );
};
