import { type LucideIcon, Search } from 'lucide-react';
import type { ReactNode } from 'react';
import { ExpiryBadge } from './ExpiryBadge.tsx';

interface ScreenFrameProps {
  readonly title: string;
  readonly count?: number;
  readonly actions?: ReactNode;
  readonly children: ReactNode;
}

export const ScreenFrame = ({ title, count, actions, children }: ScreenFrameProps) => (
  <main className="flex min-w-0 flex-1 flex-col bg-canvas">
    <header className="flex h-12 shrink-0 items-center gap-2 border-b border-line px-4">
      <h1 className="text-lg font-semibold">{title}</h1>
      {count !== undefined && count > 0 && <span className="text-muted">{count}</span>}
      <div className="ml-auto flex items-center gap-2">{actions}</div>
    </header>
    <div className="flex min-h-0 flex-1">{children}</div>
  </main>
);

/** List on the left. */
export const ListPane = ({ children }: { readonly children: ReactNode }) => (
  <div className="flex min-w-0 flex-1 flex-col overflow-y-auto">{children}</div>
);

/** Detail on the right. */
export const DetailPane = ({ label, children }: { readonly label: string; readonly children: ReactNode }) => (
  <aside
    aria-label={label}
    className="w-[46%] max-w-120 min-w-80 shrink-0 overflow-y-auto border-l border-line bg-canvas p-5"
  >
    <div className="animate-rise space-y-6">{children}</div>
  </aside>
);

interface DetailHeaderProps {
  readonly icon: LucideIcon;
  readonly title: string;
  readonly subtitle: string;
  readonly expiresAt: string | null;
}

/** Of a pane that shows one thing which may expire. */
export const DetailHeader = ({ icon: Icon, title, subtitle, expiresAt }: DetailHeaderProps) => (
  <header className="flex items-start gap-3">
    <span className="flex size-10 shrink-0 items-center justify-center rounded-xl bg-accent-soft text-accent-ink">
      <Icon aria-hidden className="size-5" />
    </span>
    <div className="min-w-0 flex-1">
      <h2 className="selectable text-lg font-semibold wrap-break-word">{title}</h2>
      <p className="text-muted">{subtitle}</p>
    </div>
    <ExpiryBadge expiresAt={expiresAt} />
  </header>
);

interface FilterFieldProps {
  readonly label: string;
  readonly placeholder: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
}

export const FilterField = ({ label, placeholder, value, onChange }: FilterFieldProps) => (
  <div className="relative min-w-0 flex-1">
    <Search
      aria-hidden
      className="pointer-events-none absolute top-1/2 left-2.5 size-3.5 -translate-y-1/2 text-faint"
    />
    <input
      type="search"
      aria-label={label}
      placeholder={placeholder}
      value={value}
      data-filter
      autoComplete="off"
      spellCheck={false}
      onChange={(event) => onChange(event.target.value)}
      onKeyDown={(event) => {
        if (event.key !== 'Escape') return;
        if (value === '') event.currentTarget.blur();
        else onChange('');
        event.stopPropagation();
      }}
      className="selectable h-7 w-full rounded-md border border-transparent bg-sunken pr-2 pl-8 focus-visible:border-line [&::-webkit-search-cancel-button]:hidden"
    />
  </div>
);
