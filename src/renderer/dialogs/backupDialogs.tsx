import { toast } from 'sonner';
import type { Backup, RecordName } from '../../shared/contract/vault.ts';
import { ErrorNote } from '../components/ErrorNote.tsx';
import { formatDateTime } from '../lib/format.ts';
import { useAnswer } from '../lib/useAnswer.ts';
import { useApp } from '../stores/appContext.tsx';
import { DialogForm } from './DialogForm.tsx';
import { ProofField, proofIn } from './ProofField.tsx';

const Names = ({ label, records }: { readonly label: string; readonly records: readonly RecordName[] }) =>
  records.length === 0 ? null : (
    <div>
      <p className="text-sm font-medium">{label}</p>
      <ul className="max-h-32 overflow-y-auto text-muted">
        {records.map(({ kind, name }, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: names repeat, and the list never changes
          <li key={index}>
            {kind} <span className="text-ink">{name}</span>
          </li>
        ))}
      </ul>
    </div>
  );

export const RestoreBackupDialog = ({ backup }: { readonly backup: Backup }) => {
  const { bridge, dialogs } = useApp();
  const { output, error } = useAnswer('vault.previewBackup', { name: backup.name }, backup.name);
  const preview = output?.preview;
  const isSame =
    preview !== undefined && preview.missing.length + preview.newer.length + preview.changed.length === 0;
  return (
    <DialogForm
      danger
      title={`Go back to ${formatDateTime(backup.savedAt)}?`}
      description="The state of now becomes the newest earlier state, so that you can come back to it. The service is not touched: what was deleted there stays deleted."
      submit="Go back"
      failure="Everything is as it was"
      onSubmit={async (form) => {
        await bridge.call('vault.restoreBackup', { proof: proofIn(form), name: backup.name });
        dialogs.close();
        toast.success(`The vault is as it was on ${formatDateTime(backup.savedAt)}`);
      }}
    >
      {isSame && <p className="text-muted">Its names and settings are those of now.</p>}
      {preview !== undefined && (
        <>
          <Names label="Comes back" records={preview.missing} />
          <Names label="Goes" records={preview.newer} />
          <Names label="Takes its earlier form" records={preview.changed} />
        </>
      )}
      <ErrorNote what="It cannot be looked into" error={error} />
      <ProofField />
    </DialogForm>
  );
};

export const ForgetBackupsDialog = () => {
  const { bridge, dialogs } = useApp();
  return (
    <DialogForm
      danger
      title="Delete all earlier states?"
      description="What you deleted from the vault is then nowhere any more, and nothing can be brought back."
      submit="Delete"
      failure="They were not deleted"
      onSubmit={async (form) => {
        await bridge.call('vault.forgetBackups', { proof: proofIn(form) });
        dialogs.close();
        toast.success('No earlier state is left');
      }}
    >
      <ProofField />
    </DialogForm>
  );
};
