/** What the core needs of the outside. Hosts bring the real ones; tests bring visibly fake ones. */

export interface Clock {
  /** Epoch milliseconds. */
  now(): number;
  /** Runs `task` once after `delayMs`. @returns the function that cancels it */
  after(delayMs: number, task: () => void): () => void;
}

/** Preferences: small, not secret, worth losing. Nothing that a person would miss is kept here. */
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
}

export interface Notifier {
  notify(notice: { readonly title: string; readonly body: string }): void;
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
  readonly preferences: DocumentStore;
  /** Opens a vault without a passphrase; null where this host has no safe keychain. */
  readonly keychain: KeyWrapper | null;
  readonly notifier: Notifier;
  /** null where the page writes the clipboard itself. */
  readonly clipboard: Clipboard | null;
  readonly logger: Logger;
}
