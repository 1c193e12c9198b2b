import { z } from 'zod';
import { keyBuckets, permission } from './credentials.ts';
import { call } from './define.ts';
import { newPassphrase, passphrase, proof } from './vault.ts';
import { done, isoTime, name, reference } from './words.ts';

/** Files are read and written by the host, which runs on the machine of the person: every path is absolute. */
/** Of one export. What is larger is refused where it would be written, so that no export is there that nobody can read. */
export const MAX_EXPORT_RECORDS = 30_000;

const path = z.string().min(1).max(4096);

export const exported = z.object({
  path: z.string(),
  workspaces: z.number().int(),
  credentials: z.number().int(),
  connections: z.number().int(),
});
export type Exported = z.infer<typeof exported>;

export const importFormat = z.enum(['export-sealed', 'export-plain', 'dotenv', 'aws', 'rclone', 's3cfg']);
export type ImportFormat = z.infer<typeof importFormat>;

/** One thing in the file that can be imported; its secret waits in the host. */
export const candidate = z.object({
  /** Good for this import only. */
  id: z.string(),
  kind: z.enum(['workspace', 'token', 'key', 'connection']),
  name: z.string(),
  /** Name of the workspace that it goes into; its own for a workspace. */
  workspace: z.string(),
  /** The id half of a key pair; null where there is none. */
  accessKeyId: z.string().nullable(),
  /** The endpoint that the file names for it; null: none. */
  endpoint: z.string().nullable(),
  /** The file names another endpoint than the workspace has: it will hardly work there. */
  isElsewhere: z.boolean(),
  /** A connection that opens this port to every local program; null for all else. */
  openPort: z.number().int().nullable(),
  /** A workspace that was the sandbox of another home: it comes in as one like any, and its service is not here. */
  isSandboxElsewhere: z.boolean(),
  /** `same`: it is here already, nothing will be done. */
  status: z.enum(['new', 'same', 'conflict']),
  /** Why it cannot come in as it is: another name helps with `name-taken`; with `differs` the one here has to go first. */
  conflict: z.enum(['name-taken', 'differs']).nullable(),
});
export type Candidate = z.infer<typeof candidate>;

/** Found, and cannot be imported. */
export const skipped = z.object({
  name: z.string(),
  because: z.enum(['session-token', 'incomplete', 'local', 'unusable', 'unknown-kind']),
});
export type Skipped = z.infer<typeof skipped>;

export const importPreview = z.object({
  importId: z.string(),
  /** Then the secrets are wiped and the import is over. */
  expiresAt: isoTime,
  format: importFormat,
  candidates: z.array(candidate),
  skipped: z.array(skipped),
  /** Whether `import.replaceSource` can follow. */
  canReplaceSource: z.boolean(),
});
export type ImportPreview = z.infer<typeof importPreview>;

export const imported = z.object({
  /** Of the candidate. */
  candidateId: z.string(),
  kind: candidate.shape.kind,
  /** In the vault. */
  id: z.string(),
  name: z.string(),
  /** false: it was here already. */
  isNew: z.boolean(),
});
export type Imported = z.infer<typeof imported>;

const importId = z.string().min(1).max(100);

export const transferCalls = {
  /** A vault file (`.nfyv`) that the passphrase given here opens. Whoever sees everything in it shows first that they may. */
  'export.sealed': call(
    z.object({ path, workspace: reference.optional(), passphrase: newPassphrase, proof }).strict(),
    exported,
  ),
  /** A readable file (`.json`). `confirm` is exactly PLAIN_EXPORT_WORDS: PLAIN_EXPORT_UNCONFIRMED otherwise. */
  'export.plain': call(
    z.object({ path, workspace: reference.optional(), confirm: z.string().max(200), proof }).strict(),
    exported,
  ),

  /**
   * Reads a file and changes nothing. `workspace`: where foreign credentials go; an export brings its own. `passphrase`:
   * of a sealed export; PASSPHRASE_NEEDED says that the file is one.
   */
  'import.preview': call(
    z.object({ path, workspace: reference.optional(), passphrase: passphrase.optional() }).strict(),
    importPreview,
  ),
  /**
   * All of what is chosen or nothing. `name`: instead of its own. `keys`: what the keys of a foreign file may do, which
   * says nothing of it; absent: everything.
   */
  'import.apply': call(
    z
      .object({
        importId,
        chosen: z
          .array(z.object({ id: z.string().max(20), name: name.optional() }).strict())
          .max(MAX_EXPORT_RECORDS),
        keys: z.object({ buckets: keyBuckets, permission }).strict().optional(),
      })
      .strict(),
    z.object({ imported: z.array(imported) }),
  ),
  /**
   * After `import.apply`: takes what was imported out of the file it came from. `connection`: in its place stands the
   * local credential of a new connection. SOURCE_CHANGED when the file is another than was read. Ends the import.
   */
  'import.replaceSource': call(
    z.object({ importId, how: z.enum(['connection', 'remove']) }).strict(),
    z.object({
      path: z.string(),
      replaced: z.array(
        z.object({
          name: z.string(),
          connection: z.object({ id: z.string(), name: z.string(), endpoint: z.string() }).nullable(),
        }),
      ),
    }),
  ),
  /** Wipes what waits. */
  'import.discard': call(z.object({ importId }).strict(), done),
} as const;
