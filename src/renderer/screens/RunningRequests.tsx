import type { RunningRequest } from '../../shared/contract/rotation.ts';
import { formatBytes, formatClock } from '../lib/format.ts';

/** What still runs with a credential: whose it is and how far, not what it is about. */
export const RunningRequests = ({ requests }: { readonly requests: readonly RunningRequest[] }) =>
  requests.length === 0 ? null : (
    <ul aria-label="Running requests" className="divide-y divide-line rounded-lg border border-line text-sm">
      {requests.map(({ connection, method, since, bytesIn, bytesOut }, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: two requests may look the same, and the list is read anew each time
        <li key={index} className="flex items-baseline gap-2 px-3 py-1.5">
          <code className="font-mono text-xs">{method}</code>
          <span className="min-w-0 flex-1 truncate">{connection}</span>
          <span className="text-muted">
            {formatBytes(bytesIn + bytesOut)} since {formatClock(since)}
          </span>
        </li>
      ))}
    </ul>
  );
