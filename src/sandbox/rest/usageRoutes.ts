import type { Accounts } from '../accounts/accounts.ts';
import { isoTime } from './isoTime.ts';
import { RestError } from './restError.ts';
import type { Route } from './routeTable.ts';
import { MAX_BUCKETS, type WorkspaceBuckets } from './workspaceBuckets.ts';

/** What the workspace uses, may use, and is told about it. */
export const usageRoutes = (accounts: Accounts, buckets: WorkspaceBuckets): readonly Route[] => [
  {
    method: 'GET',
    pattern: '/api/notifications',
    handle: ({ workspace }) => ({
      kind: 'list',
      items: [
        {
          uid: workspace.uid,
          title: 'Welcome to the sandbox',
          message: 'Nothing in here leaves this machine.',
          isRead: false,
          createdAt: isoTime(workspace.createdAtMs),
        },
      ],
    }),
  },
  {
    method: 'GET',
    pattern: '/api/billing',
    handle: () => ({ kind: 'data', data: { plan: 'sandbox', currency: 'USD', amountDue: 0 } }),
  },
  {
    method: 'GET',
    pattern: '/api/billing/quota',
    handle: ({ workspace }) => ({
      kind: 'data',
      data: {
        plan: 'sandbox',
        buckets: { used: buckets.list(workspace.uid).length, limit: MAX_BUCKETS },
      },
    }),
  },
  {
    method: 'GET',
    pattern: '/api/usage',
    handle: ({ workspace }) => {
      if (workspace.projectUid === null)
        throw new RestError('MISSING_CONTEXT', 'The workspace has no project to count for.');
      const names = buckets.list(workspace.uid).map(({ name }) => name);
      return {
        kind: 'data',
        data: {
          projectId: workspace.projectUid,
          buckets: names.length,
          objects: names.reduce((sum, name) => sum + buckets.objectCount(name), 0),
          accessTokens: accounts.tokens(workspace.uid).length,
          accessKeys: accounts.keys(workspace.uid).length,
        },
      };
    },
  },
];
