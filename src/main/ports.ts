import type { Notice, NoticeAction } from '../shared/contract/due.ts';

/** What the core needs of the outside. Hosts bring the real ones; tests bring visibly fake ones. */

export interface Clock {
  /** Epoch milliseconds. */
  now(): number;
  /** Runs `task` once after `delayMs`. @returns the function that cancels it */
  after(delayMs: number, task: () => void): () => void;
}

/** Small, not secret, worth losing. Nothing that a person would miss is kept here. */
export interface DocumentStore {
  read(key: string): unknown;
  write(key: string, value: unknown): void;
}

/** The data key as a wrapper sealed it. `kind` says which wrapper can open it; the rest is that wrapper's own. */
export interface WrappedKey {
  readonly kind: string;
  readonly [field: string]: string | number;
}

export interface UnwrappedKey {
  /** 32 bytes; the caller wipes it. */
  readonly key: Buffer;
  /** The wrapper's own key or parameters changed: wrap again and save. */
  readonly shouldRewrap: boolean;
}

/** Seals the vault's data key: under a passphrase, or in the keychain of the system. */
export interface KeyWrapper {
  readonly kind: string;
  wrap(key: Buffer): Promise<WrappedKey>;
  /** @throws AppError WRONG_PASSPHRASE | KEYCHAIN_UNAVAILABLE, or VAULT_DAMAGED for what no wrapper wrote */
  unwrap(wrapped: WrappedKey): Promise<UnwrappedKey>;
  /** Removes what it keeps outside of the vault for a slot that is not used any more. */
  forget?(wrapped: WrappedKey): Promise<void>;
}

/** Small secrets that the system keeps for this user, outside of the home folder and over restarts. */
export interface Keyring {
  /** For the caller to wipe; null when there is none under this name. @throws AppError KEYCHAIN_UNAVAILABLE, as the others do */
  read(account: string): Promise<Buffer | null>;
  write(account: string, bytes: Buffer): Promise<void>;
  remove(account: string): Promise<void>;
}

export interface Notifier {
  /** @param act called with what the person chooses, where they can be asked; `open` for a plain click */
  notify(notice: Notice, act: (action: NoticeAction) => void): void;
}

/** The clipboard of the host's main process, where there is one. */
export interface Clipboard {
  /** Writes concealed; clears after `clearAfterMs`, and on `clear()`, only if the content is still ours. */
  copy(text: string, clearAfterMs: number): Promise<void>;
  clear(): Promise<void>;
}

export type LogLevel = 'debug' | 'info' | 'warn' | 'error';

/** Structured and redacted: fields are names, codes, counts and paths, never values of headers, queries or bodies. */
export interface Logger {
  log(
    level: LogLevel,
    message: string,
    fields?: Readonly<Record<string, string | number | boolean | null>>,
  ): void;
}

export interface Ports {
  readonly clock: Clock;
  /** What was chosen. */
  readonly preferences: DocumentStore;
  /** What the reminders remember. A file of its own, which nobody edits. */
  readonly reminderStore: DocumentStore;
  /** Opens a vault without a passphrase; null where this host has no safe keychain. */
  readonly keychain: KeyWrapper | null;
  /** Notices an older copy of the vault's file; null where this system has none. */
  readonly keyring: Keyring | null;
  readonly notifier: Notifier;
  /** null where the page writes the clipboard itself. */
  readonly clipboard: Clipboard | null;
  readonly logger: Logger;
}
