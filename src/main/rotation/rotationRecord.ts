import { z } from 'zod';
import { credentialKind } from '../../shared/contract/credentials.ts';
import { isoTime } from '../../shared/contract/words.ts';

/** A rotation as it is sealed: from the commit that switches the connections to the one that forgets the old credential. */
export const rotationMeta = z.object({
  workspaceId: z.string(),
  kind: credentialKind,
  name: z.string(),
  step: z.enum(['draining', 'deleting']),
  retiringId: z.string(),
  servingId: z.string(),
  isUndone: z.boolean(),
  drainMs: z.number().int(),
  startedAt: isoTime,
  switchedAt: isoTime,
});
export type RotationMeta = z.infer<typeof rotationMeta>;
export type RotationRecord = { readonly id: string } & RotationMeta;

export const withoutId = ({ id: _id, ...meta }: RotationRecord): RotationMeta => meta;
