import type { ActivityEntry } from '../../shared/contract/activity.ts';
import { useNow } from '../lib/useNow.ts';

const SECONDS = 60;
const HEIGHT = 20;

/** Requests in each of the last sixty seconds, oldest first. */
const perSecond = (entries: readonly ActivityEntry[], nowMs: number): readonly number[] => {
  const counts = new Array<number>(SECONDS).fill(0);
  for (const { at } of entries) {
    const age = Math.floor((nowMs - Date.parse(at)) / 1000);
    if (age >= SECONDS) break;
    const slot = SECONDS - 1 - Math.max(0, age);
    counts[slot] = (counts[slot] ?? 0) + 1;
  }
  return counts;
};

export const RequestRate = ({ entries }: { readonly entries: readonly ActivityEntry[] }) => {
  const counts = perSecond(entries, useNow(1000));
  const highest = Math.max(1, ...counts);
  const total = counts.reduce((sum, count) => sum + count, 0);
  const points = counts
    .map((count, x) => `${x * 2},${HEIGHT - 1 - (count / highest) * (HEIGHT - 3)}`)
    .join(' ');
  return (
    <div
      className="flex items-center gap-2 text-sm text-muted"
      title="Requests per second over the last minute"
    >
      <svg width={SECONDS * 2} height={HEIGHT} aria-hidden className="max-[900px]:hidden">
        <polyline
          points={points}
          fill="none"
          strokeWidth="1.5"
          strokeLinejoin="round"
          className="stroke-accent"
        />
      </svg>
      <span className="min-w-16 text-right">{total} / min</span>
    </div>
  );
};
