import { z } from 'zod';
import { connection } from '../../shared/contract/connections.ts';
import { keyCredential, tokenCredential } from '../../shared/contract/credentials.ts';
import { workspace } from '../../shared/contract/workspaces.ts';
import type { Secret } from '../lib/secret.ts';

/** The records of the vault as they are sealed; fields of a later release stay in them. */
export const workspaceMeta = workspace.omit({ id: true }).loose();
export const credentialMeta = z.discriminatedUnion('kind', [
  tokenCredential.omit({ id: true }).loose(),
  keyCredential.omit({ id: true }).loose(),
]);
export const connectionMeta = connection.omit({ id: true, endpoint: true, lastUsedAt: true }).loose();

export type Thing =
  | { readonly kind: 'workspace'; readonly id: string; readonly meta: z.infer<typeof workspaceMeta> }
  | { readonly kind: 'credential'; readonly id: string; readonly meta: z.infer<typeof credentialMeta> }
  | { readonly kind: 'connection'; readonly id: string; readonly meta: z.infer<typeof connectionMeta> };

/** A record on its way in. */
export interface Incoming {
  readonly candidateId: string;
  readonly thing: Thing;
  readonly secret: Secret | null;
  /** Origin that a foreign file names for it. */
  readonly endpoint: string | null;
}

/** How the contract calls the kinds. */
export const candidateKindOf = ({ kind, meta }: Thing): 'workspace' | 'token' | 'key' | 'connection' =>
  kind === 'credential' ? meta.kind : kind;
