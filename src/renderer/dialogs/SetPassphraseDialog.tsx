import { toast } from 'sonner';
import { CheckField, Field } from '../components/Field.tsx';
import { requireNewPassphrase } from '../lib/passphraseProblem.ts';
import { useSlots } from '../lib/useSlots.ts';
import { useApp } from '../stores/appContext.tsx';
import { DialogForm } from './DialogForm.tsx';
import { ProofField, proofIn } from './ProofField.tsx';

export const SetPassphraseDialog = () => {
  const { bridge, dialogs } = useApp();
  const isChange = useSlots()?.includes('passphrase') ?? true;
  return (
    <DialogForm
      title={isChange ? 'Change the passphrase' : 'Set a passphrase'}
      description="Earlier states of the vault, and copies of its file, still open with the passphrase that they had."
      submit={isChange ? 'Change passphrase' : 'Set passphrase'}
      failure="The passphrase is as it was"
      onSubmit={async (form) => {
        const passphrase = requireNewPassphrase(form.secret('passphrase'), form.secret('repeated'));
        const isLeaked = form.checked('isLeaked');
        await bridge.call('vault.setPassphrase', { proof: proofIn(form), passphrase, isLeaked });
        dialogs.close();
        toast.success(isLeaked ? 'Everything is sealed anew' : 'The vault opens with the new passphrase');
      }}
    >
      <ProofField />
      <Field
        label="New passphrase"
        name="passphrase"
        type="password"
        required
        hint="At least 8 characters; four random words are better."
      />
      <Field label="The same again" name="repeated" type="password" required />
      <CheckField
        name="isLeaked"
        label="The old one may be known to somebody"
        hint="Seals everything under a new key, and ends the recovery key and the earlier states."
      />
    </DialogForm>
  );
};
