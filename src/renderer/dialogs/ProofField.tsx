import { Field } from '../components/Field.tsx';
import type { FormValues } from '../lib/forms.ts';
import { useSlots } from '../lib/useSlots.ts';

/** Asks for the passphrase where the vault has one: whoever only found the window open is not its owner. */
export const ProofField = ({ autoFocus = true }: { readonly autoFocus?: boolean }) =>
  useSlots()?.includes('passphrase') ? (
    <Field label="Passphrase of the vault" name="proof" type="password" required autoFocus={autoFocus} />
  ) : null;

export const proofIn = (form: FormValues): { passphrase?: string } => {
  const passphrase = form.secret('proof');
  return passphrase === '' ? {} : { passphrase };
};
