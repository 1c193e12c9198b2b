import { Info } from 'lucide-react';
import { refusalWords } from '../../shared/capabilityWords.ts';
import type { Operation, Workspace } from '../../shared/contract/workspaces.ts';
import { Button } from '../components/Button.tsx';
import { DashboardLink } from '../components/DashboardLink.tsx';
import { useCapabilities } from '../lib/useCapabilities.ts';
import { useApp } from '../stores/appContext.tsx';

interface CannotMakeProps {
  readonly operation: Operation;
  readonly instead: 'importToken' | 'importKey';
}

const lacksToken = ({ apiUrl, hasControlToken, capabilities }: Workspace): boolean =>
  apiUrl !== null && (!hasControlToken || capabilities?.token === 'dead');

/** Said before the form is filled in, not after. The form stays: the service may have changed its mind. */
export const CannotMake = ({ operation, instead }: CannotMakeProps) => {
  const { dialogs } = useApp();
  const { workspace } = useCapabilities();
  const because = workspace && refusalWords(workspace, operation);
  if (workspace === null || because === null) return null;
  return (
    <div role="note" className="space-y-2 rounded-lg bg-warn-soft px-3 py-2.5 text-warn-ink">
      <p className="flex gap-3">
        <Info aria-hidden className="mt-0.5 size-4 shrink-0" />
        <span>{because} Make it in the dashboard and import it.</span>
      </p>
      <div className="flex flex-wrap items-center gap-3 pl-7">
        <Button onClick={() => dialogs.open({ kind: instead })}>
          {instead === 'importToken' ? 'Import token' : 'Import key'}
        </Button>
        {lacksToken(workspace) && (
          <Button onClick={() => dialogs.open({ kind: 'controlToken' })}>Give a control token</Button>
        )}
        <DashboardLink workspace={workspace} />
      </div>
    </div>
  );
};
