import { z } from 'zod';
import { vaultState } from './app.ts';
import { call } from './define.ts';
import { done, isoTime, none } from './words.ts';

export const passphrase = z.string().min(1).max(4096);
export const newPassphrase = passphrase.min(8, 'a passphrase has at least 8 characters');
const state = z.object({ state: vaultState });

/** What opens the vault: a passphrase, a recovery key, or with neither the host's keychain. */
const opener = z.object({
  passphrase: passphrase.optional(),
  recoveryKey: z.string().min(1).max(200).optional(),
});

/** Shows that the one who asks may change how the vault opens. */
export const proof = opener.strict();

/** The ways to open a vault; a later release may know more. */
export const slotKind = z.enum(['passphrase', 'recovery-key', 'os-keychain', 'os-keyring']);
export type SlotKind = z.infer<typeof slotKind>;

export const lockSettings = z
  .object({
    /** Minutes without use of the app after which the vault locks; null never. */
    idleMinutes: z.number().int().min(1).max(1440).nullable(),
    /** Whether requests of tools count as use, for at most 12 hours after the last use of the app itself. */
    connectionsKeepOpen: z.boolean(),
  })
  .strict();
export type LockSettings = z.infer<typeof lockSettings>;

export const backup = z.object({
  /** The file in the home folder. */
  name: z.string(),
  savedAt: isoTime,
  /** Grows by one with every change of the vault. */
  generation: z.number().int(),
});
export type Backup = z.infer<typeof backup>;

const recordKind = z.enum(['workspace', 'credential', 'connection']);
const recordName = z.object({ kind: recordKind, name: z.string() });
export type RecordName = z.infer<typeof recordName>;
const backupName = z.string().min(1).max(100);

export const backupPreview = z.object({
  /** What comes back. */
  missing: z.array(recordName),
  /** What goes. */
  newer: z.array(recordName),
  /** What takes its earlier form. */
  changed: z.array(recordName),
});
export type BackupPreview = z.infer<typeof backupPreview>;

export const vaultCalls = {
  /** Without a passphrase the host's keychain is used; KEYCHAIN_UNAVAILABLE where there is none. */
  'vault.create': call(z.object({ passphrase: newPassphrase.optional() }).strict(), state),
  /** VAULT_OLDER until `acceptsOlder`, where the file is older than the one last saved on this machine. */
  'vault.unlock': call(opener.extend({ acceptsOlder: z.boolean().optional() }).strict(), state),
  'vault.lock': call(none, state),

  /** The ways to open it, as the file names them. */
  'vault.slots': call(none, z.object({ slots: z.array(z.string()) })),
  /** `isLeaked`: everything is sealed under a new data key, and the recovery key and the backups end. */
  'vault.setPassphrase': call(
    z.object({ proof, passphrase: newPassphrase, isLeaked: z.boolean() }).strict(),
    done,
  ),
  'vault.addKeychain': call(z.object({ proof }).strict(), done),
  /** Ends the recovery key before it. The new one is taken once, by `reveal.take`. */
  'vault.makeRecoveryKey': call(z.object({ proof }).strict(), z.object({ revealId: z.string() })),
  'vault.removeSlot': call(z.object({ proof, kind: z.string().min(1).max(40) }).strict(), done),

  /** Newest first. */
  'vault.backups': call(none, z.object({ backups: z.array(backup) })),
  'vault.previewBackup': call(z.object({ name: backupName }).strict(), z.object({ preview: backupPreview })),
  /** The state that it replaces becomes the newest backup. */
  'vault.restoreBackup': call(z.object({ proof, name: backupName }).strict(), done),
  /** For good: what was deleted before is then nowhere any more. */
  'vault.forgetBackups': call(z.object({ proof }).strict(), done),

  'lock.settings': call(none, z.object({ settings: lockSettings })),
  'lock.configure': call(lockSettings, z.object({ settings: lockSettings })),
  /** Somebody is at the window: the idle time begins anew. */
  'lock.used': call(none, done),
} as const;
