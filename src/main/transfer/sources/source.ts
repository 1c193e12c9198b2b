import type { LocalCredential } from '../../../shared/contract/connections.ts';
import type { ImportFormat, Skipped } from '../../../shared/contract/transfer.ts';
import type { Setting, SettingsFile } from '../../files/settings.ts';
import type { Secret } from '../../lib/secret.ts';

/** A credential in a foreign file. */
export interface Found {
  readonly kind: 'key' | 'token';
  readonly name: string;
  /** null for a token. */
  readonly accessKeyId: string | null;
  readonly secret: Secret;
  /** As the file has it. */
  readonly endpoint: string | null;
  /** Every setting that holds the id half. */
  readonly idSettings: readonly Setting[];
  /** Every setting that holds the secret; at least one. */
  readonly secretSettings: readonly Setting[];
}

/** A setting that a tool needs to reach a local connection. */
export interface LocalSetting {
  /** Written when the file has none of `keys`: under the first of them. */
  readonly keys: readonly string[];
  readonly value: (before: string | null) => string;
  /** Changed where it is, never added. */
  readonly isOnlyCorrected?: boolean;
}

export interface Source {
  readonly file: SettingsFile;
  readonly found: readonly Found[];
  readonly skipped: readonly Skipped[];
}

/** A kind of foreign file: how it is read, and what makes its tool use a local connection instead. */
export interface SourceFormat {
  readonly name: ImportFormat;
  /** Whether this is such a file, by what is in it. */
  recognises(text: string): boolean;
  read(text: string): Source;
  localSettings(found: Found, local: LocalCredential): readonly LocalSetting[];
}
