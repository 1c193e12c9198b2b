import type { Workspace } from '../../shared/contract/workspaces.ts';
import { useSlice } from '../stores/appContext.tsx';

/** The workspace that is looked at: the chosen one, else the first; null when there is none. */
export const useWorkspace = (): Workspace | null => {
  const workspaces = useSlice('library', (state) => state.workspaces);
  const chosen = useSlice('navigation', (state) => state.workspaceId);
  return workspaces.find(({ id }) => id === chosen) ?? workspaces[0] ?? null;
};
