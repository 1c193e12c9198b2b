import { randomUUID } from 'node:crypto';
import type { Skipped } from '../../shared/contract/transfer.ts';
import type { Workspace } from '../../shared/contract/workspaces.ts';
import { checkKeyShape, checkTokenShape } from '../lib/secretShape.ts';
import type { Incoming, Thing } from './incoming.ts';
import type { Found, Source } from './sources/source.ts';

const LONGEST_NAME = 80;

/** A name of the file as one of ours: one line, not too long. */
const nameOf = (text: string): string =>
  text
    .replace(/\p{Cc}/gu, ' ')
    .trim()
    .slice(0, LONGEST_NAME)
    .trimEnd() || 'imported';

/** rclone writes endpoints without their scheme, too. */
const originOf = (endpoint: string | null): string | null => {
  if (endpoint === null) return null;
  const url = /^https?:\/\//.test(endpoint) ? endpoint : `https://${endpoint}`;
  return URL.canParse(url) ? new URL(url).origin : null;
};

const isLocal = ({ accessKeyId, secret }: Found): boolean =>
  accessKeyId?.startsWith('NFYLOCAL') === true || secret.reveal().startsWith('nfyio_lt_');

const isUsable = ({ accessKeyId, secret }: Found): boolean => {
  try {
    if (accessKeyId === null) checkTokenShape(secret.reveal());
    else checkKeyShape(accessKeyId, secret.reveal());
    return true;
  } catch {
    return false;
  }
};

/** The file says nothing of what it may do, so it counts as able to do everything: the service judges it anyway. */
const thingOf = (found: Found, workspaceId: string, createdAt: string): Thing => {
  const common = { uid: null, workspaceId, name: nameOf(found.name), origin: 'imported' } as const;
  const times = { createdAt, expiresAt: null };
  return {
    kind: 'credential',
    id: randomUUID(),
    meta:
      found.accessKeyId === null
        ? { ...common, ...times, kind: 'token', scope: 'write', route: null }
        : {
            ...{ ...common, ...times, kind: 'key', accessKeyId: found.accessKeyId },
            ...{ buckets: ['*'], permission: 'read-write' },
          },
  };
};

/** Takes the secrets of what comes in over, and wipes the others. A candidate's id is its place in `found`. */
export const readSource = (
  { found, skipped }: Source,
  workspace: Workspace,
  createdAt: string,
): { readonly incoming: readonly Incoming[]; readonly skipped: readonly Skipped[] } => {
  const incoming: Incoming[] = [];
  const leftOut: Skipped[] = skipped.map(({ name, because }) => ({ name: nameOf(name), because }));
  for (const [place, one] of found.entries()) {
    const because = isLocal(one) ? 'local' : isUsable(one) ? null : 'unusable';
    if (because !== null) {
      one.secret.wipe();
      leftOut.push({ name: nameOf(one.name), because });
      continue;
    }
    incoming.push({
      candidateId: String(place),
      thing: thingOf(one, workspace.id, createdAt),
      secret: one.secret,
      endpoint: originOf(one.endpoint),
    });
  }
  return { incoming, skipped: leftOut };
};
