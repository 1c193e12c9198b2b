import type { VaultState } from '../../shared/contract/app.ts';

export type Shown = 'nothing' | 'firstRun' | 'lock' | 'shell';

/** While the lists of a vault that has just opened are on their way, what was shown before stays. */
export const screenFor = (
  vault: VaultState | null,
  loaded: boolean,
  workspaceCount: number,
  before: Shown,
): Shown => {
  if (vault === null) return 'nothing';
  if (vault === 'absent') return 'firstRun';
  if (vault === 'locked') return 'lock';
  if (!loaded) return before;
  return workspaceCount === 0 ? 'firstRun' : 'shell';
};
