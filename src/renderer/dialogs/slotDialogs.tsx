import { toast } from 'sonner';
import { slotTitle } from '../lib/slotWords.ts';
import { useApp } from '../stores/appContext.tsx';
import { DialogForm } from './DialogForm.tsx';
import { ProofField, proofIn } from './ProofField.tsx';

export const MakeRecoveryKeyDialog = () => {
  const { bridge, dialogs } = useApp();
  return (
    <DialogForm
      title="Make a recovery key"
      description="Forty letters and digits that open the vault when nothing else does. You see it once; the one before it ends."
      submit="Make recovery key"
      failure="No recovery key was made"
      onSubmit={async (form) => {
        const { revealId } = await bridge.call('vault.makeRecoveryKey', { proof: proofIn(form) });
        dialogs.open({ kind: 'showRecoveryKey', revealId });
      }}
    >
      <ProofField />
    </DialogForm>
  );
};

export const AddKeychainDialog = () => {
  const { bridge, dialogs } = useApp();
  return (
    <DialogForm
      title="Open with the keychain"
      description="The system’s keychain keeps a key of this vault and opens it without asking, for you and for whatever runs as you."
      submit="Use the keychain"
      failure="The keychain is not used"
      onSubmit={async (form) => {
        await bridge.call('vault.addKeychain', { proof: proofIn(form) });
        dialogs.close();
        toast.success('The keychain opens the vault from now on');
      }}
    >
      <ProofField />
    </DialogForm>
  );
};

export const RemoveSlotDialog = ({ slot }: { readonly slot: string }) => {
  const { bridge, dialogs } = useApp();
  const title = slotTitle(slot);
  return (
    <DialogForm
      danger
      title={`Remove “${title}”?`}
      description="It does not open the vault any more. The others still do."
      submit="Remove"
      failure="It was not removed"
      onSubmit={async (form) => {
        await bridge.call('vault.removeSlot', { proof: proofIn(form), kind: slot });
        dialogs.close();
        toast.success(`Removed “${title}”`);
      }}
    >
      <ProofField />
    </DialogForm>
  );
};
