import { Choice } from '../components/Choice.tsx';
import { Field } from '../components/Field.tsx';
import { present } from '../lib/forms.ts';
import { lifeDays } from '../lib/replacement.ts';
import { openShowOnce } from '../lib/showOnce.ts';
import { useReplaced } from '../lib/useReplaced.ts';
import { useWorkspace } from '../lib/useWorkspace.ts';
import { useApp } from '../stores/appContext.tsx';
import { CannotMake } from './CannotMake.tsx';
import { DialogForm } from './DialogForm.tsx';
import { NameField } from './NameField.tsx';
import { ReplacesNote, type ReplacingProps } from './ReplacesNote.tsx';

export const scopeOptions = [
  { value: 'read', label: 'Read', hint: 'GET only' },
  { value: 'write', label: 'Write', hint: 'Every method' },
] as const;

export const MintTokenDialog = ({ replaces }: ReplacingProps) => {
  const { bridge, dialogs, navigation } = useApp();
  const workspace = useWorkspace();
  const replaced = useReplaced(replaces, 'token');
  const old = replaced?.credential.kind === 'token' ? replaced.credential : null;
  if (workspace === null) return null;
  return (
    <DialogForm
      title="Mint token"
      description={`A new access token for the REST API of “${workspace.name}”.`}
      submit="Mint token"
      failure="No token was minted"
      onSubmit={async (form) => {
        const { credential, revealId, unsealed } = await bridge.call(
          'token.create',
          present({
            workspace: workspace.id,
            name: form.text('name'),
            scope: form.text('scope') === 'write' ? 'write' : 'read',
            expireDays: Number(form.text('expireDays')),
            route: form.optional('route'),
          }),
        );
        navigation.setState({ screen: 'credentials', credentialId: credential.id });
        openShowOnce(dialogs, { credential, revealId, unsealed });
      }}
    >
      <CannotMake operation="createToken" instead="importToken" />
      {old !== null && <ReplacesNote name={old.name} />}
      <NameField placeholder="ci-deploy" defaultValue={replaced?.name} />
      <Choice
        label="Scope"
        name="scope"
        options={scopeOptions}
        initial={replaced?.isNarrower ? 'read' : (old?.scope ?? 'read')}
      />
      <div className="grid grid-cols-2 gap-3">
        <Field
          label="Expires after (days)"
          name="expireDays"
          type="number"
          required
          min={1}
          max={365}
          defaultValue={(old && lifeDays(old)) ?? 30}
          hint="1 to 365. Short for CI."
        />
        <Field
          label="Route"
          name="route"
          mono
          placeholder="/api/chat/*"
          defaultValue={old?.route ?? undefined}
          hint="Optional: nothing outside it."
        />
      </div>
    </DialogForm>
  );
};
