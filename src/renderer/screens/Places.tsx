import clsx from 'clsx';
import { Check, CircleDashed, Plus, TriangleAlert } from 'lucide-react';
import { toast } from 'sonner';
import type { Credential } from '../../shared/contract/credentials.ts';
import type { Target, TargetState } from '../../shared/contract/rollout.ts';
import { Button } from '../components/Button.tsx';
import { ErrorNote } from '../components/ErrorNote.tsx';
import { Section } from '../components/Fact.tsx';
import { placeStateWords } from '../lib/targetWords.ts';
import { useAction } from '../lib/useAction.ts';
import { useTargets } from '../lib/useTargets.ts';
import { useApp, useSlice } from '../stores/appContext.tsx';

const marks = { current: Check, pending: CircleDashed, failed: TriangleAlert } as const;

const Mark = ({ kind }: { readonly kind: TargetState['kind'] }) => {
  const Icon = marks[kind];
  return (
    <Icon
      aria-hidden
      className={clsx(
        'mt-0.5 size-4 shrink-0',
        kind === 'current' && 'text-accent-ink',
        kind === 'pending' && 'text-faint',
        kind === 'failed' && 'text-warn-ink',
      )}
    />
  );
};

const Hidden = ({ children }: { readonly children: string }) => <span className="sr-only">{children}</span>;

/** Writes there now; where it fails, the place itself says why. */
export const WriteNow = ({ target }: { readonly target: Target }) => {
  const { bridge } = useApp();
  const action = useAction();
  const hasFailed = target.state.kind === 'failed';
  const write = () =>
    action.run(async () => {
      await bridge.call('target.write', { id: target.id });
      toast.success(`Written: ${target.title}`);
    });
  return (
    <>
      <Button busy={action.pending} onClick={() => void write()}>
        {hasFailed ? 'Try again' : 'Write now'} <Hidden>{target.title}</Hidden>
      </Button>
      {!hasFailed && <ErrorNote what="It was not written" error={action.error} />}
    </>
  );
};

const Place = ({ target }: { readonly target: Target }) => {
  const { dialogs } = useApp();
  const { id, state, title } = target;
  return (
    <li className="space-y-2 px-3 py-2.5">
      <div className="flex gap-2">
        <Mark kind={state.kind} />
        <div className="min-w-0 flex-1">
          <p className="selectable font-medium wrap-break-word">{title}</p>
          {state.kind !== 'failed' && <p className="text-sm text-muted">{placeStateWords(state)}</p>}
        </div>
      </div>
      {state.kind === 'failed' && <ErrorNote what={placeStateWords(state)} error={state.error} />}
      <div className="flex flex-wrap gap-2 pl-6">
        <WriteNow target={target} />
        <Button tone="quiet" onClick={() => dialogs.open({ kind: 'previewPlace', targetId: id })}>
          Compare… <Hidden>{title}</Hidden>
        </Button>
        <Button tone="quiet" onClick={() => dialogs.open({ kind: 'removePlace', targetId: id })}>
          Remove… <Hidden>{title}</Hidden>
        </Button>
      </div>
    </li>
  );
};

/** Where a credential's secret lies outside the vault, so that a new one gets there too. */
export const Places = ({ credential }: { readonly credential: Credential }) => {
  const { dialogs } = useApp();
  const targets = useTargets(credential.id);
  const rotations = useSlice('library', (state) => state.rotations);
  // What goes is written nowhere any more.
  if (targets.length === 0 && rotations.some(({ retiringId }) => retiringId === credential.id)) return null;
  return (
    <Section title="Also kept in">
      {targets.length === 0 ? (
        <p className="text-muted">
          Nowhere else. What cannot ask the vault, a server or a CI, can have its secret written there, and
          again whenever it is replaced.
        </p>
      ) : (
        <ul aria-label="Places" className="divide-y divide-line rounded-lg border border-line">
          {targets.map((target) => (
            <Place key={target.id} target={target} />
          ))}
        </ul>
      )}
      <Button onClick={() => dialogs.open({ kind: 'addPlace', credentialId: credential.id })}>
        <Plus aria-hidden /> Add a place…
      </Button>
    </Section>
  );
};
