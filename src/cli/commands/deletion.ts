import type { Command } from 'commander';
import type { CredentialKind } from '../../shared/contract/credentials.ts';
import { action } from '../invocation.ts';

/** Whoever deletes a credential is told that it stays in its places. */
export const addDeleteCommand = (group: Command, kind: CredentialKind, description: string): void => {
  group
    .command('delete')
    .description(description)
    .argument(`<${kind}>`, 'name or id')
    .action(
      action<object, [string]>(async ({ answer, withVault }, _, id) => {
        const { done, places } = await withVault(async (call) => {
          const { targets } = await call('target.list', { credential: id, kind });
          return { done: await call('credential.delete', { id, kind }), places: targets.length };
        });
        answer(done, () =>
          places === 0
            ? 'Deleted.'
            : `Deleted. What was written to ${places} place${places === 1 ? '' : 's'} outside the vault stays there.`,
        );
      }),
    );
};
