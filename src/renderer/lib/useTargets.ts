import type { Target } from '../../shared/contract/rollout.ts';
import { useSlice } from '../stores/appContext.tsx';

/** The places outside the vault that learn this credential's secret. */
export const useTargets = (credentialId: string): readonly Target[] =>
  useSlice('library', (state) => state.targets).filter((target) => target.credentialId === credentialId);
