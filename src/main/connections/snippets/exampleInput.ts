import type { Connection, LocalCredential } from '../../../shared/contract/connections.ts';
import type { Credential } from '../../../shared/contract/credentials.ts';
import type { SnippetInput } from './snippetInput.ts';

// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
const isOneLine = (text: string): boolean => !/[\u0000-\u001f\u007f]/.test(text);

/** Picks a bucket, prefix and path that the connection admits, so that the snippet runs as it is. */
export const snippetInput = (
  connection: Connection,
  local: LocalCredential,
  bound: readonly Credential[],
): SnippetInput => {
  const reached = bound.flatMap((credential) => (credential.kind === 'key' ? credential.buckets : []));
  const bucket = connection.buckets?.[0] ?? reached.find((name) => name !== '*') ?? null;
  const tokenRoutes = bound.map((credential) => (credential.kind === 'token' ? credential.route : null));
  const route = connection.route ?? (tokenRoutes.includes(null) ? null : (tokenRoutes[0] ?? null));
  const { prefix } = connection;
  return {
    connectionName: connection.name,
    connectionKind: connection.kind,
    local,
    bucket,
    prefix: prefix !== null && isOneLine(prefix) ? prefix : null,
    apiPath: route?.replace(/\/\*$/, '') || '/api/auth/me',
  };
};
