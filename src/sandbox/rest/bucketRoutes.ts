import { z } from 'zod';
import type { BucketSummary } from '../objects/objectStore.ts';
import { isoTime } from './isoTime.ts';
import { parsed } from './jsonBody.ts';
import type { Route } from './routeTable.ts';
import type { WorkspaceBuckets } from './workspaceBuckets.ts';

const newBucket = z.object({ name: z.string() });

const shown = ({ name, createdAtMs }: BucketSummary): object => ({ name, createdAt: isoTime(createdAtMs) });

export const bucketRoutes = (buckets: WorkspaceBuckets): readonly Route[] => [
  {
    method: 'GET',
    pattern: '/api/object-storage/buckets',
    handle: ({ workspace }) => ({ kind: 'list', items: buckets.list(workspace.uid).map(shown) }),
  },
  {
    method: 'POST',
    pattern: '/api/object-storage/buckets',
    takesBody: true,
    handle: async ({ workspace, body }) => {
      const { name } = parsed(newBucket, body);
      return { kind: 'data', status: 201, data: shown(await buckets.create(workspace.uid, name)) };
    },
  },
  {
    method: 'DELETE',
    pattern: '/api/object-storage/buckets/:name',
    handle: async ({ workspace, parameter }) => {
      await buckets.delete(workspace.uid, parameter);
      return { kind: 'empty' };
    },
  },
];
