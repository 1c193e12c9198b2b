import type { Capabilities, Operation, Verdict } from '../../shared/contract/workspaces.ts';
import { KEYS_PATH, TOKENS_PATH } from '../../shared/credentialPaths.ts';
import { BUCKETS_PATH } from './paths.ts';
import type { ServiceAnswer } from './serviceAnswer.ts';
import type { ServiceCalls } from './serviceCalls.ts';
import { tokenShape } from './serviceShapes.ts';
import { verdictOf } from './verdictOf.ts';

/** What is known of the token itself. */
export type TokenState = Capabilities['token'];
export type May = Capabilities['may'];

export const nothingKnown: May = {
  listTokens: 'unknown',
  createToken: 'unknown',
  listKeys: 'unknown',
  createKey: 'unknown',
  regenerateKey: 'unknown',
  listBuckets: 'unknown',
  createBucket: 'unknown',
};

/** Where even reading is refused, making is. Where reading is allowed, only the token's own scope tells. */
const making = (list: Verdict, isReadOnly: boolean): Verdict => {
  if (list !== 'allowed') return list;
  return isReadOnly ? 'read-only' : 'unknown';
};

const firstTokens = (answer: ServiceAnswer | null) =>
  answer?.kind === 'success' ? (tokenShape.array().safeParse(answer.data).data ?? []) : [];

/** The list says of every token how it begins: only one that is the only one to begin so is known to be ours. */
const isListedAsReader = (answer: ServiceAnswer | null, token: string): boolean => {
  const ours = firstTokens(answer).filter(({ prefix }) => prefix !== null && token.startsWith(prefix));
  return ours.length === 1 && ours[0]?.scope === 'read';
};

/** What a good token may do, by nothing but reading: one page of each list, one after the other. */
export const probeMay = async (calls: ServiceCalls, token: string): Promise<May> => {
  const list = async (operation: Operation, path: string) => {
    // A service that cannot be reached now has said nothing of what it allows.
    const answer = await calls.ask({ method: 'GET', path: `${path}?page=1&limit=100` }).catch(() => null);
    const heard = answer === null ? 'unknown' : verdictOf(operation, answer);
    // The token is good: a list that answers 401 all the same is not for access tokens.
    return { answer, verdict: heard === 'unauthorized' ? ('forbidden' as const) : heard };
  };
  const tokens = await list('listTokens', TOKENS_PATH);
  const keys = await list('listKeys', KEYS_PATH);
  const buckets = await list('listBuckets', BUCKETS_PATH);
  const isReadOnly = isListedAsReader(tokens.answer, token);
  return {
    listTokens: tokens.verdict,
    createToken: making(tokens.verdict, isReadOnly),
    listKeys: keys.verdict,
    createKey: making(keys.verdict, isReadOnly),
    regenerateKey: making(keys.verdict, isReadOnly),
    listBuckets: buckets.verdict,
    createBucket: making(buckets.verdict, isReadOnly),
  };
};
