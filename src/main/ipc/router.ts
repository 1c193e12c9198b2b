import { z } from 'zod';
import { type CallArguments, type CallName, type CallOutput, calls } from '../../shared/contract/contract.ts';
import type { WireError } from '../../shared/errorCodes.ts';
import { AppError } from '../lib/appError.ts';
import type { Logger } from '../ports.ts';

export type Handlers = {
  readonly [Name in CallName]: (input: CallArguments<Name>) => Promise<CallOutput<Name>> | CallOutput<Name>;
};

export type Answer =
  | { readonly ok: true; readonly output: unknown }
  | { readonly ok: false; readonly error: WireError };

/** Parses the call, dispatches it, parses the answer, and turns any failure into a plain WireError. */
export interface Router {
  answer(name: string, input: unknown): Promise<Answer>;
}

const isCallName = (name: string): name is CallName => Object.hasOwn(calls, name);

const inputError = (error: z.ZodError): AppError => {
  const [issue] = error.issues;
  const where = issue === undefined || issue.path.length === 0 ? '' : `${issue.path.join('.')}: `;
  return new AppError('INVALID_INPUT', { detail: `${where}${issue?.message ?? 'unreadable'}.` });
};

export const createRouter = (handlers: Handlers, logger: Logger): Router => {
  const dispatch = async (name: string, input: unknown): Promise<unknown> => {
    if (!isCallName(name)) throw new AppError('INVALID_INPUT', { detail: 'There is no such call.' });
    const parsed = calls[name].input.safeParse(input);
    if (!parsed.success) throw inputError(parsed.error);
    const handler = handlers[name] as (input: unknown) => unknown;
    // Output is parsed too: a field that the contract does not name never leaves the core.
    return z.parse<z.ZodType>(calls[name].output, await handler(parsed.data));
  };

  return {
    answer: async (name, input) => {
      try {
        return { ok: true, output: await dispatch(name, input) };
      } catch (error) {
        if (error instanceof AppError) return { ok: false, error: error.toWire() };
        // Not the error's own message: a bug may carry a value that must not be logged.
        logger.log('error', 'a call failed unexpectedly', {
          call: isCallName(name) ? name : 'unknown',
          kind: error instanceof Error ? error.name : typeof error,
        });
        return { ok: false, error: new AppError('INTERNAL').toWire() };
      }
    },
  };
};
