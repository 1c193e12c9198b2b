import clsx from 'clsx';
import { type ComponentProps, type ReactNode, useId } from 'react';

const box =
  'h-8 w-full rounded-md border border-field-line bg-canvas px-2.5 text-ink selectable focus-visible:outline-offset-0';

interface LabelledProps {
  readonly id: string;
  readonly label: string;
  readonly hint?: ReactNode;
  readonly className: string | undefined;
  readonly children: ReactNode;
}

const Labelled = ({ id, label, hint, className, children }: LabelledProps) => (
  <div className={clsx('min-w-0 space-y-1', className)}>
    <label htmlFor={id} className="block text-sm font-medium">
      {label}
    </label>
    {children}
    {hint !== undefined && (
      <p id={`${id}-hint`} className="text-sm text-muted">
        {hint}
      </p>
    )}
  </div>
);

const hintIdOf = (id: string, hint: ReactNode): string | undefined =>
  hint === undefined ? undefined : `${id}-hint`;

/** Nothing that is typed is remembered by the browser or sent to a spelling service. */
const unremembered = {
  autoComplete: 'off',
  autoCapitalize: 'off',
  autoCorrect: 'off',
  spellCheck: false,
} as const;

interface TypedProps {
  readonly label: string;
  readonly hint?: ReactNode;
  readonly mono?: boolean;
}

export const Field = ({
  label,
  hint,
  mono = false,
  className,
  ...rest
}: TypedProps & ComponentProps<'input'>) => {
  const id = useId();
  return (
    <Labelled {...{ id, label, hint, className }}>
      <input
        id={id}
        {...unremembered}
        aria-describedby={hintIdOf(id, hint)}
        className={clsx(box, mono && 'font-mono text-sm')}
        {...rest}
      />
    </Labelled>
  );
};

/** Several lines, of which none is secret: what is typed here can be seen. */
export const TextAreaField = ({
  label,
  hint,
  mono = false,
  className,
  ...rest
}: TypedProps & ComponentProps<'textarea'>) => {
  const id = useId();
  return (
    <Labelled {...{ id, label, hint, className }}>
      <textarea
        id={id}
        rows={3}
        {...unremembered}
        aria-describedby={hintIdOf(id, hint)}
        className={clsx(box, 'h-auto resize-y py-1.5', mono && 'font-mono text-sm')}
        {...rest}
      />
    </Labelled>
  );
};

interface SelectFieldProps extends ComponentProps<'select'> {
  readonly label: string;
}

export const SelectField = ({ label, className, children, ...rest }: SelectFieldProps) => {
  const id = useId();
  return (
    <Labelled {...{ id, label, className }}>
      <select id={id} className={clsx(box, 'pr-1.5')} {...rest}>
        {children}
      </select>
    </Labelled>
  );
};

interface CheckFieldProps extends ComponentProps<'input'> {
  readonly label: string;
  readonly hint?: string;
}

export const CheckField = ({ label, hint, ...rest }: CheckFieldProps) => {
  const id = useId();
  return (
    <div className="flex gap-2">
      <input
        id={id}
        type="checkbox"
        aria-describedby={hintIdOf(id, hint)}
        className="mt-0.5 size-4 shrink-0 accent-accent"
        {...rest}
      />
      <div>
        <label htmlFor={id} className="font-medium">
          {label}
        </label>
        {hint !== undefined && (
          <p id={`${id}-hint`} className="text-sm text-muted">
            {hint}
          </p>
        )}
      </div>
    </div>
  );
};
