import type { ActivityEntry } from '../../shared/contract/activity.ts';
import type { Connection } from '../../shared/contract/connections.ts';

export type Health = 'waiting' | 'working' | 'refused';

/** @param latest the newest request of this connection that is remembered */
export const healthOf = ({ lastUsedAt }: Connection, latest: ActivityEntry | undefined): Health => {
  if (latest !== undefined && latest.refusal !== null) return 'refused';
  return lastUsedAt === null ? 'waiting' : 'working';
};
