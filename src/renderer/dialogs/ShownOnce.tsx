import { Check, Copy, Eye, EyeOff, ShieldCheck } from 'lucide-react';
import { type ReactNode, useEffect, useRef, useState } from 'react';
import { Button, IconButton } from '../components/Button.tsx';
import { ErrorNote } from '../components/ErrorNote.tsx';
import { formatCountdown } from '../lib/format.ts';
import { useAction } from '../lib/useAction.ts';
import { useNow } from '../lib/useNow.ts';
import { type Reveal, useReveal } from '../lib/useReveal.ts';
import { useApp, useSlice } from '../stores/appContext.tsx';
import { DialogFooter, DialogHeader } from './DialogForm.tsx';

const MASK = '•'.repeat(32);

const SecretValue = ({ reveal }: { readonly reveal: Reveal }) => {
  const element = useRef<HTMLElement>(null);
  const { shown, read } = reveal;
  useEffect(() => {
    // Written past React: what it renders, it remembers.
    if (element.current !== null) element.current.textContent = shown ? read() : MASK;
  });
  return (
    <code
      ref={element}
      aria-hidden={!shown}
      className="selectable block min-h-10 min-w-0 flex-1 px-3 py-3 font-mono text-sm break-all"
    />
  );
};

const ClipboardWords = ({ copied }: { readonly copied: boolean }) => {
  const { clearsAtMs, end } = useSlice('clipboard', (state) => state);
  const nowMs = useNow(500);
  if (!copied) return null;
  return (
    <p role="status" className="text-sm text-muted">
      {clearsAtMs !== null && `On the clipboard. It is cleared in ${formatCountdown(clearsAtMs - nowMs)}.`}
      {end === 'cleared' && 'The clipboard has been cleared.'}
      {end === 'left' &&
        'The clipboard was not cleared: this window was not in front. Copy something else over it.'}
    </p>
  );
};

interface ShownOnceProps {
  readonly title: string;
  readonly description: string;
  /** What is true of it already, whether anybody reads it or not. */
  readonly sealed: string;
  readonly label: string;
  readonly revealId: string;
  /** What becomes of it when this window was left alone. */
  readonly whenGone: string;
  /** What not copying means. */
  readonly whenUncopied: string;
  readonly children?: ReactNode;
}

/** A secret on its one way to the eye: masked until pressed, copied, and not left by accident. */
export const ShownOnce = ({
  title,
  description,
  sealed,
  label,
  revealId,
  whenGone,
  whenUncopied,
  children,
}: ShownOnceProps) => {
  const { dialogs, clipboard } = useApp();
  const closeAsked = useSlice('dialogs', (state) => state.closeAsked);
  const reveal = useReveal(revealId);
  const action = useAction();
  const [copied, setCopied] = useState(false);

  useEffect(() => dialogs.guard(!copied), [dialogs, copied]);

  const toggle = () => (reveal.shown ? reveal.hide() : void action.run(reveal.show));
  const copy = () =>
    action.run(() =>
      reveal.borrow(async (secret) => {
        await clipboard.copy(secret, true);
        setCopied(true);
      }),
    );

  return (
    <>
      <DialogHeader title={title}>{description}</DialogHeader>
      <div className="space-y-4 px-5 pt-1 pb-5">
        <p className="flex gap-2 rounded-lg bg-good-soft px-3 py-2.5 text-good-ink">
          <ShieldCheck aria-hidden className="mt-0.5 size-4 shrink-0" />
          {sealed}
        </p>
        {children}
        <div className="space-y-1">
          <p className="text-sm font-medium">{label}</p>
          <div className="flex items-start rounded-lg border border-line bg-sunken">
            <SecretValue reveal={reveal} />
            <IconButton
              className="m-1.5"
              label={reveal.shown ? 'Hide' : 'Show'}
              disabled={reveal.gone}
              onClick={toggle}
            >
              {reveal.shown ? <EyeOff aria-hidden /> : <Eye aria-hidden />}
            </IconButton>
          </div>
          <ClipboardWords copied={copied} />
          {reveal.gone && (
            <p role="status" className="text-sm text-muted">
              Forgotten, because this window was left alone. {whenGone}
            </p>
          )}
        </div>
        <ErrorNote what="It was not copied or shown" error={action.error} />
        {closeAsked && (
          <p role="alert" className="rounded-lg bg-warn-soft px-3 py-2.5 text-warn-ink">
            It was not copied. {whenUncopied}
          </p>
        )}
      </div>
      <DialogFooter>
        {copied ? (
          <>
            <Button onClick={() => void copy()}>
              <Check aria-hidden className="text-good-ink" /> Copied
            </Button>
            <Button tone="primary" autoFocus onClick={dialogs.close}>
              Done
            </Button>
          </>
        ) : (
          <>
            {closeAsked ? (
              <Button onClick={dialogs.close}>Close without copying</Button>
            ) : (
              <Button tone="quiet" onClick={dialogs.askToClose}>
                I do not need it
              </Button>
            )}
            <Button
              tone="primary"
              autoFocus
              busy={action.pending}
              disabled={reveal.gone}
              onClick={() => void copy()}
            >
              <Copy aria-hidden /> Copy
            </Button>
          </>
        )}
      </DialogFooter>
    </>
  );
};
