import clsx from 'clsx';
import type { KeyboardEvent, ReactNode } from 'react';

interface RowListProps {
  readonly label: string;
  readonly children: ReactNode;
}

/** Arrow keys walk the rows; each row is an ordinary button. */
export const RowList = ({ label, children }: RowListProps) => {
  const walk = (event: KeyboardEvent<HTMLUListElement>) => {
    const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0;
    if (step === 0) return;
    const rows = [...event.currentTarget.querySelectorAll('button')];
    const next = rows[rows.indexOf(document.activeElement as HTMLButtonElement) + step];
    if (next === undefined) return;
    event.preventDefault();
    next.focus();
    next.click();
  };
  return (
    <ul aria-label={label} onKeyDown={walk} className="space-y-px p-2">
      {children}
    </ul>
  );
};

interface RowProps {
  readonly selected: boolean;
  readonly onSelect: () => void;
  readonly icon: ReactNode;
  readonly title: string;
  readonly words: readonly string[];
  readonly end: ReactNode;
}

export const Row = ({ selected, onSelect, icon, title, words, end }: RowProps) => (
  <li>
    <button
      type="button"
      aria-current={selected}
      onClick={onSelect}
      className={clsx(
        'flex w-full items-center gap-3 rounded-lg px-2.5 py-2 text-left transition-colors',
        selected ? 'bg-accent-soft' : 'hover:bg-hover',
      )}
    >
      <span
        className={clsx(
          'flex size-8 shrink-0 items-center justify-center rounded-lg border [&_svg]:size-4',
          selected ? 'border-accent/30 text-accent-ink' : 'border-line bg-sunken text-muted',
        )}
      >
        {icon}
      </span>
      <span className="min-w-0 flex-1">
        <span className="block truncate font-medium">{title}</span>
        <span className="block truncate text-sm text-muted">{words.join(' · ')}</span>
      </span>
      <span className="shrink-0">{end}</span>
    </button>
  </li>
);
