import { toast } from 'sonner';
import { DashboardLink } from '../components/DashboardLink.tsx';
import { Field } from '../components/Field.tsx';
import { useWorkspace } from '../lib/useWorkspace.ts';
import { useApp } from '../stores/appContext.tsx';
import { DialogForm } from './DialogForm.tsx';

/** For when its own has expired, or it never had one: its credentials and connections stay. */
export const ControlTokenDialog = () => {
  const { bridge, dialogs, library } = useApp();
  const workspace = useWorkspace();
  if (workspace === null) return null;
  return (
    <DialogForm
      title="Give a control token"
      description={`The vault asks the service with it on behalf of “${workspace.name}”. Its credentials and connections stay as they are.`}
      submit="Give token"
      failure="The workspace did not get the token"
      onSubmit={async (form) => {
        await bridge.call('workspace.setControlToken', {
          workspace: workspace.id,
          controlToken: form.secret('controlToken'),
        });
        await library.refresh(['workspaces']);
        dialogs.close();
        toast.success(`“${workspace.name}” has a new control token`);
      }}
    >
      <Field
        label="Control token"
        name="controlToken"
        type="password"
        mono
        required
        autoFocus
        placeholder="nfyio_at_…"
        hint="An access token with scope “write”, made in the dashboard for the same workspace."
      />
      <DashboardLink workspace={workspace} />
    </DialogForm>
  );
};
