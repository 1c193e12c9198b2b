import { toast } from 'sonner';
import type { Credential } from '../../shared/contract/credentials.ts';
import { SelectField } from '../components/Field.tsx';
import { useApp, useSlice } from '../stores/appContext.tsx';
import { CannotMake } from './CannotMake.tsx';
import { DialogForm } from './DialogForm.tsx';
import { PlacesNote } from './PlacesNote.tsx';
import { RenewKey } from './RenewKey.tsx';

const MINUTE_MS = 60_000;
const drains = [
  { drainMs: 0, title: 'As soon as nothing runs with it' },
  { drainMs: 10 * MINUTE_MS, title: 'When nothing has used it for 10 minutes' },
  { drainMs: 60 * MINUTE_MS, title: 'When nothing has used it for an hour' },
  { drainMs: 24 * 60 * MINUTE_MS, title: 'When nothing has used it for a day' },
] as const;

export const DrainField = () => (
  <SelectField label="Delete the old one" name="drainMs" defaultValue={10 * MINUTE_MS}>
    {drains.map(({ drainMs, title }) => (
      <option key={drainMs} value={drainMs}>
        {title}
      </option>
    ))}
  </SelectField>
);

const RotateToken = ({ credential }: { readonly credential: Credential }) => {
  const { bridge, dialogs, navigation } = useApp();
  return (
    <DialogForm
      title={`Rotate “${credential.name}”`}
      description="A new token with the same scope, route and days takes its place in every connection at once. The old one goes on until it is no longer used; until then this can be taken back."
      submit="Rotate"
      failure="It was not rotated"
      onSubmit={async (form) => {
        const made = await bridge.call('rotation.start', {
          credential: credential.id,
          drainMs: Number(form.text('drainMs')),
        });
        navigation.setState({ screen: 'credentials', credentialId: made.credential.id });
        dialogs.close();
        toast.success(`“${credential.name}” is a new token now`);
      }}
    >
      <CannotMake operation="createToken" instead="importToken" />
      <PlacesNote credentialId={credential.id} />
      <DrainField />
    </DialogForm>
  );
};

export const RotateDialog = ({ credentialId }: { readonly credentialId: string }) => {
  const credential = useSlice('library', (state) => state.credentials.find(({ id }) => id === credentialId));
  if (credential === undefined) return null;
  return credential.kind === 'token' ? (
    <RotateToken credential={credential} />
  ) : (
    <RenewKey credential={credential} />
  );
};
