import { z } from 'zod';
import { permission, scope } from '../../shared/contract/credentials.ts';

/**
 * The service's own shapes, read leniently: fields that we do not know are ignored, and of those we know only what
 * makes the thing identifiable is required. A time or word that cannot be read counts as absent.
 */
const time = z
  .string()
  .refine((text) => !Number.isNaN(Date.parse(text)))
  .transform((text) => new Date(text).toISOString())
  .nullish()
  .catch(null)
  .transform((text) => text ?? null);
const text = z
  .string()
  .nullish()
  .catch(null)
  .transform((value) => value ?? null);
const uid = z.union([z.string().min(1), z.number().transform(String)]);

export const meShape = z.object({
  user: z.object({ id: text, email: text, firstName: text, lastName: text }).nullish().catch(null),
  workspaceId: text,
  projectId: text,
  selectedTeam: z.object({ uid: text }).nullish().catch(null),
});
export type Me = z.infer<typeof meShape>;

export const workspaceShape = z.object({ uid, name: z.string() });
export type ServiceWorkspace = z.infer<typeof workspaceShape>;

export const tokenShape = z.object({
  uid,
  name: z.string(),
  prefix: text,
  scope: scope.nullish().catch(null),
  route: text,
  createdAt: time,
  expiresAt: time,
  lastUsedAt: time,
});
export type ServiceToken = z.infer<typeof tokenShape>;

export const keyShape = z.object({
  uid,
  name: z.string(),
  accessKeyId: z.string().min(1),
  buckets: z.array(z.string()).nullish().catch(null),
  permission: permission.nullish().catch(null),
  createdAt: time,
  expiresAt: time,
  lastUsedAt: time,
});
export type ServiceKey = z.infer<typeof keyShape>;

export const bucketShape = z.object({ name: z.string().min(1), createdAt: time });
export type ServiceBucket = z.infer<typeof bucketShape>;

export const newTokenShape = tokenShape.extend({ token: z.string().min(1) });
export const newKeyShape = keyShape.extend({ secretAccessKey: z.string().min(1) });
