import { z } from 'zod';
import { bucketName, route } from './credentials.ts';
import { call } from './define.ts';
import { done, isoTime, name, reference } from './words.ts';

export const connectionKind = z.enum(['s3', 'api']);
export type ConnectionKind = z.infer<typeof connectionKind>;

/** A local grant for one tool: what it may reach, with which credentials, how narrowed, until when. */
export const connection = z.object({
  id: z.string(),
  workspaceId: z.string(),
  kind: connectionKind,
  name: z.string(),
  /** Origin the tool is given, e.g. http://127.0.0.1:7471. */
  endpoint: z.string(),
  /** The credentials it may use; the narrowest that suffices serves a request. */
  credentialIds: z.array(z.string()),
  readOnly: z.boolean(),
  /** null: whatever its keys reach. */
  buckets: z.array(z.string()).nullable(),
  prefix: z.string().nullable(),
  route: z.string().nullable(),
  /** Upper-case HTTP methods; null: any. */
  methods: z.array(z.string()).nullable(),
  /** A listener of its own without local authentication. */
  openPort: z.number().int().nullable(),
  /** The id half of the local key pair; null for kind `api` and for open ports. */
  accessKeyId: z.string().nullable(),
  createdAt: isoTime,
  expiresAt: isoTime.nullable(),
  /** When a request last passed; null: waiting for the first. Forgotten at restart. */
  lastUsedAt: isoTime.nullable(),
});
export type Connection = z.infer<typeof connection>;

/** What the tool is given. Worthless anywhere but on this loopback. */
export const localCredential = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('s3'),
    endpoint: z.string(),
    accessKeyId: z.string(),
    secretAccessKey: z.string(),
    region: z.string(),
  }),
  z.object({ kind: z.literal('api'), endpoint: z.string(), token: z.string(), baseUrl: z.string() }),
  z.object({ kind: z.literal('open'), endpoint: z.string() }),
]);
export type LocalCredential = z.infer<typeof localCredential>;

export const snippetTool = z.enum(['aws', 'boto3', 'js', 'rclone', 's3cmd', 'curl', 'env']);
export type SnippetTool = z.infer<typeof snippetTool>;

const httpMethod = z
  .string()
  .transform((method) => method.toUpperCase())
  .pipe(z.enum(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE']));

export const connectionCalls = {
  'connection.list': call(
    z.object({ workspace: reference.optional() }).strict(),
    z.object({ connections: z.array(connection) }),
  ),
  /**
   * Without `credentials`, binds every credential of the workspace that fits; where there is none and the service
   * lets us mint, makes one no wider than the connection.
   */
  'connection.create': call(
    z
      .object({
        workspace: reference,
        kind: connectionKind,
        name,
        credentials: z.array(reference).max(50).optional(),
        readOnly: z.boolean().optional(),
        buckets: z.array(bucketName).min(1).max(100).optional(),
        prefix: z.string().min(1).max(1024).optional(),
        route: route.optional(),
        methods: z.array(httpMethod).min(1).max(6).optional(),
        ttlMs: z
          .number()
          .int()
          .min(1000, 'at least one second')
          .max(366 * 86_400_000, 'at most a year')
          .optional(),
        open: z.boolean().optional(),
        port: z.number().int().min(0).max(65_535).optional(),
      })
      .strict(),
    z.object({ connection, local: localCredential }),
  ),
  'connection.revoke': call(z.object({ connection: reference }).strict(), done),
  'connection.local': call(
    z.object({ connection: reference }).strict(),
    z.object({ connection, local: localCredential }),
  ),
  'connection.snippet': call(
    z.object({ connection: reference, tool: snippetTool }).strict(),
    z.object({ text: z.string() }),
  ),
  /** A URL that makes one request without any other credential. With `outside` it is as good as the real key for it. */
  'connection.presign': call(
    z
      .object({
        connection: reference,
        method: z.enum(['GET', 'PUT']),
        bucket: bucketName,
        key: z.string().min(1).max(1024),
        expiresSeconds: z
          .number()
          .int()
          .min(1, 'at least one second')
          .max(604_800, 'at most seven days (604800 seconds)'),
        outside: z.boolean().optional(),
      })
      .strict(),
    z.object({
      url: z.string(),
      expiresAt: isoTime,
      /** It is for the service itself: whoever has it can use it, also when the connection has been revoked. */
      isSecret: z.boolean(),
      /** What ends sooner than the time that was asked for. */
      shortenedBy: z.enum(['connection', 'credential']).nullable(),
    }),
  ),
} as const;
