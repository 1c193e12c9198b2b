import clsx from 'clsx';
import { toast } from 'sonner';
import type { Target, TargetChange } from '../../shared/contract/rollout.ts';
import type { WireError } from '../../shared/errorCodes.ts';
import { ErrorNote } from '../components/ErrorNote.tsx';
import { changeWords } from '../lib/targetWords.ts';
import { useAnswer } from '../lib/useAnswer.ts';
import { useApp, useSlice } from '../stores/appContext.tsx';
import { DialogForm } from './DialogForm.tsx';

const Change = ({ name, change }: TargetChange) => {
  const { mark, words } = changeWords[change];
  return (
    <li className="flex items-baseline gap-2 px-3 py-1.5">
      <span
        aria-hidden
        className={clsx(
          'w-3 text-center font-mono',
          change === 'same' ? 'text-faint' : 'text-accent-ink',
          change === 'unreadable' && 'text-warn-ink',
        )}
      >
        {mark}
      </span>
      <code className="selectable min-w-0 flex-1 truncate font-mono text-sm">{name}</code>
      <span className="text-sm text-muted">{words}</span>
    </li>
  );
};

interface PreviewPlaceProps {
  readonly target: Target;
  /** null: not known yet. */
  readonly changes: readonly TargetChange[] | null;
  /** What leaving it unwritten is called. */
  readonly cancel?: string;
  /** Why it cannot be known. */
  readonly error?: WireError | null;
}

/** A diff without values, and the choice to write. */
export const PreviewPlace = ({ target, changes, cancel = 'Cancel', error = null }: PreviewPlaceProps) => {
  const { bridge, dialogs } = useApp();
  return (
    <DialogForm
      title="What writing there changes"
      description={`${target.title}. Nothing is written before you say so; what else lies there stays as it is.`}
      submit="Write now"
      cancel={cancel}
      failure="It was not written; it is tried again by itself"
      onSubmit={async () => {
        const written = await bridge.call('target.write', { id: target.id });
        const isVerified = written.target.state.kind === 'current' && written.target.state.isVerified;
        dialogs.close();
        toast.success(`Written: ${target.title}`, {
          description: isVerified ? 'It was read back, and is right.' : 'It cannot be read back there.',
        });
      }}
    >
      <ErrorNote what="It cannot be looked at" error={error} />
      {changes !== null && (
        <ul aria-label="Changes" className="divide-y divide-line rounded-lg border border-line">
          {changes.map((change) => (
            <Change key={change.name} {...change} />
          ))}
        </ul>
      )}
    </DialogForm>
  );
};

export const PreviewPlaceDialog = ({ targetId }: { readonly targetId: string }) => {
  const target = useSlice('library', (state) => state.targets.find(({ id }) => id === targetId));
  const { output, error } = useAnswer('target.preview', { id: targetId }, targetId);
  return target === undefined ? null : (
    <PreviewPlace target={target} changes={output?.changes ?? null} error={error} />
  );
};
