import clsx from 'clsx';
import { Check, CircleDashed, TriangleAlert, Undo2 } from 'lucide-react';
import { useEffect, useId } from 'react';
import type { Target } from '../../shared/contract/rollout.ts';
import type { Rotation } from '../../shared/contract/rotation.ts';
import { Button } from '../components/Button.tsx';
import { ErrorNote } from '../components/ErrorNote.tsx';
import { Section } from '../components/Fact.tsx';
import { formatClock, formatDateTime } from '../lib/format.ts';
import { takeBack } from '../lib/rotationCommands.ts';
import { placeCount, placeStateWords } from '../lib/targetWords.ts';
import { useAction } from '../lib/useAction.ts';
import { useTargets } from '../lib/useTargets.ts';
import { useApp } from '../stores/appContext.tsx';
import { WriteNow } from './Places.tsx';
import { RunningRequests } from './RunningRequests.tsx';

type StepState = 'done' | 'now' | 'later';

interface Step {
  readonly title: string;
  readonly state: StepState;
  readonly detail?: string;
}

const count = (number: number, word: string): string => `${number} ${word}${number === 1 ? '' : 's'}`;

const drainWords = ({ running, deletesAt }: Rotation): string =>
  deletesAt === null
    ? `${count(running.length, 'request')} still running with it`
    : `It is deleted on ${formatDateTime(deletesAt)}, unless something uses it before.`;

/** Absent where nothing outside the vault has to learn it. */
const rollOutSteps = ({ pendingTargets, isUndone }: Rotation, targetCount: number): readonly Step[] => {
  const of = Math.max(pendingTargets, targetCount);
  if (of === 0) return [];
  const title = `${placeCount(of)} outside the vault ${of === 1 ? 'has' : 'have'} the ${isUndone ? 'old' : 'new'} one`;
  return pendingTargets === 0
    ? [{ title, state: 'done' }]
    : [{ title, state: 'now', detail: `${of - pendingTargets} of ${of} written` }];
};

const stepsOf = (rotation: Rotation, targetCount: number): readonly Step[] => {
  const { connections, isUndone, kind, pendingTargets, startedAt, step, switchedAt } = rotation;
  const drains: StepState = step === 'deleting' ? 'done' : pendingTargets > 0 ? 'later' : 'now';
  return [
    { title: `New ${kind} made and sealed`, state: 'done', detail: formatClock(startedAt) },
    {
      title: isUndone ? 'Connections went back to the old one' : 'Connections use the new one',
      state: 'done',
      detail: `${formatClock(switchedAt)}${connections.length === 0 ? '' : ` · ${connections.join(', ')}`}`,
    },
    ...rollOutSteps(rotation, targetCount),
    {
      title: isUndone ? 'The new one is let go' : 'The old one is let go',
      state: drains,
      ...(drains === 'now' ? { detail: drainWords(rotation) } : {}),
    },
    {
      title: isUndone ? 'The new one is deleted at the service' : 'The old one is deleted at the service',
      state: step === 'deleting' ? 'now' : 'later',
    },
  ];
};

const stateWords: Readonly<Record<StepState, string>> = { done: 'done', now: 'under way', later: 'to come' };

const StepLine = ({ title, state, detail }: Step) => (
  <li className="flex gap-2.5" aria-current={state === 'now' ? 'step' : undefined}>
    {state === 'done' ? (
      <Check aria-hidden className="mt-0.5 size-4 shrink-0 text-accent-ink" />
    ) : (
      <CircleDashed
        aria-hidden
        className={clsx('mt-0.5 size-4 shrink-0', state === 'now' ? 'text-accent-ink' : 'text-faint')}
      />
    )}
    <div className="min-w-0">
      <p className={clsx('font-medium', state === 'later' && 'font-normal text-muted')}>
        {title} <span className="sr-only">({stateWords[state]})</span>
      </p>
      {detail !== undefined && <p className="text-sm wrap-break-word text-muted">{detail}</p>}
    </div>
  </li>
);

const FailedPlaces = ({ targets }: { readonly targets: readonly Target[] }) => {
  const failed = targets.filter(({ state }) => state.kind === 'failed');
  return failed.length === 0 ? null : (
    <ul
      aria-label="Places that were not written"
      className="divide-y divide-line rounded-lg border border-line"
    >
      {failed.map((target) => (
        <li key={target.id} className="flex items-start gap-2 px-3 py-2">
          <TriangleAlert aria-hidden className="mt-0.5 size-4 shrink-0 text-warn-ink" />
          <div className="min-w-0 flex-1">
            <p className="wrap-break-word">{target.title}</p>
            <p className="text-sm text-muted">{placeStateWords(target.state)}</p>
          </div>
          <WriteNow target={target} />
        </li>
      ))}
    </ul>
  );
};

const LOOK_AGAIN_MS = 5_000;

/** A credential that gives its place to another: how far it is, and what can still be done about it. */
export const RotationSteps = ({ rotation }: { readonly rotation: Rotation }) => {
  const { bridge, dialogs, library } = useApp();
  const action = useAction();
  // Requests come and go without a word.
  useEffect(() => {
    const timer = setInterval(() => void library.refresh(['rotations']), LOOK_AGAIN_MS);
    return () => clearInterval(timer);
  }, [library]);
  const undo = () => action.run(() => takeBack({ bridge }, rotation));
  const whyId = useId();
  const isDraining = rotation.step === 'draining';
  const targets = useTargets(rotation.servingId);
  const isPending = rotation.pendingTargets > 0;
  return (
    <Section title={rotation.isUndone ? 'Taken back' : 'Being replaced'}>
      <ol aria-label={`Steps of replacing ${rotation.name}`} className="space-y-2">
        {stepsOf(rotation, targets.length).map((step) => (
          <StepLine key={step.title} {...step} />
        ))}
      </ol>
      <FailedPlaces targets={targets} />
      <RunningRequests requests={rotation.running} />
      {rotation.problem !== null && (
        <ErrorNote
          what={`Not deleted yet; tried again at ${formatClock(rotation.problem.retryAt)}`}
          error={rotation.problem.error}
        />
      )}
      <ErrorNote what="It was not taken back" error={action.error} />
      {isDraining && (
        <div className="flex flex-wrap gap-2">
          {!rotation.isUndone && (
            <Button busy={action.pending} onClick={() => void undo()}>
              <Undo2 aria-hidden /> Take it back
            </Button>
          )}
          <Button
            tone="caution"
            disabled={isPending}
            aria-describedby={isPending ? whyId : undefined}
            onClick={() => dialogs.open({ kind: 'finishRotation', rotationId: rotation.id })}
          >
            Delete now…
          </Button>
        </div>
      )}
      {isDraining && isPending && (
        <p id={whyId} className="text-sm text-muted">
          {placeCount(rotation.pendingTargets)} outside the vault{' '}
          {rotation.pendingTargets === 1 ? 'has' : 'have'} yet to be written. Nothing is deleted before all
          are, or are removed from the list.
        </p>
      )}
    </Section>
  );
};
