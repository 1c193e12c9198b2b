import type { Command } from 'commander';
import { capabilityList, capabilitySummary, controlTokenWords } from '../../shared/capabilityWords.ts';
import { listedWorkspaceDocument, workspaceDocument } from '../documents.ts';
import { action } from '../invocation.ts';
import { readSecret } from '../stdin.ts';
import { formatTable } from '../table.ts';

interface AddOptions {
  readonly name: string;
  readonly apiUrl?: string;
  readonly s3Url?: string;
  readonly tokenStdin?: boolean;
}

export const addWorkspaceCommands = (program: Command): void => {
  const group = program.command('workspace').description('nfyio workspaces, or custom endpoints');

  group
    .command('add')
    .description('Connect a workspace. Without URLs: the public nfyio endpoints')
    .requiredOption('--name <name>', 'what to call it here')
    .option('--api-url <url>', 'origin of the REST API')
    .option('--s3-url <url>', 'origin of the S3 endpoint')
    .option('--token-stdin', 'read the control token from stdin')
    .action(
      action<AddOptions>(async ({ answer, withVault }, { name, apiUrl, s3Url, tokenStdin }) => {
        const controlToken = tokenStdin
          ? await readSecret('Control token', 'workspace add … --token-stdin < token-file')
          : undefined;
        const { workspace } = await withVault((call) =>
          call('workspace.add', { name, apiUrl, s3Url, controlToken }),
        );
        answer({ workspace: workspaceDocument(workspace) }, () => `Added workspace ${workspace.name}.`);
      }),
    );

  group
    .command('list')
    .description('List the workspaces')
    .action(
      action(async ({ answer, withVault }) => {
        const { workspaces } = await withVault((call) => call('workspace.list', {}));
        answer({ workspaces: workspaces.map(listedWorkspaceDocument) }, () =>
          formatTable(
            ['name', 'api', 's3', 'control token', 'service', 'id'],
            workspaces.map((workspace) => [
              workspace.name,
              workspace.apiUrl ?? '-',
              workspace.s3Url ?? '-',
              controlTokenWords(workspace),
              capabilitySummary(workspace),
              workspace.id,
            ]),
            'No workspace yet. Add one with `nfyio-vault workspace add`.',
          ),
        );
      }),
    );

  group
    .command('set-token')
    .description('Give a workspace another control token, or its first one; read from stdin')
    .argument('<workspace>', 'name or id')
    .action(
      action<object, [string]>(async ({ answer, withVault }, _, reference) => {
        const controlToken = await readSecret('Control token', 'workspace set-token … < token-file');
        const { workspace } = await withVault((call) =>
          call('workspace.setControlToken', { workspace: reference, controlToken }),
        );
        answer(
          { workspace: workspaceDocument(workspace) },
          () => `${workspace.name} has a new control token.`,
        );
      }),
    );

  group
    .command('check')
    .description('Ask the service anew what the control token may do; nothing is made for it')
    .argument('<workspace>', 'name or id')
    .action(
      action<object, [string]>(async ({ answer, withVault }, _, reference) => {
        const { workspace } = await withVault((call) => call('workspace.check', { workspace: reference }));
        answer({ workspace: listedWorkspaceDocument(workspace) }, () =>
          [
            `Control token: ${controlTokenWords(workspace)}.`,
            ...(workspace.capabilities === null ? [] : capabilityList(workspace.capabilities)).map(
              ([what, words]) => `${what}: ${words}`,
            ),
          ].join('\n'),
        );
      }),
    );

  group
    .command('remove')
    .description('Remove a workspace with its credentials and connections from this vault')
    .argument('<workspace>', 'name or id')
    .action(
      action<object, [string]>(async ({ answer, withVault }, _, workspace) => {
        answer(
          await withVault((call) => call('workspace.remove', { workspace })),
          () => 'Removed from this vault; the service itself is not touched.',
        );
      }),
    );
};
