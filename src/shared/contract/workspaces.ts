import { z } from 'zod';
import { call } from './define.ts';
import { done, isoTime, name, none, reference, secretInput } from './words.ts';

/** What is asked of the service on a person's behalf, and may be refused. */
export const operation = z.enum([
  'listTokens',
  'createToken',
  'listKeys',
  'createKey',
  'regenerateKey',
  'listBuckets',
  'createBucket',
]);
export type Operation = z.infer<typeof operation>;

/**
 * `read-only`: the control token may only read. `restricted`: it is bound to another route. `forbidden`: the service
 * does not let an access token do it. `absent`: the service has no such call. `unknown`: only trying would tell.
 */
export const verdict = z.enum(['allowed', 'read-only', 'restricted', 'forbidden', 'absent', 'unknown']);
export type Verdict = z.infer<typeof verdict>;

/** What the service was seen to allow the control token. */
export const capabilities = z.object({
  checkedAt: isoTime,
  /** `restricted`: it is good, and bound to a route. `dead`: it is wrong, expired or deleted. */
  token: z.enum(['good', 'restricted', 'dead']),
  may: z.record(operation, verdict),
});
export type Capabilities = z.infer<typeof capabilities>;

/** Tells workspaces apart at a glance. None of them is a colour that warns. */
export const accent = z.enum(['indigo', 'teal', 'magenta', 'sky', 'slate']);
export type Accent = z.infer<typeof accent>;

export const workspace = z.object({
  id: z.string(),
  name: z.string(),
  /** Origin of the REST API, e.g. https://app.nfyio.com; null when the workspace is storage only. */
  apiUrl: z.string().nullable(),
  /** Origin of the S3 endpoint, e.g. https://s3.nfyio.com; null when the workspace is REST only. */
  s3Url: z.string().nullable(),
  hasControlToken: z.boolean(),
  isSandbox: z.boolean(),
  createdAt: isoTime,
  accent: accent.catch('indigo'),
  /** The id that the service knows it by; null until a token has told. */
  uid: z.string().max(200).nullable().default(null),
  /** null: nothing is known yet, or there is no control token. */
  capabilities: capabilities.nullable().default(null),
});
export type Workspace = z.infer<typeof workspace>;

export const workspaceCalls = {
  'workspace.list': call(none, z.object({ workspaces: z.array(workspace) })),
  /** Neither URL given: the public nfyio endpoints. The control token is checked against `/api/auth/me` first. */
  'workspace.add': call(
    z
      .object({
        name,
        apiUrl: z.string().max(2048).optional(),
        s3Url: z.string().max(2048).optional(),
        controlToken: secretInput.optional(),
      })
      .strict(),
    z.object({ workspace }),
  ),
  /**
   * Another control token in the place of its own, or its first one, after the service has accepted it for the same
   * workspace. CREDENTIAL_ELSEWHERE where it is of another; NO_ENDPOINT without a REST API.
   */
  'workspace.setControlToken': call(
    z.object({ workspace: reference, controlToken: secretInput }).strict(),
    z.object({ workspace }),
  ),
  /**
   * Learns what its control token may do, by nothing but reading. `ifOld`: only where what is known is older than a
   * day. NO_CONTROL_TOKEN where it has none.
   */
  'workspace.check': call(
    z.object({ workspace: reference, ifOld: z.boolean().optional() }).strict(),
    z.object({ workspace }),
  ),
  /** Removes the workspace with its credentials and connections from this vault; the service is not touched. */
  'workspace.remove': call(z.object({ workspace: reference }).strict(), done),
} as const;
