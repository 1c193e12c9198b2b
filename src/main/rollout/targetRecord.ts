import { z } from 'zod';
import { targetPlace, valueNames } from '../../shared/contract/rollout.ts';
import { isoTime } from '../../shared/contract/words.ts';

/** One secret of one credential: `version` is when the credential got it. */
export const secretVersion = z.object({ credentialId: z.string(), version: isoTime });
export type SecretVersion = z.infer<typeof secretVersion>;

/** A roll-out target as it is sealed; the record's secret is what opens the place. */
export const targetMeta = z.object({
  workspaceId: z.string(),
  credentialId: z.string(),
  place: targetPlace,
  names: valueNames,
  hasAccess: z.boolean(),
  /** What it was added with: this secret is not written by itself before somebody has asked for that. */
  heldFor: secretVersion.nullable(),
  /** What lies there for all we know. */
  written: secretVersion.extend({ at: isoTime, isVerified: z.boolean() }).nullable(),
});
export type TargetMeta = z.infer<typeof targetMeta>;
export type TargetRecord = { readonly id: string } & TargetMeta;
