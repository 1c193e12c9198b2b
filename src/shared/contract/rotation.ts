import { z } from 'zod';
import { credential, credentialKind } from './credentials.ts';
import { call } from './define.ts';
import { done, failure, isoTime, none, reference } from './words.ts';

/** A request that is under way with a credential. No path: keys of objects are nobody's business here. */
export const runningRequest = z.object({
  /** Name of the connection. */
  connection: z.string(),
  method: z.string(),
  bytesIn: z.number().int(),
  bytesOut: z.number().int(),
  since: isoTime,
});
export type RunningRequest = z.infer<typeof runningRequest>;

/**
 * One credential takes the place of another: every connection uses the new one already, and the old one waits to be
 * deleted. It goes on by itself, also after a restart; while the vault is locked it waits.
 */
export const rotation = z.object({
  id: z.string(),
  workspaceId: z.string(),
  kind: credentialKind,
  /** The one name under which the new credential serves in the place of the old one. */
  name: z.string(),
  /** `draining`: waits until nothing uses the old one; can be taken back. `deleting`: the service is being asked. */
  step: z.enum(['draining', 'deleting']),
  /** The credential that goes. Where the rotation was taken back, that is the one it had made. */
  retiringId: z.string(),
  servingId: z.string(),
  isUndone: z.boolean(),
  /** Names of the connections that use the serving one. */
  connections: z.array(z.string()),
  drainMs: z.number().int(),
  startedAt: isoTime,
  switchedAt: isoTime,
  /** When the retiring one will be deleted if it is not used before; null while requests run with it or targets are pending. */
  deletesAt: isoTime.nullable(),
  /** How many places outside the vault have not learned the serving one yet: before that nothing is deleted. */
  pendingTargets: z.number().int(),
  /** What still runs with the retiring one. */
  running: z.array(runningRequest),
  /** Why the last try to delete failed, and when it is tried again. */
  problem: z.object({ error: failure, retryAt: isoTime }).nullable(),
});
export type Rotation = z.infer<typeof rotation>;

/**
 * Written down before the service is asked for something that it says only once, and kept where its answer never
 * came to be sealed: it may have been done, and its secret is lost.
 */
export const intent = z.object({
  id: z.string(),
  what: z.enum(['mint', 'regenerate']),
  workspaceId: z.string(),
  kind: credentialKind,
  name: z.string(),
  startedAt: isoTime,
  /** What was to be regenerated or replaced; null: something new was to be made. */
  credentialId: z.string().nullable(),
  /** What may have happened, and what `intent.resolve` does about it, each in one sentence. */
  because: z.string(),
  try: z.string(),
});
export type Intent = z.infer<typeof intent>;

/** What came of regenerating a key. */
export const regeneration = z.discriminatedUnion('outcome', [
  z.object({
    outcome: z.literal('regenerated'),
    credential,
    /** Requests that waited meanwhile, and how long the longest of them did. */
    heldRequests: z.number().int(),
    longestDelayMs: z.number(),
  }),
  /** Nothing was done: these ran too long to be waited for. Ask again to wait longer, or go on, or replace the key. */
  z.object({ outcome: z.literal('busy'), running: z.array(runningRequest) }),
  /** The old secret is dead, and the vault could not keep the new one: `reveal.take` shows the only copy. */
  z.object({ outcome: z.literal('unsealed'), credential, revealId: z.string(), problem: failure }),
]);
export type Regeneration = z.infer<typeof regeneration>;

const drainMs = z
  .number()
  .int()
  .min(0)
  .max(30 * 86_400_000, 'at most 30 days');
/** A rotation by its id, or by the id or name of the credentials in it. */
const oneRotation = z.object({ rotation: reference, kind: credentialKind.optional() }).strict();

export const rotationCalls = {
  /**
   * Makes another credential of the same power, gives it to every connection, and deletes the old one once nothing
   * has used it for `drainMs` (ten minutes unless given). Answers when the connections have been switched.
   */
  'rotation.start': call(
    z
      .object({ credential: reference, kind: credentialKind.optional(), drainMs: drainMs.optional() })
      .strict(),
    z.object({ rotation, credential }),
  ),
  'rotation.list': call(none, z.object({ rotations: z.array(rotation) })),
  /** Until the old one is being deleted: ROTATION_TOO_LATE afterwards. */
  'rotation.undo': call(oneRotation, z.object({ rotation })),
  /** Deletes the retiring one now, and ends what still runs with it. */
  'rotation.finish': call(oneRotation, done),
  /** Days before its expiry at which a credential is rotated by itself; null: never. */
  'rotation.schedule': call(
    z
      .object({
        credential: reference,
        kind: credentialKind.optional(),
        daysBefore: z.number().int('whole days').min(1).max(90).nullable(),
      })
      .strict(),
    z.object({ credential }),
  ),
  /**
   * A new secret for an access key; the old one is dead at that moment, so new requests wait meanwhile. Those that run
   * are waited for, 30 seconds at most; what is to become of longer ones is for the caller to say.
   */
  'key.regenerate': call(
    z
      .object({
        credential: reference,
        /** `ask`: the answer `busy`, unless given. `goOn`: the service may refuse the rest of them. */
        onLongRequests: z.enum(['ask', 'goOn']).optional(),
      })
      .strict(),
    regeneration,
  ),
  'intent.list': call(none, z.object({ intents: z.array(intent) })),
  /** A mint: deletes what it may have left at the service. A regenerate: regenerates again, which is always safe. */
  'intent.resolve': call(
    z.object({ id: z.string() }).strict(),
    z.discriminatedUnion('what', [
      z.object({
        what: z.literal('mint'),
        deleted: z.array(z.object({ uid: z.string(), name: z.string(), createdAt: isoTime.nullable() })),
      }),
      z.object({ what: z.literal('regenerate'), regeneration }),
    ]),
  ),
  /** Forgets it, and leaves the service as it is. */
  'intent.dismiss': call(z.object({ id: z.string() }).strict(), done),
} as const;
