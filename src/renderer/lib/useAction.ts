import { useCallback, useRef, useState } from 'react';
import type { WireError } from '../../shared/errorCodes.ts';
import { asWireError } from './wireError.ts';

export interface Action {
  readonly pending: boolean;
  readonly error: WireError | null;
  /** Runs one thing at a time; a second start while the first is under way does nothing. */
  run(work: () => Promise<void>): Promise<void>;
}

export const useAction = (): Action => {
  const [pending, setPending] = useState(false);
  const [error, setError] = useState<WireError | null>(null);
  const busy = useRef(false);
  const run = useCallback(async (work: () => Promise<void>) => {
    if (busy.current) return;
    busy.current = true;
    setPending(true);
    setError(null);
    try {
      await work();
    } catch (thrown) {
      setError(asWireError(thrown));
    } finally {
      busy.current = false;
      setPending(false);
    }
  }, []);
  return { pending, error, run };
};
