import type { Command } from 'commander';
import { action } from '../invocation.ts';
import { formatTable } from '../table.ts';

interface BucketOptions {
  readonly workspace: string;
}

export const addBucketCommands = (program: Command): void => {
  const group = program.command('bucket').description('Buckets of a workspace');
  const command = (name: string, description: string): Command =>
    group.command(name).description(description).requiredOption('--workspace <workspace>', 'name or id');

  command('list', 'List the buckets').action(
    action<BucketOptions>(async ({ answer, withVault }, { workspace }) => {
      const { buckets } = await withVault((call) => call('bucket.list', { workspace }));
      answer({ buckets }, () =>
        formatTable(
          ['name', 'created'],
          buckets.map(({ name, createdAt }) => [name, createdAt ?? '-']),
          'No buckets yet.',
        ),
      );
    }),
  );

  command('create', 'Create a bucket')
    .argument('<name>', '3 to 63 of a-z, 0-9 and -')
    .action(
      action<BucketOptions, [string]>(async ({ answer, withVault }, { workspace }, name) => {
        const { bucket } = await withVault((call) => call('bucket.create', { workspace, name }));
        answer({ bucket }, () => `Created bucket ${bucket.name}.`);
      }),
    );

  command('delete', 'Delete an empty bucket')
    .argument('<name>')
    .action(
      action<BucketOptions, [string]>(async ({ answer, withVault }, { workspace }, name) => {
        answer(await withVault((call) => call('bucket.delete', { workspace, name })), () => 'Deleted.');
      }),
    );
};
