import { useState } from 'react';
import { toast } from 'sonner';
import { PLAIN_EXPORT_WORDS } from '../../shared/plainExportWords.ts';
import { Choice } from '../components/Choice.tsx';
import { Field, SelectField } from '../components/Field.tsx';
import { type FormValues, present } from '../lib/forms.ts';
import { requireNewPassphrase } from '../lib/passphraseProblem.ts';
import { useApp, useSlice } from '../stores/appContext.tsx';
import { DialogForm } from './DialogForm.tsx';
import { ProofField, proofIn } from './ProofField.tsx';

const forms = [
  { value: 'sealed', label: 'Sealed', hint: 'Under a passphrase of its own' },
  { value: 'plain', label: 'In clear', hint: 'Readable by whoever has the file' },
] as const;
type Form = (typeof forms)[number]['value'];

const SealedFields = () => (
  <>
    <Field
      label="Passphrase for the file"
      name="passphrase"
      type="password"
      required
      hint="At least 8 characters. Whoever imports the file needs it."
    />
    <Field label="The same again" name="repeated" type="password" required />
  </>
);

const PlainFields = () => (
  <div className="space-y-3 rounded-lg bg-warn-soft p-3">
    <p className="text-warn-ink">
      Every secret of the export stands in this file for anybody to read, and in every copy and backup of it.
    </p>
    <Field label={`Type “${PLAIN_EXPORT_WORDS}”`} name="confirm" required />
  </div>
);

export const ExportDialog = () => {
  const { bridge, dialogs } = useApp();
  const workspaces = useSlice('library', (state) => state.workspaces);
  const [form, setForm] = useState<Form>('sealed');

  const send = (values: FormValues) => {
    const common = present({
      path: values.text('path'),
      workspace: values.optional('workspace'),
      proof: proofIn(values),
    });
    if (form === 'plain') return bridge.call('export.plain', { ...common, confirm: values.text('confirm') });
    const passphrase = requireNewPassphrase(values.secret('passphrase'), values.secret('repeated'));
    return bridge.call('export.sealed', { ...common, passphrase });
  };

  return (
    <DialogForm
      title="Export"
      description="Credentials and connections with their secrets, into a new file on this machine."
      submit="Export"
      failure="Nothing was exported"
      onSubmit={async (values) => {
        const { path, credentials } = await send(values);
        dialogs.close();
        toast.success(`${credentials} credentials are in ${path}`);
      }}
    >
      <SelectField label="What" name="workspace">
        <option value="">The whole vault</option>
        {workspaces.map(({ id, name }) => (
          <option key={id} value={id}>
            Workspace {name}
          </option>
        ))}
      </SelectField>
      <Choice label="How" name="form" options={forms} initial="sealed" onChoose={setForm} />
      <Field
        label="File"
        name="path"
        mono
        required
        placeholder={form === 'sealed' ? '/home/you/vault-export.nfyv' : '/home/you/vault-export.json'}
        hint="Its whole path. An existing file is not overwritten."
      />
      {form === 'sealed' ? <SealedFields /> : <PlainFields />}
      <ProofField autoFocus={false} />
    </DialogForm>
  );
};
