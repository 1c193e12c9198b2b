import { Secret } from '../lib/secret.ts';
import { withoutFinalLineBreak } from '../lib/secretShape.ts';
import type { CapabilityChecks } from '../workspaces/capabilities.ts';
import type { Workspaces } from '../workspaces/workspaces.ts';
import type { HandlersOf } from './handlersOf.ts';

type Names =
  | 'workspace.list'
  | 'workspace.add'
  | 'workspace.setControlToken'
  | 'workspace.check'
  | 'workspace.remove';

const tokenOf = (pasted: string): Secret => Secret.of(withoutFinalLineBreak(pasted));

export const workspaceHandlers = (
  workspaces: Workspaces,
  capabilities: CapabilityChecks,
): HandlersOf<Names> => ({
  'workspace.list': () => ({ workspaces: workspaces.list() }),
  'workspace.add': async ({ controlToken, ...wanted }) => ({
    workspace: await workspaces.add({
      ...wanted,
      controlToken: controlToken === undefined ? undefined : tokenOf(controlToken),
    }),
  }),
  'workspace.setControlToken': async ({ workspace, controlToken }) => ({
    workspace: await workspaces.setControlToken(workspace, tokenOf(controlToken)),
  }),
  'workspace.check': async ({ workspace, ifOld = false }) => ({
    workspace: await capabilities.check(workspace, ifOld),
  }),
  'workspace.remove': async ({ workspace }) => {
    await workspaces.remove(workspace);
    return { done: true };
  },
});
