import { CircleAlert } from 'lucide-react';
import type { WireError } from '../../shared/errorCodes.ts';

interface ErrorNoteProps {
  /** What did not happen, in the words of the place. */
  readonly what: string;
  readonly error: WireError | null;
}

/** What happened, why, what to do; the code small beside it. */
export const ErrorNote = ({ what, error }: ErrorNoteProps) =>
  error === null ? null : (
    <div role="alert" className="selectable flex gap-2 rounded-lg bg-bad-soft px-3 py-2.5 text-bad-ink">
      <CircleAlert aria-hidden className="mt-0.5 size-4 shrink-0" />
      <div className="min-w-0 space-y-0.5">
        <p className="flex flex-wrap items-baseline gap-x-2 font-medium">
          {what} <code className="font-mono text-xs font-normal">{error.code}</code>
        </p>
        <p className="text-ink wrap-break-word">{error.message}</p>
        <p className="text-muted wrap-break-word">{error.hint}</p>
      </div>
    </div>
  );
