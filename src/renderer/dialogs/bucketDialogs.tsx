import { Cylinder, Trash2 } from 'lucide-react';
import { useState } from 'react';
import { toast } from 'sonner';
import { refusalWords } from '../../shared/capabilityWords.ts';
import { IconButton } from '../components/Button.tsx';
import { DashboardLink } from '../components/DashboardLink.tsx';
import { ErrorNote } from '../components/ErrorNote.tsx';
import { Field } from '../components/Field.tsx';
import { useAnswer } from '../lib/useAnswer.ts';
import { useCapabilities } from '../lib/useCapabilities.ts';
import { useWorkspace } from '../lib/useWorkspace.ts';
import { useApp } from '../stores/appContext.tsx';
import { DialogForm } from './DialogForm.tsx';

interface BucketListProps {
  readonly workspaceId: string;
  /** Another one reads the list again. */
  readonly version: number;
}

const BucketList = ({ workspaceId, version }: BucketListProps) => {
  const { dialogs } = useApp();
  const { output, error } = useAnswer('bucket.list', { workspace: workspaceId }, `${workspaceId} ${version}`);
  if (error !== null) return <ErrorNote what="The buckets could not be listed" error={error} />;
  if (output?.buckets.length === 0) return <p className="text-muted">No buckets yet.</p>;
  return (
    <ul aria-label="Buckets" className="max-h-60 min-h-8 overflow-y-auto rounded-lg border border-line">
      {output?.buckets.map(({ name }) => (
        <li key={name} className="flex items-center gap-2 border-line px-3 py-0.5 not-first:border-t">
          <Cylinder aria-hidden className="size-3.5 text-muted" />
          <span className="selectable min-w-0 flex-1 truncate font-mono text-sm">{name}</span>
          <IconButton
            label={`Delete bucket ${name}…`}
            onClick={() => dialogs.open({ kind: 'deleteBucket', bucket: name })}
          >
            <Trash2 aria-hidden />
          </IconButton>
        </li>
      ))}
    </ul>
  );
};

export const BucketsDialog = () => {
  const { bridge } = useApp();
  const { workspace } = useCapabilities();
  const [version, setVersion] = useState(0);
  if (workspace === null) return null;
  const because = refusalWords(workspace, 'createBucket');
  return (
    <DialogForm
      title="Buckets"
      description={`Buckets of “${workspace.name}”, by its control token: an access key cannot make or delete them.`}
      submit="Create bucket"
      failure="No bucket was created"
      onSubmit={async (form) => {
        const { bucket } = await bridge.call('bucket.create', {
          workspace: workspace.id,
          name: form.text('bucket'),
        });
        setVersion(version + 1);
        toast.success(`Created bucket “${bucket.name}”`);
      }}
    >
      {because !== null && (
        <p role="note" className="rounded-lg bg-warn-soft px-3 py-2.5 text-warn-ink">
          {because} Buckets are made in the dashboard then. <DashboardLink workspace={workspace} />
        </p>
      )}
      {workspace.hasControlToken && <BucketList workspaceId={workspace.id} version={version} />}
      <Field
        key={version}
        label="New bucket"
        name="bucket"
        mono
        required
        autoFocus
        minLength={3}
        maxLength={63}
        placeholder="photos"
        hint="3 to 63 of a–z, 0–9 and -."
      />
    </DialogForm>
  );
};

/** Typed, because it cannot be undone. */
export const DeleteBucketDialog = ({ bucket }: { readonly bucket: string }) => {
  const { bridge, dialogs } = useApp();
  const workspace = useWorkspace();
  const [typed, setTyped] = useState('');
  if (workspace === null) return null;
  return (
    <DialogForm
      danger
      title={`Delete bucket “${bucket}”?`}
      description={`It is deleted at the service of “${workspace.name}”, for everybody. Only an empty bucket can be deleted. This cannot be undone.`}
      submit="Delete bucket"
      failure="The bucket was not deleted"
      blocked={typed !== bucket}
      onSubmit={async () => {
        await bridge.call('bucket.delete', { workspace: workspace.id, name: bucket });
        dialogs.open({ kind: 'buckets' });
        toast.success(`Deleted bucket “${bucket}”`);
      }}
    >
      <Field
        label="Type the name of the bucket"
        name="confirm"
        mono
        autoFocus
        value={typed}
        onChange={(event) => setTyped(event.target.value)}
      />
    </DialogForm>
  );
};
