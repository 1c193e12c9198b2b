import { useEffect, useState } from 'react';
import type { Imported, ImportPreview } from '../../shared/contract/transfer.ts';
import { Field, SelectField } from '../components/Field.tsx';
import { present } from '../lib/forms.ts';
import { useWorkspace } from '../lib/useWorkspace.ts';
import { asWireError } from '../lib/wireError.ts';
import { useApp, useSlice } from '../stores/appContext.tsx';
import { DialogForm } from './DialogForm.tsx';
import { ImportChoice } from './ImportChoice.tsx';
import { ReplaceSource } from './ReplaceSource.tsx';

interface PickFileProps {
  readonly onPreview: (preview: ImportPreview) => void;
}

const PickFile = ({ onPreview }: PickFileProps) => {
  const { bridge } = useApp();
  const workspaces = useSlice('library', (state) => state.workspaces);
  const workspace = useWorkspace();
  const [isSealed, setSealed] = useState(false);
  return (
    <DialogForm
      title="Import from a file"
      description="An export of nfyio Vault, a .env file, ~/.aws/credentials, rclone.conf or .s3cfg. First you see what is in it."
      submit="Look into it"
      failure={isSealed ? 'It was not opened' : 'It cannot be imported'}
      onSubmit={async (form) => {
        try {
          const passphrase = form.secret('passphrase');
          onPreview(
            await bridge.call(
              'import.preview',
              present({
                path: form.text('path'),
                workspace: form.optional('workspace'),
                passphrase: passphrase === '' ? undefined : passphrase,
              }),
            ),
          );
        } catch (error) {
          if (asWireError(error).code === 'PASSPHRASE_NEEDED' && !isSealed) setSealed(true);
          else throw error;
        }
      }}
    >
      <Field
        label="File"
        name="path"
        mono
        required
        autoFocus
        placeholder="/home/you/.aws/credentials"
        hint="Its whole path on this machine."
      />
      <SelectField label="Into the workspace" name="workspace" defaultValue={workspace?.id}>
        {workspaces.map(({ id, name }) => (
          <option key={id} value={id}>
            {name}
          </option>
        ))}
      </SelectField>
      {isSealed && (
        <Field label="Passphrase of the file" name="passphrase" type="password" required autoFocus />
      )}
    </DialogForm>
  );
};

type Step =
  | { readonly kind: 'file' }
  | { readonly kind: 'choice'; readonly preview: ImportPreview }
  | { readonly kind: 'source'; readonly preview: ImportPreview; readonly imported: readonly Imported[] };

/** From a file to the vault: look, choose, and take the secret out of the file where it lay in clear. */
export const ImportDialog = () => {
  const { bridge, dialogs } = useApp();
  const [step, setStep] = useState<Step>({ kind: 'file' });
  const importId = step.kind === 'file' ? null : step.preview.importId;

  useEffect(() => {
    if (importId === null) return;
    // What waits in the host is of no more use; were it gone already, nothing is lost.
    return () => void bridge.call('import.discard', { importId }).catch(() => undefined);
  }, [bridge, importId]);

  switch (step.kind) {
    case 'file':
      return <PickFile onPreview={(preview) => setStep({ kind: 'choice', preview })} />;
    case 'choice':
      return (
        <ImportChoice
          preview={step.preview}
          onImported={(imported) => {
            if (step.preview.canReplaceSource) setStep({ ...step, kind: 'source', imported });
            else dialogs.close();
          }}
        />
      );
    case 'source':
      return <ReplaceSource importId={step.preview.importId} imported={step.imported} />;
  }
};
