import { Secret } from '../lib/secret.ts';
import { withoutFinalLineBreak } from '../lib/secretShape.ts';
import type { Workspaces } from '../workspaces/workspaces.ts';
import type { HandlersOf } from './handlersOf.ts';

export const workspaceHandlers = (
  workspaces: Workspaces,
): HandlersOf<'workspace.list' | 'workspace.add' | 'workspace.remove'> => ({
  'workspace.list': () => ({ workspaces: workspaces.list() }),
  'workspace.add': async ({ controlToken, ...wanted }) => ({
    workspace: await workspaces.add({
      ...wanted,
      controlToken: controlToken === undefined ? undefined : Secret.of(withoutFinalLineBreak(controlToken)),
    }),
  }),
  'workspace.remove': async ({ workspace }) => {
    await workspaces.remove(workspace);
    return { done: true };
  },
});
