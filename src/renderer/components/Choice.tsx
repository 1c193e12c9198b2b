import { useId } from 'react';

interface ChoiceProps<Value extends string> {
  readonly label: string;
  readonly name: string;
  readonly options: readonly { readonly value: Value; readonly label: string; readonly hint: string }[];
  readonly initial: Value;
  readonly onChoose?: (value: Value) => void;
}

/** A few exclusive ways, each with its one-line consequence: radio buttons, drawn as cards. */
export const Choice = <Value extends string>({
  label,
  name,
  options,
  initial,
  onChoose,
}: ChoiceProps<Value>) => {
  const id = useId();
  return (
    <fieldset className="space-y-1">
      <legend className="mb-1 text-sm font-medium">{label}</legend>
      <div className="grid grid-cols-2 gap-2">
        {options.map(({ value, label: title, hint }) => (
          <label
            key={value}
            className="rounded-lg border border-line-strong px-3 py-2 transition-colors hover:bg-hover has-checked:border-accent has-checked:bg-accent-soft has-focus-visible:outline-2 has-focus-visible:outline-offset-1 has-focus-visible:outline-accent"
          >
            <input
              type="radio"
              name={name}
              value={value}
              defaultChecked={value === initial}
              onChange={() => onChoose?.(value)}
              aria-labelledby={`${id}-${value}`}
              aria-describedby={`${id}-${value}-hint`}
              className="sr-only"
            />
            <span id={`${id}-${value}`} className="block font-medium">
              {title}
            </span>
            <span id={`${id}-${value}-hint`} className="block text-sm text-muted">
              {hint}
            </span>
          </label>
        ))}
      </div>
    </fieldset>
  );
};
