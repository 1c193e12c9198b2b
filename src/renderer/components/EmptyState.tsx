import type { LucideIcon } from 'lucide-react';
import type { ReactNode } from 'react';

interface EmptyStateProps {
  readonly icon: LucideIcon;
  readonly title: string;
  /** What the thing is for. */
  readonly children: ReactNode;
  /** The first step. */
  readonly actions?: ReactNode;
}

export const EmptyState = ({ icon: Icon, title, children, actions }: EmptyStateProps) => (
  <div className="flex h-full flex-col items-center justify-center px-6 py-10 text-center">
    <span className="mb-4 flex size-11 items-center justify-center rounded-xl border border-line bg-sunken text-muted">
      <Icon aria-hidden className="size-5" />
    </span>
    <h2 className="text-lg font-semibold">{title}</h2>
    <div className="mt-1 max-w-90 text-pretty text-muted">{children}</div>
    {actions !== undefined && <div className="mt-5 flex flex-wrap justify-center gap-2">{actions}</div>}
  </div>
);
