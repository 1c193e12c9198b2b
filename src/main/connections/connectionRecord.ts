import { type Connection, connection } from '../../shared/contract/connections.ts';
import type { Secret } from '../lib/secret.ts';
import type { Change, Vault } from '../vault/vault.ts';

/** A connection as it is sealed; its secret is the local secret key or the local token. */
export type ConnectionRecord = Omit<Connection, 'endpoint' | 'lastUsedAt'>;

const RECORD_KIND = 'connection';
const connectionMeta = connection.omit({ id: true, endpoint: true, lastUsedAt: true });

export const readConnections = (vault: Pick<Vault, 'records'>): ConnectionRecord[] =>
  vault.records(RECORD_KIND).map(({ id, meta }) => ({ id, ...connectionMeta.parse(meta) }));

/** Without a secret the one that is sealed already stays. */
export const putConnection = ({ id, ...meta }: ConnectionRecord, secret?: Secret): Change => ({
  op: 'put',
  kind: RECORD_KIND,
  id,
  meta,
  ...(secret === undefined ? {} : { secret }),
});
