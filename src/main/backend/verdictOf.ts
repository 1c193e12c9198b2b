import type { Operation, Verdict } from '../../shared/contract/workspaces.ts';
import type { ServiceAnswer } from './serviceAnswer.ts';

/** `unauthorized`: the token is dead, or not for this call; only another question tells which. */
export type Heard = Verdict | 'unauthorized';

/** A 404 to these is about the call itself; to others it may be about a key or a bucket that is named. */
const namesNothing: ReadonlySet<Operation> = new Set([
  'listTokens',
  'createToken',
  'listKeys',
  'listBuckets',
  'createBucket',
]);

const forbidden = (code: string | null): Verdict => {
  if (code === 'ROUTE_FORBIDDEN') return 'restricted';
  return code === 'SCOPE_FORBIDDEN' ? 'read-only' : 'forbidden';
};

/** What an answer says of whether the operation is allowed; `unknown` when it says nothing of it. */
export const verdictOf = (operation: Operation, answer: ServiceAnswer): Heard => {
  if (answer.kind === 'success') return 'allowed';
  // A server without the call may say so in words of its own.
  if (answer.status === 405 || answer.status === 501) return 'absent';
  if (answer.status === 404) return namesNothing.has(operation) ? 'absent' : 'unknown';
  if (answer.kind === 'unreadable') return 'unknown';
  switch (answer.status) {
    case 401:
      return 'unauthorized';
    case 402:
    case 409:
      return 'allowed';
    case 403:
      return forbidden(answer.code);
    default:
      return 'unknown';
  }
};
