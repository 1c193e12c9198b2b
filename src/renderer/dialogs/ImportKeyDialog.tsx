import { Choice } from '../components/Choice.tsx';
import { Field } from '../components/Field.tsx';
import { present, splitWords } from '../lib/forms.ts';
import { toIsoTime } from '../lib/toIsoTime.ts';
import { useWorkspace } from '../lib/useWorkspace.ts';
import { useApp } from '../stores/appContext.tsx';
import { permissionOptions } from './CreateKeyDialog.tsx';
import { DialogForm } from './DialogForm.tsx';
import { tellImported, UnverifiedField } from './importing.tsx';
import { NameField } from './NameField.tsx';

export const ImportKeyDialog = () => {
  const { bridge, dialogs, navigation } = useApp();
  const workspace = useWorkspace();
  if (workspace === null) return null;
  return (
    <DialogForm
      title="Import key"
      description={`Paste an S3 access key you already have. It is shown to the service, and sealed for “${workspace.name}”.`}
      submit="Import key"
      failure="The key was not imported"
      onSubmit={async (form) => {
        const { credential } = await bridge.call(
          'key.import',
          present({
            workspace: workspace.id,
            unverified: form.checked('unverified') || undefined,
            name: form.text('name'),
            buckets: splitWords(form.text('buckets')),
            permission: form.text('permission') === 'read' ? 'read' : 'read-write',
            accessKeyId: form.text('accessKeyId'),
            secretAccessKey: form.secret('secretAccessKey'),
            expiresAt: toIsoTime(form.optional('expiresAt')),
          }),
        );
        navigation.setState({ screen: 'credentials', credentialId: credential.id });
        dialogs.close();
        tellImported(credential);
      }}
    >
      <NameField placeholder="backup-job" />
      <div className="grid grid-cols-2 gap-3">
        <Field label="Access key id" name="accessKeyId" mono required placeholder="AKIA…" />
        <Field label="Secret access key" name="secretAccessKey" type="password" mono required />
      </div>
      <Field
        label="Buckets"
        name="buckets"
        mono
        required
        placeholder="photos, backups"
        hint="The buckets it was made for, or * for every bucket."
      />
      <Choice label="Permission" name="permission" options={permissionOptions} initial="read" />
      <Field
        label="Expires"
        name="expiresAt"
        type="datetime-local"
        hint="As the dashboard says. Empty: never."
      />
      <UnverifiedField />
    </DialogForm>
  );
};
