import type { ActivityLog } from '../activity/activityLog.ts';
import { explain } from '../activity/explain.ts';
import { AppError } from '../lib/appError.ts';
import type { HandlersOf } from './handlersOf.ts';

const DEFAULT_LIMIT = 100;

export const activityHandlers = (log: ActivityLog): HandlersOf<'activity.list' | 'activity.explain'> => ({
  'activity.list': ({ limit }) => ({ entries: log.list(limit ?? DEFAULT_LIMIT) }),
  'activity.explain': ({ id }) => {
    const entry = log.find(id);
    if (entry === undefined) throw new AppError('ACTIVITY_UNKNOWN');
    return explain(entry);
  },
});
