import { useEffect } from 'react';
import type { Workspace } from '../../shared/contract/workspaces.ts';
import { useApp } from '../stores/appContext.tsx';
import { type Action, useAction } from './useAction.ts';
import { useWorkspace } from './useWorkspace.ts';

/** The workspace that is looked at; what its service allows is asked again where what is known is old. */
export const useCapabilities = (): {
  readonly workspace: Workspace | null;
  readonly asking: Action;
  readonly ask: () => void;
} => {
  const { bridge } = useApp();
  const workspace = useWorkspace();
  const asking = useAction();
  const canAsk = workspace?.hasControlToken === true && workspace.apiUrl !== null;
  const id = canAsk ? workspace.id : null;
  useEffect(() => {
    // What it finds comes back as a change of the workspace; where it finds nothing, what was known stays.
    if (id !== null) bridge.call('workspace.check', { workspace: id, ifOld: true }).catch(() => undefined);
  }, [bridge, id]);
  const ask = (): void => {
    if (id === null) return;
    void asking.run(async () => {
      await bridge.call('workspace.check', { workspace: id });
    });
  };
  return { workspace, asking, ask };
};
