import type { Connection } from '../../shared/contract/connections.ts';
import type { Credential } from '../../shared/contract/credentials.ts';

const list = (names: readonly string[]): string =>
  names.length <= 2 ? names.join(', ') : `${names.slice(0, 2).join(', ')} +${names.length - 2}`;

/** `read · /api/chat/*` */
export const credentialWords = (credential: Credential): readonly string[] =>
  credential.kind === 'token'
    ? [credential.scope, credential.route ?? 'every route']
    : [credential.permission, credential.buckets.includes('*') ? 'every bucket' : list(credential.buckets)];

export const connectionWords = (connection: Connection): readonly string[] => {
  const words = [connection.readOnly ? 'read-only' : 'read and write'];
  if (connection.buckets !== null) words.push(list(connection.buckets));
  if (connection.prefix !== null) words.push(connection.prefix);
  if (connection.route !== null) words.push(connection.route);
  if (connection.methods !== null) words.push(connection.methods.join(' '));
  if (connection.openPort !== null) words.push(`open port ${connection.openPort}`);
  return words;
};
