import { z } from 'zod';
import { permission, scope } from '../../shared/contract/credentials.ts';

/** What the sandbox remembers of its accounts. No secret is in it: tokens are digests, S3 secrets are derived. */
const workspaceRecord = z.object({
  uid: z.string(),
  name: z.string(),
  /** null until a project is made: what needs one answers MISSING_CONTEXT. */
  projectUid: z.string().nullable(),
  teamUid: z.string(),
  createdAtMs: z.number(),
});
export type WorkspaceRecord = z.infer<typeof workspaceRecord>;

const tokenRecord = z.object({
  uid: z.string(),
  workspaceUid: z.string(),
  name: z.string(),
  /** First 14 characters, to tell tokens apart in a list. */
  prefix: z.string(),
  digest: z.string(),
  scope,
  route: z.string().nullable(),
  createdAtMs: z.number(),
  expiresAtMs: z.number(),
});
export type TokenRecord = z.infer<typeof tokenRecord>;

const keyRecord = z.object({
  uid: z.string(),
  workspaceUid: z.string(),
  name: z.string(),
  accessKeyId: z.string(),
  /** Counts regenerations; each one derives another secret. */
  generation: z.number().int(),
  buckets: z.array(z.string()),
  permission,
  createdAtMs: z.number(),
  expiresAtMs: z.number().nullable(),
});
export type KeyRecord = z.infer<typeof keyRecord>;

export const accountState = z.object({
  version: z.literal(1),
  workspaces: z.array(workspaceRecord).min(1),
  tokens: z.array(tokenRecord),
  keys: z.array(keyRecord),
  /** Bucket name to workspace uid. A bucket that is not named belongs to the first workspace. */
  bucketOwners: z.record(z.string(), z.string()),
  /** Uid of a token or key to epoch milliseconds. */
  lastUsed: z.record(z.string(), z.number()),
});
export type AccountState = z.infer<typeof accountState>;
