import { toast } from 'sonner';
import type { Candidate, Imported, ImportPreview, Skipped } from '../../shared/contract/transfer.ts';
import { Field } from '../components/Field.tsx';
import { present } from '../lib/forms.ts';
import { useApp } from '../stores/appContext.tsx';
import { DialogForm } from './DialogForm.tsx';

const kindWords: Readonly<Record<Candidate['kind'], string>> = {
  workspace: 'Workspace',
  token: 'Token',
  key: 'Key',
  connection: 'Connection',
};

const skippedWords: Readonly<Record<Skipped['because'], string>> = {
  'session-token': 'it is temporary',
  incomplete: 'half of it is missing',
  local: 'it is a local credential of this vault',
  unusable: 'it cannot be a credential of nfyio',
  'unknown-kind': 'a later release made it',
};

const statusWords = ({ status, conflict }: Candidate): string => {
  if (status === 'same') return 'here already';
  if (status === 'new') return 'new';
  return conflict === 'name-taken' ? 'its name is taken' : 'here in another form';
};

const nameField = (id: string): string => `name ${id}`;

const CandidateRow = ({ candidate }: { readonly candidate: Candidate }) => {
  const { id, kind, name, workspace, accessKeyId, endpoint, isElsewhere, openPort, status, conflict } =
    candidate;
  const isHopeless = status === 'same' || conflict === 'differs';
  const words = [kindWords[kind], workspace, accessKeyId, statusWords(candidate)].filter(Boolean);
  return (
    <li className="space-y-2 px-3 py-2">
      <label className="flex items-start gap-2">
        <input
          type="checkbox"
          name="chosen"
          value={id}
          defaultChecked={status === 'new' && !isElsewhere}
          disabled={isHopeless}
          className="mt-0.5 size-4 shrink-0 accent-accent"
        />
        <span className="min-w-0">
          <span className="block truncate font-medium">{name}</span>
          <span className="block text-sm wrap-break-word text-muted">{words.join(' · ')}</span>
          {isElsewhere && (
            <span className="block text-sm text-warn-ink">
              It is for {endpoint}, which is not where this workspace is.
            </span>
          )}
          {openPort !== null && (
            <span className="block text-sm text-warn-ink">
              It opens port {openPort} to every program of this machine.
            </span>
          )}
        </span>
      </label>
      {conflict === 'name-taken' && <Field label={`Another name for “${name}”`} name={nameField(id)} />}
    </li>
  );
};

interface ImportChoiceProps {
  readonly preview: ImportPreview;
  readonly onImported: (imported: readonly Imported[]) => void;
}

export const ImportChoice = ({ preview, onImported }: ImportChoiceProps) => {
  const { bridge } = useApp();
  const { importId, candidates, skipped } = preview;
  return (
    <DialogForm
      title="What is in the file"
      description="Nothing has been changed yet. All of what you choose comes in, or none of it."
      submit="Import"
      failure="Nothing was imported"
      onSubmit={async (form) => {
        const chosen = form.all('chosen').map((id) => present({ id, name: form.optional(nameField(id)) }));
        const { imported } = await bridge.call('import.apply', { importId, chosen });
        const count = imported.filter(({ isNew }) => isNew).length;
        toast.success(count === 1 ? '1 thing was imported' : `${count} things were imported`);
        onImported(imported);
      }}
    >
      <ul aria-label="What is in the file" className="divide-y divide-line rounded-lg border border-line">
        {candidates.map((candidate) => (
          <CandidateRow key={candidate.id} candidate={candidate} />
        ))}
      </ul>
      {skipped.length > 0 && (
        <p className="text-sm text-muted">
          Left out: {skipped.map(({ name, because }) => `${name} (${skippedWords[because]})`).join(', ')}.
        </p>
      )}
    </DialogForm>
  );
};
