import clsx from 'clsx';
import { CircleCheck, CircleX, LoaderCircle, type LucideIcon } from 'lucide-react';
import type { ActivityEntry } from '../../shared/contract/activity.ts';
import type { Connection } from '../../shared/contract/connections.ts';
import { errorTable, isErrorCode } from '../../shared/errorCodes.ts';
import { type Health, healthOf } from '../lib/connectionHealth.ts';
import { formatClock } from '../lib/format.ts';
import { useApp, useSlice } from '../stores/appContext.tsx';

const words: Readonly<Record<Health, { readonly icon: LucideIcon; readonly title: string }>> = {
  waiting: { icon: LoaderCircle, title: 'Waiting for the first request…' },
  working: { icon: CircleCheck, title: 'It works' },
  refused: { icon: CircleX, title: 'The last request was refused' },
};

const line = (entry: ActivityEntry): string => `${entry.method} ${entry.path}`;

const reason = (refusal: string): string =>
  isErrorCode(refusal) ? `${errorTable[refusal].because} ${errorTable[refusal].try}` : refusal;

/** The moment the person waits for, live. */
export const FirstRequest = ({ connection }: { readonly connection: Connection }) => {
  const { navigation } = useApp();
  const latest = useSlice('activity', (state) =>
    state.entries.find(({ connectionId }) => connectionId === connection.id),
  );
  const health = healthOf(connection, latest);
  const { icon: Icon, title } = words[health];
  return (
    <div
      role="status"
      className={clsx(
        'flex items-start gap-2.5 rounded-lg px-3 py-2.5',
        health === 'working' && 'bg-good-soft text-good-ink',
        health === 'refused' && 'bg-bad-soft text-bad-ink',
        health === 'waiting' && 'border border-dashed border-line-strong text-muted',
      )}
    >
      <Icon aria-hidden className={clsx('mt-0.5 size-4 shrink-0', health === 'waiting' && 'animate-spin')} />
      <div className="min-w-0 flex-1">
        <p className="font-medium">{title}</p>
        {health === 'waiting' && <p>Run the snippet below; this turns green by itself.</p>}
        {health === 'refused' && <p className="text-ink">{reason(latest?.refusal ?? '')}</p>}
        {latest !== undefined && (
          <p className="flex gap-2 text-ink">
            <span className="tabular-nums">{formatClock(latest.at)}</span>
            <code className="min-w-0 truncate font-mono text-sm leading-5">{line(latest)}</code>
            <span>{latest.status}</span>
          </p>
        )}
      </div>
      {latest !== undefined && (
        <button
          type="button"
          className="shrink-0 rounded-sm font-medium underline underline-offset-2"
          onClick={() =>
            navigation.setState({
              screen: 'activity',
              activityId: latest.id,
              activityFilter: `connection:${connection.name.split(/\s/)[0]}`,
            })
          }
        >
          Activity
        </button>
      )}
    </div>
  );
};
