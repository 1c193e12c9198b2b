import { useEffect, useState } from 'react';
import type { CallInput, CallName, CallOutput } from '../../shared/contract/contract.ts';
import type { WireError } from '../../shared/errorCodes.ts';
import { useApp } from '../stores/appContext.tsx';
import { asWireError } from './wireError.ts';

export interface Answered<Name extends CallName> {
  readonly output: CallOutput<Name> | null;
  readonly error: WireError | null;
}

/** Asks while the component is there, and again when `key` changes. The answer leaves with the component. */
export const useAnswer = <Name extends CallName>(
  name: Name,
  input: CallInput<Name>,
  key: string,
): Answered<Name> => {
  const { bridge } = useApp();
  const [answered, setAnswered] = useState<Answered<Name> & { readonly key: string }>({
    output: null,
    error: null,
    key,
  });
  // biome-ignore lint/correctness/useExhaustiveDependencies: `key` stands for the input, which is a new object each time
  useEffect(() => {
    let gone = false;
    bridge.call(name, input).then(
      (output) => !gone && setAnswered({ output, error: null, key }),
      (error) => !gone && setAnswered({ output: null, error: asWireError(error), key }),
    );
    return () => {
      gone = true;
    };
  }, [bridge, name, key]);
  return answered.key === key ? answered : { output: null, error: null };
};
