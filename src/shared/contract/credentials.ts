import { z } from 'zod';
import { call } from './define.ts';
import { done, failure, isoTime, name, reference, secretInput } from './words.ts';

export const credentialKind = z.enum(['token', 'key']);
export type CredentialKind = z.infer<typeof credentialKind>;
export const scope = z.enum(['read', 'write']);
export const permission = z.enum(['read', 'read-write']);

/** `/api/chat/*` admits `/api/chat` and everything below it; `/api/chat` admits that path alone. */
export const route = z
  .string()
  .max(512)
  .regex(
    /^\/[A-Za-z0-9._~\-/]*(?:\/\*)?$/,
    'a route looks like /api/chat/* : a plain path, optionally ending in /*',
  )
  .refine((path) => !/\/\/|\/\.{1,2}(?:\/|$)/.test(path), 'a route has no empty, "." or ".." segment');

export const bucketName = z
  .string()
  .regex(/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/, 'a bucket name has 3 to 63 of a-z, 0-9 and -');

/** Bucket names as the service lists them for a key; `*` alone means every bucket. */
export const keyBuckets = z
  .array(z.union([bucketName, z.literal('*')]))
  .min(1, 'at least one bucket is needed')
  .max(100);

/** What asking for itself told of an imported credential. */
export const verification = z.object({
  /** `restricted`: it is good, but more could not be seen with it. `unverified`: nobody has seen it work yet. */
  state: z.enum(['verified', 'restricted', 'unverified']),
  at: isoTime,
  /** What is odd, or why nobody has seen it work, in words. */
  notes: z.array(z.string().max(500)).max(100),
  /** Of a key: the buckets that it sees; null when it may not list them. */
  buckets: z.array(z.string().max(255)).max(1000).nullable(),
});
export type Verification = z.infer<typeof verification>;

const common = {
  /** Our id. */
  id: z.string(),
  /** The id the service knows it by; null when imported. */
  uid: z.string().nullable(),
  workspaceId: z.string(),
  name: z.string(),
  origin: z.enum(['minted', 'imported']),
  createdAt: isoTime,
  expiresAt: isoTime.nullable(),
  /** Days before its expiry at which it is rotated by itself; absent: never. */
  rotateDaysBefore: z.number().int().min(1).optional(),
  /** Absent for what was minted here or came in by a file. */
  verification: verification.optional(),
};

export const tokenCredential = z.object({
  ...common,
  kind: z.literal('token'),
  scope,
  route: z.string().nullable(),
});
export const keyCredential = z.object({
  ...common,
  kind: z.literal('key'),
  accessKeyId: z.string(),
  buckets: z.array(z.string()),
  permission,
  /** When it last got a new secret; absent: its secret is as old as itself. */
  regeneratedAt: isoTime.optional(),
});
export const credential = z.discriminatedUnion('kind', [tokenCredential, keyCredential]);
export type TokenCredential = z.infer<typeof tokenCredential>;
export type KeyCredential = z.infer<typeof keyCredential>;
export type Credential = z.infer<typeof credential>;

/** The real secret, on its one way to the eye. */
export const revealed = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('token'), token: z.string() }),
  z.object({ kind: z.literal('key'), accessKeyId: z.string(), secretAccessKey: z.string() }),
  z.object({ kind: z.literal('recovery-key'), recoveryKey: z.string() }),
]);
export type Revealed = z.infer<typeof revealed>;

const created = z.object({
  credential,
  revealId: z.string(),
  /** Not null: it was made, and the vault could not keep it; `reveal.take` shows the only copy. */
  unsealed: failure.nullable(),
});
const expireDays = z.number().int('whole days').min(1, 'at least 1 day').max(365, 'at most 365 days');

export const bucket = z.object({ name: z.string(), createdAt: isoTime.nullable() });
export type Bucket = z.infer<typeof bucket>;
const newBucketName = z.string().regex(/^[a-z0-9-]{3,63}$/, 'a bucket name has 3 to 63 of a-z, 0-9 and -');

export const credentialCalls = {
  'credential.list': call(
    z.object({ workspace: reference.optional(), kind: credentialKind.optional() }).strict(),
    z.object({ credentials: z.array(credential) }),
  ),
  /** Deletes it on the service too when it was minted here; CREDENTIAL_IN_USE while a connection is bound to it. */
  'credential.delete': call(z.object({ id: reference, kind: credentialKind.optional() }).strict(), done),
  'token.create': call(
    z.object({ workspace: reference, name, scope, expireDays, route: route.optional() }).strict(),
    created,
  ),
  /**
   * Shows it to the service first. CREDENTIAL_REFUSED when that refuses it, CREDENTIAL_ELSEWHERE when it belongs to
   * another workspace. `unverified`: stored without asking, as it also is when the service cannot be reached.
   */
  'token.import': call(
    z
      .object({
        unverified: z.boolean().optional(),
        workspace: reference,
        name,
        scope,
        token: secretInput,
        expiresAt: isoTime.optional(),
        route: route.optional(),
      })
      .strict(),
    z.object({ credential }),
  ),
  'key.create': call(
    z
      .object({
        workspace: reference,
        name,
        buckets: keyBuckets,
        permission,
        expireDays: expireDays.optional(),
      })
      .strict(),
    created,
  ),
  /** As `token.import`: it is to list its buckets, or to see one of those that are named. */
  'key.import': call(
    z
      .object({
        unverified: z.boolean().optional(),
        workspace: reference,
        name,
        buckets: keyBuckets,
        permission,
        accessKeyId: z.string().min(1).max(256),
        secretAccessKey: secretInput,
        expiresAt: isoTime.optional(),
      })
      .strict(),
    z.object({ credential }),
  ),
  /** Works once, within two minutes, never after a lock: REVEAL_GONE otherwise. */
  'reveal.take': call(z.object({ revealId: z.string() }).strict(), revealed),

  'bucket.list': call(z.object({ workspace: reference }).strict(), z.object({ buckets: z.array(bucket) })),
  'bucket.create': call(
    z.object({ workspace: reference, name: newBucketName }).strict(),
    z.object({ bucket }),
  ),
  'bucket.delete': call(z.object({ workspace: reference, name: z.string().min(1).max(63) }).strict(), done),
} as const;
