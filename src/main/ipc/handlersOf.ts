import type { CallName } from '../../shared/contract/contract.ts';
import type { Handlers } from './router.ts';

/** The part of the handlers that one file answers for. */
export type HandlersOf<Name extends CallName> = Pick<Handlers, Name>;
