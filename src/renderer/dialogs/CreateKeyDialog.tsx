import { Choice } from '../components/Choice.tsx';
import { Field } from '../components/Field.tsx';
import { present } from '../lib/forms.ts';
import { lifeDays } from '../lib/replacement.ts';
import { openShowOnce } from '../lib/showOnce.ts';
import { useReplaced } from '../lib/useReplaced.ts';
import { useWorkspace } from '../lib/useWorkspace.ts';
import { useApp } from '../stores/appContext.tsx';
import { BucketPicker, pickedBuckets } from './BucketPicker.tsx';
import { CannotMake } from './CannotMake.tsx';
import { DialogForm } from './DialogForm.tsx';
import { NameField } from './NameField.tsx';
import { ReplacesNote, type ReplacingProps } from './ReplacesNote.tsx';

export const permissionOptions = [
  { value: 'read', label: 'Read', hint: 'Get, head and list' },
  { value: 'read-write', label: 'Read and write', hint: 'Put, delete and multipart too' },
] as const;

export const CreateKeyDialog = ({ replaces }: ReplacingProps) => {
  const { bridge, dialogs, navigation } = useApp();
  const workspace = useWorkspace();
  const replaced = useReplaced(replaces, 'key');
  const old = replaced?.credential.kind === 'key' ? replaced.credential : null;
  if (workspace === null) return null;
  return (
    <DialogForm
      title="Create key"
      description={`A new S3 access key for the object storage of “${workspace.name}”.`}
      submit="Create key"
      failure="No key was created"
      onSubmit={async (form) => {
        const days = form.text('expireDays');
        const { credential, revealId, unsealed } = await bridge.call(
          'key.create',
          present({
            workspace: workspace.id,
            name: form.text('name'),
            buckets: pickedBuckets(form),
            permission: form.text('permission') === 'read' ? 'read' : 'read-write',
            expireDays: days === '' ? undefined : Number(days),
          }),
        );
        navigation.setState({ screen: 'credentials', credentialId: credential.id });
        openShowOnce(dialogs, { credential, revealId, unsealed });
      }}
    >
      <CannotMake operation="createKey" instead="importKey" />
      {old !== null && <ReplacesNote name={old.name} />}
      <NameField placeholder="backup-job" defaultValue={replaced?.name} />
      <BucketPicker
        workspaceId={workspace.id}
        required
        picked={old?.buckets ?? []}
        hint="One bucket a key is the safest choice."
      />
      <Choice
        label="Permission"
        name="permission"
        options={permissionOptions}
        initial={replaced?.isNarrower ? 'read' : (old?.permission ?? 'read')}
      />
      <Field
        label="Expires after (days)"
        name="expireDays"
        type="number"
        min={1}
        max={365}
        placeholder="never"
        defaultValue={(old && lifeDays(old)) ?? undefined}
        hint="Empty: it never expires."
      />
    </DialogForm>
  );
};
