import { z } from 'zod';
import { parsed } from './jsonBody.ts';
import { RestError } from './restError.ts';
import type { Route } from './routeTable.ts';
import type { WorkspaceBuckets } from './workspaceBuckets.ts';

const question = z.object({ bucketName: z.string().min(1), message: z.string().trim().min(1).max(10_000) });

/** An echo where the service has a language model: enough to see that a tool is connected. */
export const chatRoutes = (buckets: WorkspaceBuckets): readonly Route[] => [
  {
    method: 'POST',
    pattern: '/api/chat',
    takesBody: true,
    handle: ({ workspace, body, acceptsEventStream }) => {
      const { bucketName, message } = parsed(question, body);
      if (workspace.projectUid === null)
        throw new RestError('MISSING_CONTEXT', 'The workspace has no project to chat in.');
      buckets.requireAll(workspace.uid, [bucketName]);
      const objects = buckets.objectCount(bucketName);
      const reply = `The bucket "${bucketName}" holds ${objects} object${objects === 1 ? '' : 's'}. You asked: ${message}`;
      return acceptsEventStream
        ? { kind: 'eventStream', pieces: reply.split(/(?<= )/) }
        : { kind: 'data', data: { bucketName, reply, objects } };
    },
  },
];
