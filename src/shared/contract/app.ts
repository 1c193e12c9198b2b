import { z } from 'zod';
import { credentialKind } from './credentials.ts';
import { call } from './define.ts';
import { done, isoTime, none } from './words.ts';
import { workspace } from './workspaces.ts';

export const vaultState = z.enum(['absent', 'locked', 'unlocked']);
export type VaultState = z.infer<typeof vaultState>;

export const dueCredential = z.object({
  uid: z.string().nullable(),
  kind: credentialKind,
  name: z.string(),
  expiresAt: isoTime,
  /** Whole days left, negative once expired. */
  daysLeft: z.number().int(),
});

export const sandboxAddress = z.object({ api: z.string(), s3: z.string(), workspace: z.string() });

export const status = z.object({
  running: z.literal(true),
  pid: z.number().int(),
  vault: vaultState,
  locked: z.boolean(),
  /** Origins of the listeners, e.g. http://127.0.0.1:7470; null until they listen. */
  api: z.string().nullable(),
  s3: z.string().nullable(),
  sandbox: sandboxAddress.nullable(),
  workspaces: z.number().int(),
  connections: z.number().int(),
  /** What expires within 14 days or has expired. */
  due: z.array(dueCredential),
  /** How many credentials need something to be done, for whatever reason, and are neither snoozed nor ignored. */
  attention: z.number().int(),
  /** What the start found and the person should know, e.g. a recovery from an earlier generation. */
  notices: z.array(z.string()),
});
export type Status = z.infer<typeof status>;

export const info = z.object({
  version: z.string(),
  host: z.enum(['desktop', 'browser', 'headless']),
  home: z.string(),
  /** How this host can open a vault without a passphrase; null where it cannot. */
  keychain: z.string().nullable(),
  /** Who writes the clipboard: the main process (concealed, cleared) or the page itself. */
  clipboard: z.enum(['main', 'page']),
});
export type AppInfo = z.infer<typeof info>;

export const doctorCheck = z.object({
  name: z.string(),
  level: z.enum(['ok', 'warn', 'fail']),
  detail: z.string(),
  /** What to do; null when nothing is to be done. */
  remedy: z.string().nullable(),
});
export type DoctorCheck = z.infer<typeof doctorCheck>;

export const appCalls = {
  'app.info': call(none, info),
  'app.status': call(none, status),
  'app.doctor': call(none, z.object({ checks: z.array(doctorCheck) })),
  'app.stop': call(none, done),
  /** Starts the embedded backend if needed and connects the workspace named `sandbox`. */
  'sandbox.start': call(none, z.object({ sandbox: sandboxAddress, workspace })),
  /** Host clipboard, where `app.info` says `main`. Cleared after `clearAfterMs` if the content is still ours. */
  'clipboard.copy': call(
    z.object({ text: z.string().min(1).max(65_536) }).strict(),
    z.object({ clearAfterMs: z.number().int() }),
  ),
} as const;
