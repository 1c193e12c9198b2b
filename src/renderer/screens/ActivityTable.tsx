// biome-ignore-all lint/a11y/useSemanticElements: rows of a virtual list are placed one by one, which <tr> cannot be
// biome-ignore-all lint/a11y/useFocusableInteractive: the grid has the focus and names its active row
// biome-ignore-all lint/a11y/useKeyWithClickEvents: the grid takes the keys
import { useVirtualizer } from '@tanstack/react-virtual';
import clsx from 'clsx';
import { type KeyboardEvent, useRef } from 'react';
import type { ActivityEntry } from '../../shared/contract/activity.ts';
import { formatBytes, formatClock, formatMs } from '../lib/format.ts';

interface ActivityTableProps {
  readonly entries: readonly ActivityEntry[];
  /** Leaves the lesser columns out, to make room for the detail. */
  readonly narrow: boolean;
  readonly selectedId: string | null;
  readonly onSelect: (id: string | null) => void;
}

interface Column {
  readonly title: string;
  readonly width: string;
  readonly className?: string;
  readonly lesser?: boolean;
  readonly cell: (entry: ActivityEntry) => string;
}

/** Most requests carry nothing one way: a nought in every row would hide the others. */
const volume = (bytes: number): string => (bytes === 0 ? '' : formatBytes(bytes));

const columns: readonly Column[] = [
  { title: 'Time', width: '64px', className: 'text-muted', cell: ({ at }) => formatClock(at) },
  { title: 'Status', width: '48px', cell: ({ status }) => String(status) },
  { title: 'Method', width: '60px', className: 'font-mono text-sm', cell: ({ method }) => method },
  { title: 'Path', width: 'minmax(96px,1fr)', className: 'font-mono text-sm', cell: ({ path }) => path },
  { title: 'Connection', width: '112px', cell: ({ connection }) => connection ?? '—' },
  {
    title: 'Signed with',
    width: '120px',
    lesser: true,
    className: 'text-muted',
    cell: ({ credential }) => credential ?? '—',
  },
  {
    title: 'Took',
    width: '64px',
    lesser: true,
    className: 'text-right text-muted',
    cell: ({ ms }) => formatMs(ms),
  },
  {
    title: 'In',
    width: '64px',
    lesser: true,
    className: 'text-right text-muted',
    cell: ({ bytesIn }) => volume(bytesIn),
  },
  {
    title: 'Out',
    width: '64px',
    lesser: true,
    className: 'text-right text-muted',
    cell: ({ bytesOut }) => volume(bytesOut),
  },
];

const ROW_HEIGHT = 28;

/** Colour only for what needs an eye. */
const statusTone = ({ refusal, status }: ActivityEntry): string => {
  if (refusal !== null || status >= 500) return 'font-semibold text-bad-ink';
  return status >= 400 ? 'font-semibold text-warn-ink' : 'text-muted';
};

const rowId = (id: string): string => `activity-${id}`;

export const ActivityTable = ({ entries, narrow, selectedId, onSelect }: ActivityTableProps) => {
  const scroller = useRef<HTMLDivElement>(null);
  const rows = useVirtualizer({
    count: entries.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW_HEIGHT,
    getItemKey: (index) => entries[index]?.id ?? index,
    overscan: 12,
    scrollPaddingStart: ROW_HEIGHT,
  });
  const shown = columns.filter(({ lesser }) => !(narrow && lesser === true));
  const template = { gridTemplateColumns: shown.map(({ width }) => width).join(' ') };
  const selectedIndex = entries.findIndex(({ id }) => id === selectedId);

  const walk = (event: KeyboardEvent) => {
    if (event.key === 'Escape' && selectedId !== null) {
      onSelect(null);
      return;
    }
    const goals: Record<string, number> = {
      ArrowDown: Math.min(selectedIndex + 1, entries.length - 1),
      ArrowUp: Math.max(selectedIndex - 1, 0),
      Home: 0,
      End: entries.length - 1,
    };
    const goal = goals[event.key];
    const entry = goal === undefined ? undefined : entries[goal];
    if (goal === undefined || entry === undefined) return;
    event.preventDefault();
    onSelect(entry.id);
    rows.scrollToIndex(goal);
  };

  return (
    <div
      ref={scroller}
      role="grid"
      aria-label="Requests"
      aria-rowcount={entries.length + 1}
      aria-activedescendant={selectedIndex >= 0 ? rowId(selectedId ?? '') : undefined}
      tabIndex={0}
      onKeyDown={walk}
      className="min-h-0 flex-1 overflow-y-auto focus-visible:outline-offset-[-2px]"
    >
      <div role="rowgroup" className="sticky top-0 z-10 border-b border-line bg-canvas px-4">
        <div
          role="row"
          aria-rowindex={1}
          className="grid h-7 items-center gap-x-3 text-sm text-muted"
          style={template}
        >
          {shown.map(({ title, className }) => (
            <span
              role="columnheader"
              key={title}
              className={clsx(className?.includes('text-right') && 'text-right')}
            >
              {title}
            </span>
          ))}
        </div>
      </div>
      <div role="rowgroup" className="relative" style={{ height: rows.getTotalSize() }}>
        {rows.getVirtualItems().map(({ index, start, key }) => {
          const entry = entries[index];
          return entry === undefined ? null : (
            <div
              key={key}
              role="row"
              id={rowId(entry.id)}
              aria-rowindex={index + 2}
              aria-selected={index === selectedIndex}
              onClick={() => onSelect(index === selectedIndex ? null : entry.id)}
              className={clsx(
                'absolute inset-x-0 top-0 grid h-7 items-center gap-x-3 px-4',
                index === selectedIndex ? 'bg-accent-soft' : 'hover:bg-hover',
              )}
              style={{ ...template, transform: `translateY(${start}px)` }}
            >
              {shown.map(({ title, className, cell }) => (
                <span
                  role="gridcell"
                  key={title}
                  className={clsx('truncate', title === 'Status' ? statusTone(entry) : className)}
                >
                  {cell(entry)}
                </span>
              ))}
            </div>
          );
        })}
      </div>
      {entries.length === 0 && <p className="px-4 py-3 text-muted">No request fits the filter.</p>}
    </div>
  );
};
