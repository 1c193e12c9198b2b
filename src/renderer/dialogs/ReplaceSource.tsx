import { toast } from 'sonner';
import type { Imported } from '../../shared/contract/transfer.ts';
import { Choice } from '../components/Choice.tsx';
import { useApp } from '../stores/appContext.tsx';
import { DialogForm } from './DialogForm.tsx';

const ways = [
  {
    value: 'connection',
    label: 'Replace it',
    hint: 'The tools that read the file go on, through a new connection',
  },
  { value: 'remove', label: 'Remove it', hint: 'The file loses these entries' },
] as const;

interface ReplaceSourceProps {
  readonly importId: string;
  readonly imported: readonly Imported[];
}

export const ReplaceSource = ({ importId, imported }: ReplaceSourceProps) => {
  const { bridge, dialogs } = useApp();
  return (
    <DialogForm
      title="Take the secret out of the file?"
      description={`${imported.map(({ name }) => `“${name}”`).join(', ')} still stands in the file for any program to read. Nothing else in it is changed, and no copy is kept.`}
      submit="Change the file"
      failure="The file is as it was"
      onSubmit={async (form) => {
        const how = form.text('how') === 'remove' ? 'remove' : 'connection';
        const { path } = await bridge.call('import.replaceSource', { importId, how });
        dialogs.close();
        toast.success(`${path} holds no secret of it any more`);
      }}
    >
      <Choice label="How" name="how" options={ways} initial="connection" />
    </DialogForm>
  );
};
