import { X } from 'lucide-react';
import { Dialog as RadixDialog } from 'radix-ui';
import type { ReactNode, SubmitEvent } from 'react';
import { Button, IconButton } from '../components/Button.tsx';
import { ErrorNote } from '../components/ErrorNote.tsx';
import { type FormValues, readForm } from '../lib/forms.ts';
import { useAction } from '../lib/useAction.ts';
import { useApp } from '../stores/appContext.tsx';

export const DialogHeader = ({
  title,
  children,
}: {
  readonly title: string;
  readonly children: ReactNode;
}) => (
  <header className="flex shrink-0 items-start gap-3 px-5 pt-4 pb-3">
    <div className="min-w-0 flex-1">
      <RadixDialog.Title className="text-lg font-semibold">{title}</RadixDialog.Title>
      <RadixDialog.Description asChild>
        <div className="mt-0.5 text-pretty text-muted">{children}</div>
      </RadixDialog.Description>
    </div>
    <RadixDialog.Close asChild>
      <IconButton label="Close" className="-mt-0.5 -mr-2">
        <X aria-hidden />
      </IconButton>
    </RadixDialog.Close>
  </header>
);

export const DialogFooter = ({ children }: { readonly children: ReactNode }) => (
  <footer className="flex shrink-0 justify-end gap-2 border-t border-line bg-sunken px-5 py-3">
    {children}
  </footer>
);

interface DialogFormProps {
  readonly title: string;
  readonly description: ReactNode;
  readonly submit: string;
  /** What leaving it undone is called. */
  readonly cancel?: string;
  /** What to say when it fails, e.g. "The token was not minted". */
  readonly failure: string;
  readonly danger?: boolean;
  /** Something is to be done first. */
  readonly blocked?: boolean;
  readonly children?: ReactNode;
  /** Resolves when it is done; what it throws is shown in the form. */
  readonly onSubmit: (form: FormValues) => Promise<void>;
}

export const DialogForm = ({
  title,
  description,
  submit,
  cancel = 'Cancel',
  failure,
  danger = false,
  blocked = false,
  children,
  onSubmit,
}: DialogFormProps) => {
  const { dialogs } = useApp();
  const action = useAction();
  const send = (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = readForm(event.currentTarget);
    void action.run(() => onSubmit(form));
  };
  return (
    <form onSubmit={send} className="flex min-h-0 flex-col">
      <DialogHeader title={title}>{description}</DialogHeader>
      <div className="min-h-0 space-y-4 overflow-y-auto px-5 pt-1 not-empty:pb-5 empty:pb-1">
        {children}
        <ErrorNote what={failure} error={action.error} />
      </div>
      <DialogFooter>
        <Button onClick={dialogs.askToClose}>{cancel}</Button>
        <Button
          type="submit"
          tone={danger ? 'danger' : 'primary'}
          busy={action.pending}
          autoFocus={danger && !blocked}
          disabled={blocked}
        >
          {submit}
        </Button>
      </DialogFooter>
    </form>
  );
};
