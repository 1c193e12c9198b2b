import { z } from 'zod';
import { permission, scope } from '../../shared/contract/credentials.ts';

/**
 * The service's own shapes, read leniently: fields that we do not know are ignored, and of those we know only what
 * makes the thing identifiable is required. A time or word that cannot be read counts as absent.
 */
const orNull = <Shape extends z.ZodType>(shape: Shape) =>
  shape
    .nullish()
    .catch(null)
    .transform((value) => value ?? null);
const text = orNull(z.string());
const time = orNull(
  z
    .string()
    .refine((written) => !Number.isNaN(Date.parse(written)))
    .transform((written) => new Date(written).toISOString()),
);
const uid = z.union([z.string().min(1), z.number().transform(String)]);

export const meShape = z.object({
  user: orNull(z.object({ id: text, email: text, firstName: text, lastName: text })),
  workspaceId: text,
  projectId: text,
  selectedTeam: orNull(z.object({ uid: text })),
});
export type Me = z.infer<typeof meShape>;

export const workspaceShape = z.object({ uid, name: z.string() });
export type ServiceWorkspace = z.infer<typeof workspaceShape>;

export const tokenShape = z.object({
  uid,
  name: z.string(),
  prefix: text,
  scope: orNull(scope),
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
  buckets: orNull(z.array(z.string())),
  permission: orNull(permission),
  createdAt: time,
  expiresAt: time,
  lastUsedAt: time,
});
export type ServiceKey = z.infer<typeof keyShape>;

export const bucketShape = z.object({ name: z.string().min(1), createdAt: time });
export type ServiceBucket = z.infer<typeof bucketShape>;

export const newTokenShape = tokenShape.extend({ token: z.string().min(1) });
export const newKeyShape = keyShape.extend({ secretAccessKey: z.string().min(1) });
