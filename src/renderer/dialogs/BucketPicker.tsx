import { Field } from '../components/Field.tsx';
import { type FormValues, splitWords } from '../lib/forms.ts';
import { useAnswer } from '../lib/useAnswer.ts';

export const pickedBuckets = (form: FormValues): string[] => [
  ...new Set([...form.all('bucket'), ...splitWords(form.text('buckets'))]),
];

interface BucketPickerProps {
  readonly workspaceId: string;
  readonly hint: string;
  readonly required: boolean;
  /** Chosen to begin with. */
  readonly picked?: readonly string[];
}

/** Buckets to tick where the service lists them; otherwise they are typed. */
export const BucketPicker = ({ workspaceId, hint, required, picked = [] }: BucketPickerProps) => {
  const { output } = useAnswer('bucket.list', { workspace: workspaceId }, workspaceId);
  const buckets = output?.buckets ?? [];
  if (buckets.length === 0)
    return (
      <Field
        label="Buckets"
        name="buckets"
        mono
        required={required}
        placeholder="photos, backups"
        defaultValue={picked.join(', ')}
        hint={hint}
      />
    );
  return (
    <fieldset className="space-y-2">
      <legend className="mb-1 text-sm font-medium">Buckets</legend>
      <div className="-mx-0.5 flex max-h-28 flex-wrap gap-1.5 overflow-y-auto p-0.5">
        {buckets.map(({ name }) => (
          <label
            key={name}
            className="flex h-7 items-center rounded-full border border-line-strong px-3 font-mono text-sm hover:bg-hover has-checked:border-accent has-checked:bg-accent-soft has-checked:text-accent-ink has-focus-visible:outline-2 has-focus-visible:outline-accent"
          >
            <input
              type="checkbox"
              name="bucket"
              value={name}
              defaultChecked={picked.includes(name)}
              className="sr-only"
            />
            {name}
          </label>
        ))}
      </div>
      <p className="text-sm text-muted">{hint}</p>
    </fieldset>
  );
};
