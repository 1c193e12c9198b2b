import { TriangleAlert } from 'lucide-react';
import { toast } from 'sonner';
import type { Intent } from '../../shared/contract/rotation.ts';
import { Button } from '../components/Button.tsx';
import { ErrorNote } from '../components/ErrorNote.tsx';
import { useAction } from '../lib/useAction.ts';
import { useWorkspace } from '../lib/useWorkspace.ts';
import { useApp, useSlice } from '../stores/appContext.tsx';

const LostAnswer = ({ intent }: { readonly intent: Intent }) => {
  const { bridge } = useApp();
  const action = useAction();
  const isMint = intent.what === 'mint';
  const resolve = () =>
    action.run(async () => {
      const resolved = await bridge.call('intent.resolve', { id: intent.id });
      if (resolved.what === 'regenerate') toast.success(`“${intent.name}” has a new secret`);
      else if (resolved.deleted.length === 0) toast.success(`The service has no lost “${intent.name}”`);
      else toast.success(`Deleted the lost “${intent.name}” at the service`);
    });
  const dismiss = () =>
    action.run(async () => {
      await bridge.call('intent.dismiss', { id: intent.id });
    });
  return (
    <li className="space-y-2 rounded-lg bg-warn-soft px-3 py-2.5 text-warn-ink">
      <div className="flex gap-2">
        <TriangleAlert aria-hidden className="mt-0.5 size-4 shrink-0" />
        <div className="min-w-0 flex-1">
          <p className="font-medium text-pretty">{intent.because}</p>
          <p className="text-pretty text-ink">{intent.try}</p>
        </div>
      </div>
      <div className="flex justify-end gap-2">
        <Button tone="quiet" onClick={() => void dismiss()}>
          Leave it
        </Button>
        <Button busy={action.pending} onClick={() => void resolve()}>
          {isMint ? 'Delete it' : 'Regenerate'}
        </Button>
      </div>
      <ErrorNote what="It was not cleaned up" error={action.error} />
    </li>
  );
};

/** What was asked of the service without its answer ever coming to be kept: said until somebody has decided. */
export const LostAnswers = () => {
  const workspace = useWorkspace();
  const intents = useSlice('library', (state) => state.intents);
  const here = intents.filter(({ workspaceId }) => workspaceId === workspace?.id);
  return here.length === 0 ? null : (
    <ul aria-label="Lost answers" className="space-y-2 px-4 pt-3">
      {here.map((intent) => (
        <LostAnswer key={intent.id} intent={intent} />
      ))}
    </ul>
  );
};
