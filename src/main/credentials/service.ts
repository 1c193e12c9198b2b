import type { Backend } from '../backend/backend.ts';

/** What is asked of the service with the control token of one workspace. */
export type Service = Pick<
  Backend,
  | 'listTokens'
  | 'createToken'
  | 'deleteToken'
  | 'listKeys'
  | 'createKey'
  | 'regenerateKey'
  | 'deleteKey'
  | 'listBuckets'
  | 'createBucket'
  | 'deleteBucket'
>;
