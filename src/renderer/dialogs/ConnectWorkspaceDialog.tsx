import { toast } from 'sonner';
import { Field } from '../components/Field.tsx';
import { present } from '../lib/forms.ts';
import { useApp } from '../stores/appContext.tsx';
import { DialogForm } from './DialogForm.tsx';
import { NameField } from './NameField.tsx';

export const ConnectWorkspaceDialog = () => {
  const { bridge, dialogs, navigation, library } = useApp();
  return (
    <DialogForm
      title="Connect a workspace"
      description="With a control token the vault can mint tokens and create keys for you. Without one, import them."
      submit="Connect"
      failure="The workspace was not connected"
      onSubmit={async (form) => {
        const { workspace } = await bridge.call(
          'workspace.add',
          present({
            name: form.text('name'),
            controlToken: form.secret('controlToken') || undefined,
            apiUrl: form.optional('apiUrl'),
            s3Url: form.optional('s3Url'),
          }),
        );
        await library.refresh(['workspaces']);
        navigation.setState({ workspaceId: workspace.id, screen: 'credentials', credentialId: null });
        dialogs.close();
        toast.success(`Connected “${workspace.name}”`);
      }}
    >
      <NameField placeholder="production" />
      <Field
        label="Control token"
        name="controlToken"
        type="password"
        mono
        placeholder="nfyio_at_…"
        hint="An access token with scope “write” from the dashboard. Optional."
      />
      <fieldset className="grid grid-cols-2 gap-3">
        <legend className="mb-1 font-medium">Endpoints of your own</legend>
        <Field label="API URL" name="apiUrl" mono placeholder="https://app.nfyio.com" />
        <Field label="S3 URL" name="s3Url" mono placeholder="https://s3.nfyio.com" />
        <p className="col-span-2 text-sm text-muted">
          Leave both empty for nfyio itself. With only one of them, the workspace has only that half.
        </p>
      </fieldset>
    </DialogForm>
  );
};
