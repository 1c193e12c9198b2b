import { ArrowRight, FlaskConical, Link2, type LucideIcon, ShieldCheck } from 'lucide-react';
import { type SubmitEvent, useId, useState } from 'react';
import { Brand } from '../components/Brand.tsx';
import { ErrorNote } from '../components/ErrorNote.tsx';
import { Field } from '../components/Field.tsx';
import { readForm } from '../lib/forms.ts';
import { passphraseProblem } from '../lib/passphraseProblem.ts';
import { keychainTitle } from '../lib/slotWords.ts';
import { useAction } from '../lib/useAction.ts';
import { useApp, useSlice } from '../stores/appContext.tsx';

interface DoorProps {
  readonly value: 'workspace' | 'sandbox';
  readonly icon: LucideIcon;
  readonly title: string;
  readonly children: string;
  readonly disabled: boolean;
}

/** The whole card is pressed through its one button, whose name is the title alone. */
const Door = ({ value, icon: Icon, title, children, disabled }: DoorProps) => {
  const id = useId();
  return (
    <div className="group relative rounded-xl border border-line-strong bg-raised p-4 shadow-xs transition-colors hover:border-accent hover:bg-accent-soft has-focus-visible:outline-2 has-focus-visible:outline-offset-1 has-focus-visible:outline-accent">
      <div className="mb-3 flex items-center justify-between">
        <Icon aria-hidden className="size-5 text-accent-ink" />
        <ArrowRight aria-hidden className="size-4 text-faint group-hover:text-accent-ink" />
      </div>
      <button
        type="submit"
        name="door"
        value={value}
        disabled={disabled}
        aria-describedby={id}
        className="block text-lg font-semibold outline-none after:absolute after:inset-0 disabled:opacity-60"
      >
        {title}
      </button>
      <p id={id} className="mt-1 text-muted">
        {children}
      </p>
    </div>
  );
};

const Protection = ({
  keychain,
  problem,
}: {
  readonly keychain: string | null;
  readonly problem: string | null;
}) =>
  keychain !== null ? (
    <p className="flex items-center gap-2 rounded-lg bg-good-soft px-3 py-2.5 text-good-ink">
      <ShieldCheck aria-hidden className="size-4 shrink-0" />
      Protected by {keychainTitle(keychain)}. There is no passphrase to remember.
    </p>
  ) : (
    <div className="space-y-2">
      <div className="grid grid-cols-2 gap-3">
        <Field
          label="Passphrase"
          name="passphrase"
          type="password"
          autoFocus
          aria-invalid={problem !== null}
        />
        <Field label="Repeat it" name="repeated" type="password" aria-invalid={problem !== null} />
      </div>
      {problem === null ? (
        <p className="text-sm text-muted">
          At least 8 characters. It seals everything on this machine, and nobody can reset it.
        </p>
      ) : (
        <p role="alert" className="text-sm font-medium text-bad-ink">
          {problem}
        </p>
      )}
    </div>
  );

export const FirstRun = () => {
  const { bridge, dialogs, navigation } = useApp();
  const absent = useSlice('session', (state) => state.status?.vault === 'absent');
  const keychain = useSlice('session', (state) => state.info?.keychain ?? null);
  const [problem, setProblem] = useState<string | null>(null);
  const action = useAction();

  const createVault = async (passphrase: string): Promise<void> => {
    await bridge.call('vault.create', keychain === null ? { passphrase } : {});
  };

  const enter = (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    const { submitter } = event.nativeEvent;
    // Enter in a field means the sandbox too: it is the door that asks for nothing more.
    const door = submitter instanceof HTMLButtonElement ? submitter.value : 'sandbox';
    const form = readForm(event.currentTarget);
    const passphrase = form.secret('passphrase');
    const wrong = absent && keychain === null ? passphraseProblem(passphrase, form.secret('repeated')) : null;
    setProblem(wrong);
    if (wrong !== null) return;
    void action.run(async () => {
      if (absent) await createVault(passphrase);
      if (door === 'workspace') {
        dialogs.open({ kind: 'connectWorkspace' });
        return;
      }
      navigation.setState({ screen: 'connections' });
      await bridge.call('sandbox.start', {});
    });
  };

  return (
    <main className="flex min-h-0 flex-1 overflow-y-auto bg-rail">
      <form onSubmit={enter} noValidate className="m-auto w-full max-w-160 space-y-6 px-6 py-10">
        <div className="space-y-3">
          <Brand className="size-11" />
          <div>
            <h1 className="text-xl font-semibold">Welcome to nfyio Vault</h1>
            <p className="mt-1 text-muted">
              Your access tokens and S3 keys stay sealed on this machine. Tools get local keys that are
              worthless anywhere else, and the vault signs for them.
            </p>
          </div>
        </div>
        {absent ? (
          <Protection keychain={keychain} problem={problem} />
        ) : (
          <p className="flex items-center gap-2 text-good-ink">
            <ShieldCheck aria-hidden className="size-4" /> Your vault is ready. Now give it something to work
            with.
          </p>
        )}
        <div className="grid grid-cols-2 gap-3">
          <Door value="sandbox" icon={FlaskConical} title="Try the sandbox" disabled={action.pending}>
            A complete nfyio of your own, on this machine. No account, nothing to configure: connect a real
            tool in a minute.
          </Door>
          <Door value="workspace" icon={Link2} title="Connect a workspace" disabled={action.pending}>
            Paste a control token, or point at endpoints of your own and import single credentials.
          </Door>
        </div>
        <p role="status" className="min-h-5 text-center text-muted">
          {action.pending && 'Preparing your vault…'}
        </p>
        <ErrorNote what="That did not work" error={action.error} />
      </form>
    </main>
  );
};
