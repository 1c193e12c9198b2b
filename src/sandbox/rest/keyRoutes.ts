import { z } from 'zod';
import { permission } from '../../shared/contract/credentials.ts';
import { name } from '../../shared/contract/words.ts';
import type { KeyRecord } from '../accounts/accountState.ts';
import type { Accounts } from '../accounts/accounts.ts';
import { isoTime, isoTimeOrNull } from './isoTime.ts';
import { parsed } from './jsonBody.ts';
import { RestError } from './restError.ts';
import type { Route } from './routeTable.ts';
import { expireDays } from './tokenRoutes.ts';
import type { WorkspaceBuckets } from './workspaceBuckets.ts';

const newKey = z.object({
  name,
  buckets: z.array(z.string().min(1).max(63)).min(1).max(100),
  permission,
  expireDays: expireDays.nullish(),
});

const notFound = (): RestError => new RestError('NOT_FOUND', 'There is no such access key.');

const shown = (accounts: Accounts, key: KeyRecord): object => ({
  uid: key.uid,
  name: key.name,
  accessKeyId: key.accessKeyId,
  buckets: key.buckets,
  permission: key.permission,
  createdAt: isoTime(key.createdAtMs),
  expiresAt: isoTimeOrNull(key.expiresAtMs),
  lastUsedAt: isoTimeOrNull(accounts.lastUsedMs(key.uid)),
});

/** The secret is shown in the answers to create and regenerate only. */
const shownWithSecret = (accounts: Accounts, key: KeyRecord): object => ({
  ...shown(accounts, key),
  secretAccessKey: accounts.secretOf(key),
});

export const keyRoutes = (accounts: Accounts, buckets: WorkspaceBuckets): readonly Route[] => [
  {
    method: 'GET',
    pattern: '/api/object-storage/access-keys',
    handle: ({ workspace }) => ({
      kind: 'list',
      items: accounts.keys(workspace.uid).map((key) => shown(accounts, key)),
    }),
  },
  {
    method: 'POST',
    pattern: '/api/object-storage/access-keys',
    takesBody: true,
    handle: async ({ workspace, body }) => {
      const wanted = parsed(newKey, body);
      buckets.requireAll(workspace.uid, wanted.buckets);
      const key = await accounts.createKey(workspace.uid, {
        ...wanted,
        buckets: [...new Set(wanted.buckets)],
        expireDays: wanted.expireDays ?? null,
      });
      return { kind: 'data', status: 201, data: shownWithSecret(accounts, key) };
    },
  },
  {
    method: 'POST',
    pattern: '/api/object-storage/access-keys/:uid/regenerate',
    handle: async ({ workspace, parameter }) => {
      const key = await accounts.regenerateKey(workspace.uid, parameter);
      if (key === undefined) throw notFound();
      return { kind: 'data', data: shownWithSecret(accounts, key) };
    },
  },
  {
    method: 'DELETE',
    pattern: '/api/object-storage/access-keys/:uid',
    handle: async ({ workspace, parameter }) => {
      if (await accounts.deleteKey(workspace.uid, parameter)) return { kind: 'empty' };
      throw notFound();
    },
  },
];
