import type { ConnectionKind, LocalCredential } from '../../../shared/contract/connections.ts';

/** What a snippet is written from. An open port (`kind: 'open'`) has no credential to give. */
export interface SnippetInput {
  readonly connectionName: string;
  readonly connectionKind: ConnectionKind;
  readonly local: LocalCredential;
  /** A bucket that the connection reaches, to make the example run as it is; null when none is known. */
  readonly bucket: string | null;
  readonly prefix: string | null;
  /** A path that the connection admits, e.g. /api/auth/me. */
  readonly apiPath: string;
}

export interface LocalPair {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

/** The local key pair, or null for an open port. */
export const localPair = ({ local }: SnippetInput): LocalPair | null => (local.kind === 's3' ? local : null);

/** Single-quoted for a POSIX shell. */
export const shellQuoted = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;
