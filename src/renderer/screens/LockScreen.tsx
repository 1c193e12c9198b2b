import { Fingerprint } from 'lucide-react';
import { type SubmitEvent, useRef, useState } from 'react';
import { Brand } from '../components/Brand.tsx';
import { Button } from '../components/Button.tsx';
import { ErrorNote } from '../components/ErrorNote.tsx';
import { CheckField, Field } from '../components/Field.tsx';
import { readForm } from '../lib/forms.ts';
import { keychainTitle } from '../lib/slotWords.ts';
import { useAction } from '../lib/useAction.ts';
import { useSlots } from '../lib/useSlots.ts';
import { asWireError } from '../lib/wireError.ts';
import { useApp, useSlice } from '../stores/appContext.tsx';

export const LockScreen = () => {
  const known = useSlice('session', (state) => state.info?.keychain ?? null);
  const slots = useSlots();
  if (slots === null) return null;
  return <Openers keychain={known !== null && slots.includes(known) ? known : null} slots={slots} />;
};

interface OpenersProps {
  readonly keychain: string | null;
  readonly slots: readonly string[];
}

type Written = 'passphrase' | 'recoveryKey';

const Openers = ({ keychain, slots }: OpenersProps) => {
  const { bridge } = useApp();
  const [written, setWritten] = useState<Written | null>(
    keychain === null ? (slots.includes('passphrase') ? 'passphrase' : 'recoveryKey') : null,
  );
  const form = useRef<HTMLFormElement>(null);
  const action = useAction();
  /** null until the file is found to be older than the one last saved here. */
  const [acceptsOlder, setAcceptsOlder] = useState<boolean | null>(null);

  const unlock = (opener: Partial<Record<Written, string>>) =>
    action.run(async () => {
      try {
        await bridge.call('vault.unlock', acceptsOlder ? { ...opener, acceptsOlder } : opener);
      } catch (error) {
        if (asWireError(error).code === 'VAULT_OLDER') setAcceptsOlder(false);
        throw error;
      } finally {
        form.current?.reset();
      }
    });
  const submit = (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    if (written !== null) void unlock({ [written]: readForm(event.currentTarget).secret(written) });
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
          <Button tone="primary" busy={action.pending} className="h-9 w-full" onClick={() => void unlock({})}>
            <Fingerprint aria-hidden /> Unlock with {keychainTitle(keychain)}
          </Button>
        )}
        {written !== null && (
          <form ref={form} onSubmit={submit} className="space-y-3">
            <Field
              key={written}
              label={written === 'passphrase' ? 'Passphrase' : 'Recovery key'}
              name={written}
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
        )}
        {slots.includes('passphrase') && written !== 'passphrase' && (
          <Button tone="quiet" className="w-full" onClick={() => setWritten('passphrase')}>
            Use the passphrase
          </Button>
        )}
        {slots.includes('recovery-key') && written !== 'recoveryKey' && (
          <Button tone="quiet" className="w-full" onClick={() => setWritten('recoveryKey')}>
            Use the recovery key
          </Button>
        )}
        {acceptsOlder !== null && (
          <CheckField
            label="Use this older state all the same"
            hint="From then on it is the one that counts. Unlock again to go on with it."
            checked={acceptsOlder}
            onChange={({ currentTarget }) => setAcceptsOlder(currentTarget.checked)}
          />
        )}
        <ErrorNote
          what={action.error?.code === 'WRONG_PASSPHRASE' ? 'Wrong passphrase' : 'The vault stays locked'}
          error={action.error}
        />
      </div>
    </main>
  );
};
