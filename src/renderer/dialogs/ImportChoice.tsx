import { toast } from 'sonner';
import type { Candidate, Imported, ImportPreview } from '../../shared/contract/transfer.ts';
import { skippedWords } from '../../shared/skippedWords.ts';
import { Choice } from '../components/Choice.tsx';
import { Field } from '../components/Field.tsx';
import { present, splitWords } from '../lib/forms.ts';
import { useApp } from '../stores/appContext.tsx';
import { permissionOptions } from './CreateKeyDialog.tsx';
import { DialogForm } from './DialogForm.tsx';

const kindWords: Readonly<Record<Candidate['kind'], string>> = {
  workspace: 'Workspace',
  token: 'Token',
  key: 'Key',
  connection: 'Connection',
};

const statusWords = ({ status, conflict }: Candidate): string => {
  if (status === 'same') return 'here already';
  if (status === 'new') return 'new';
  return conflict === 'name-taken' ? 'its name is taken' : 'here in another form';
};

const nameField = (id: string): string => `name ${id}`;

const warningsOf = ({
  endpoint,
  isElsewhere,
  openPort,
  isSandboxElsewhere,
}: Candidate): readonly string[] => [
  ...(isElsewhere ? [`It is for ${endpoint}, which is not where this workspace is.`] : []),
  ...(openPort === null ? [] : [`It opens port ${openPort} to every program of this machine.`]),
  ...(isSandboxElsewhere ? ['It was the sandbox of another vault; its service is not here.'] : []),
];

const CandidateRow = ({ candidate }: { readonly candidate: Candidate }) => {
  const { id, kind, name, workspace, accessKeyId, isElsewhere, status, conflict } = candidate;
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
          {warningsOf(candidate).map((warning) => (
            <span key={warning} className="block text-sm text-warn-ink">
              {warning}
            </span>
          ))}
        </span>
      </label>
      {conflict === 'name-taken' && <Field label={`Another name for “${name}”`} name={nameField(id)} />}
    </li>
  );
};

/** A foreign file does not say what its keys may do; the service judges it anyway. */
const KeyLimits = () => (
  <>
    <Field
      label="Buckets of the keys"
      name="buckets"
      mono
      required
      defaultValue="*"
      hint="The buckets that they were made for, or * for every bucket."
    />
    <Choice
      label="Permission of the keys"
      name="permission"
      options={permissionOptions}
      initial="read-write"
    />
  </>
);

interface ImportChoiceProps {
  readonly preview: ImportPreview;
  readonly onImported: (imported: readonly Imported[]) => void;
}

export const ImportChoice = ({ preview, onImported }: ImportChoiceProps) => {
  const { bridge } = useApp();
  const { importId, candidates, skipped, canReplaceSource } = preview;
  const hasForeignKeys = canReplaceSource && candidates.some(({ kind }) => kind === 'key');
  return (
    <DialogForm
      title="What is in the file"
      description="Nothing has been changed yet. All of what you choose comes in, or none of it."
      submit="Import"
      failure="Nothing was imported"
      onSubmit={async (form) => {
        const chosen = form.all('chosen').map((id) => present({ id, name: form.optional(nameField(id)) }));
        const buckets = splitWords(form.text('buckets'));
        const permission = form.text('permission') === 'read' ? 'read' : 'read-write';
        const keys = hasForeignKeys ? ({ buckets, permission } as const) : undefined;
        const { imported } = await bridge.call('import.apply', present({ importId, chosen, keys }));
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
      {hasForeignKeys && <KeyLimits />}
      {skipped.length > 0 && (
        <p className="text-sm text-muted">
          Left out: {skipped.map(({ name, because }) => `${name} (${skippedWords[because]})`).join(', ')}.
        </p>
      )}
    </DialogForm>
  );
};
