import { Fingerprint } from 'lucide-react';
import { type SubmitEvent, useRef, useState } from 'react';
import { Brand } from '../components/Brand.tsx';
import { Button } from '../components/Button.tsx';
import { ErrorNote } from '../components/ErrorNote.tsx';
import { Field } from '../components/Field.tsx';
import { readForm } from '../lib/forms.ts';
import { useAction } from '../lib/useAction.ts';
import { useApp, useSlice } from '../stores/appContext.tsx';

export const LockScreen = () => {
  const { bridge } = useApp();
  const keychain = useSlice('session', (state) => state.info?.keychain ?? null);
  const [byPassphrase, setByPassphrase] = useState(keychain === null);
  const form = useRef<HTMLFormElement>(null);
  const action = useAction();

  const unlock = (passphrase?: string) =>
    action.run(async () => {
      try {
        await bridge.call('vault.unlock', passphrase === undefined ? {} : { passphrase });
      } finally {
        form.current?.reset();
      }
    });
  const submit = (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    void unlock(readForm(event.currentTarget).secret('passphrase'));
  };

  return (
    <main className="flex min-h-0 flex-1 overflow-y-auto bg-rail">
      <div className="m-auto w-full max-w-90 space-y-5 px-6 py-10">
        <div className="space-y-3 text-center">
          <Brand className="mx-auto size-12" />
          <div>
            <h1 className="text-xl font-semibold">The vault is locked</h1>
            <p className="mt-1 text-muted">Nothing is signed until you unlock it.</p>
          </div>
        </div>
        {keychain !== null && (
          <Button tone="primary" busy={action.pending} className="h-9 w-full" onClick={() => void unlock()}>
            <Fingerprint aria-hidden /> Unlock with {keychain}
          </Button>
        )}
        {byPassphrase ? (
          <form ref={form} onSubmit={submit} className="space-y-3">
            <Field
              label="Passphrase"
              name="passphrase"
              type="password"
              required
              autoFocus
              aria-invalid={action.error !== null}
            />
            <Button
              type="submit"
              tone={keychain === null ? 'primary' : 'plain'}
              busy={action.pending}
              className="h-8 w-full"
            >
              Unlock
            </Button>
          </form>
        ) : (
          <Button tone="quiet" className="w-full" onClick={() => setByPassphrase(true)}>
            Use a passphrase
          </Button>
        )}
        <ErrorNote
          what={action.error?.code === 'WRONG_PASSPHRASE' ? 'Wrong passphrase' : 'The vault stays locked'}
          error={action.error}
        />
      </div>
    </main>
  );
};
