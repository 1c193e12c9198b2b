import type { Backend } from '../backend/backend.ts';

/** What is asked of the service with the control token of one workspace. */
export type Service = Pick<
  Backend,
  'createToken' | 'deleteToken' | 'createKey' | 'deleteKey' | 'listBuckets' | 'createBucket' | 'deleteBucket'
>;
