import clsx from 'clsx';
import { Check, CircleHelp, RefreshCw, X } from 'lucide-react';
import { capabilityList, controlTokenWords } from '../../shared/capabilityWords.ts';
import { Button } from '../components/Button.tsx';
import { DashboardLink } from '../components/DashboardLink.tsx';
import { ErrorNote } from '../components/ErrorNote.tsx';
import { Fact, Facts } from '../components/Fact.tsx';
import { formatDateTime } from '../lib/format.ts';
import { useCapabilities } from '../lib/useCapabilities.ts';
import { useApp } from '../stores/appContext.tsx';
import { DialogFooter, DialogHeader } from './DialogForm.tsx';

const mark = 'mr-1.5 inline size-3.5 align-[-2px]';

const Mark = ({ words }: { readonly words: string }) => {
  if (words === 'yes') return <Check aria-hidden className={clsx(mark, 'text-good-ink')} />;
  if (words.startsWith('no')) return <X aria-hidden className={clsx(mark, 'text-bad-ink')} />;
  return <CircleHelp aria-hidden className={clsx(mark, 'text-muted')} />;
};

/** What the control token may do, as far as it was seen. */
export const ServiceDialog = () => {
  const { dialogs } = useApp();
  const { workspace, asking, ask } = useCapabilities();
  if (workspace === null) return null;
  const { capabilities, hasControlToken } = workspace;
  return (
    <div className="flex min-h-0 flex-col">
      <DialogHeader title="What the service allows">
        What the control token of “{workspace.name}” may do. It is found out by reading, and by what you do:
        nothing is made to try.
      </DialogHeader>
      <div className="min-h-0 space-y-4 overflow-y-auto px-5 pt-1 pb-5">
        <Facts>
          <Fact label="Control token">{controlTokenWords(workspace)}</Fact>
          {capabilities !== null &&
            capabilities.token !== 'dead' &&
            capabilityList(capabilities).map(([what, words]) => (
              <Fact key={what} label={what}>
                <Mark words={words} />
                {words}
              </Fact>
            ))}
          {capabilities !== null && <Fact label="Seen">{formatDateTime(capabilities.checkedAt)}</Fact>}
        </Facts>
        <DashboardLink workspace={workspace} />
        <ErrorNote what="The service was not asked" error={asking.error} />
      </div>
      <DialogFooter>
        {workspace.apiUrl !== null && (
          <Button onClick={() => dialogs.open({ kind: 'controlToken' })}>Give a control token…</Button>
        )}
        {hasControlToken && (
          <Button busy={asking.pending} onClick={ask}>
            <RefreshCw aria-hidden /> Ask again
          </Button>
        )}
        <Button tone="primary" onClick={dialogs.close}>
          Done
        </Button>
      </DialogFooter>
    </div>
  );
};
