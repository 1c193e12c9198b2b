import { z } from 'zod';
import { connectionKind } from './connections.ts';
import { call } from './define.ts';
import { isoTime, reference } from './words.ts';

/** What passed through the proxy: metadata only, never a header value, a query or a body. */
export const activityEntry = z.object({
  id: z.string(),
  at: isoTime,
  /** Name of the connection; null when it was not identified. */
  connection: z.string().nullable(),
  connectionId: z.string().nullable(),
  /** Name of the credential that was used; null when none was. */
  credential: z.string().nullable(),
  kind: connectionKind,
  method: z.string(),
  /** Without query and without a path capability. */
  path: z.string(),
  status: z.number().int(),
  /** An error code of ours when we answered ourselves. */
  refusal: z.string().nullable(),
  ms: z.number(),
  /** From the tool. */
  bytesIn: z.number().int(),
  /** To the tool. */
  bytesOut: z.number().int(),
  client: z.object({ pid: z.number().int(), exe: z.string() }).nullable(),
});
export type ActivityEntry = z.infer<typeof activityEntry>;

export const activityCalls = {
  /** Newest first. */
  'activity.list': call(
    z.object({ limit: z.number().int().min(1).max(10_000).optional() }).strict(),
    z.object({ entries: z.array(activityEntry) }),
  ),
  'activity.explain': call(
    z.object({ id: reference }).strict(),
    z.object({ id: z.string(), code: z.string().nullable(), because: z.string(), try: z.string() }),
  ),
} as const;
