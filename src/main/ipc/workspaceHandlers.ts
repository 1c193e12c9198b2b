import { Secret } from '../lib/secret.ts';
import { withoutFinalLineBreak } from '../lib/secretShape.ts';
import type { CapabilityChecks } from '../workspaces/capabilities.ts';
import type { Workspaces } from '../workspaces/workspaces.ts';
import type { HandlersOf } from './handlersOf.ts';

type Names = 'workspace.list' | 'workspace.add' | 'workspace.check' | 'workspace.remove';

export const workspaceHandlers = (
  workspaces: Workspaces,
  capabilities: CapabilityChecks,
): HandlersOf<Names> => ({
  'workspace.list': () => ({ workspaces: workspaces.list() }),
  'workspace.add': async ({ controlToken, ...wanted }) => ({
    workspace: await workspaces.add({
      ...wanted,
      controlToken: controlToken === undefined ? undefined : Secret.of(withoutFinalLineBreak(controlToken)),
    }),
  }),
  'workspace.check': async ({ workspace, ifOld = false }) => ({
    workspace: await capabilities.check(workspace, ifOld),
  }),
  'workspace.remove': async ({ workspace }) => {
    await workspaces.remove(workspace);
    return { done: true };
  },
});
