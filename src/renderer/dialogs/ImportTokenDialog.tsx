import { Choice } from '../components/Choice.tsx';
import { Field } from '../components/Field.tsx';
import { present } from '../lib/forms.ts';
import { toIsoTime } from '../lib/toIsoTime.ts';
import { useWorkspace } from '../lib/useWorkspace.ts';
import { useApp } from '../stores/appContext.tsx';
import { DialogForm } from './DialogForm.tsx';
import { tellImported, UnverifiedField } from './importing.tsx';
import { scopeOptions } from './MintTokenDialog.tsx';
import { NameField } from './NameField.tsx';

export const ImportTokenDialog = () => {
  const { bridge, dialogs, navigation } = useApp();
  const workspace = useWorkspace();
  if (workspace === null) return null;
  return (
    <DialogForm
      title="Import token"
      description={`Paste what the dashboard showed you. It is shown to the service, and sealed for “${workspace.name}”.`}
      submit="Import token"
      failure="The token was not imported"
      onSubmit={async (form) => {
        const { credential } = await bridge.call(
          'token.import',
          present({
            workspace: workspace.id,
            unverified: form.checked('unverified') || undefined,
            name: form.text('name'),
            scope: form.text('scope') === 'write' ? 'write' : 'read',
            token: form.secret('token'),
            expiresAt: toIsoTime(form.optional('expiresAt')),
            route: form.optional('route'),
          }),
        );
        navigation.setState({ screen: 'credentials', credentialId: credential.id });
        dialogs.close();
        tellImported(credential);
      }}
    >
      <NameField placeholder="ci-deploy" />
      <Field label="Token" name="token" type="password" mono required placeholder="nfyio_at_…" />
      <Choice label="Scope" name="scope" options={scopeOptions} initial="read" />
      <div className="grid grid-cols-2 gap-3">
        <Field
          label="Expires"
          name="expiresAt"
          type="datetime-local"
          hint="As the dashboard says. Empty: never."
        />
        <Field label="Route" name="route" mono placeholder="/api/chat/*" hint="If it is bound to one." />
      </div>
      <UnverifiedField />
    </DialogForm>
  );
};
