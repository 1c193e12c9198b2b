import { systemClock } from '../main/node/systemClock.ts';
import { describeExpiry } from '../shared/expiry.ts';
import type { Call } from './client.ts';

/** Words that several lists share. */

export const expiryWords = (expiresAt: string | null): string =>
  describeExpiry(expiresAt, systemClock.now()).words;

/** Names of workspaces by id, for eyes only: with --json they are not asked for. */
export const workspaceNames = async (call: Call, isJson: boolean): Promise<(id: string) => string> => {
  if (isJson) return (id) => id;
  const { workspaces } = await call('workspace.list', {});
  const names = new Map(workspaces.map(({ id, name }) => [id, name]));
  return (id) => names.get(id) ?? id;
};
