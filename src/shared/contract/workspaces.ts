import { z } from 'zod';
import { call } from './define.ts';
import { done, isoTime, name, none, reference, secretInput } from './words.ts';

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
  /** Removes the workspace with its credentials and connections from this vault; the service is not touched. */
  'workspace.remove': call(z.object({ workspace: reference }).strict(), done),
} as const;
