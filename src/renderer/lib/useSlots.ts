import { useSlice } from '../stores/appContext.tsx';
import { useAnswer } from './useAnswer.ts';

/** The ways to open this vault; null until they are known. Asked anew whenever the core says that something changed. */
export const useSlots = (): readonly string[] | null => {
  const status = useSlice('session', (state) => state.status);
  const changes = useSlice('session', (state) => state.loads);
  const { output } = useAnswer('vault.slots', {}, `${status?.vault} ${changes}`);
  return output?.slots ?? null;
};
