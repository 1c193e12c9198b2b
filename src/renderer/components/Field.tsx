import clsx from 'clsx';
import { type ComponentProps, type ReactNode, useId } from 'react';

const box =
  'h-8 w-full rounded-md border border-field-line bg-canvas px-2.5 text-ink selectable focus-visible:outline-offset-0';

interface FieldProps extends ComponentProps<'input'> {
  readonly label: string;
  readonly hint?: ReactNode;
  readonly mono?: boolean;
}

/** Nothing that is typed here is remembered by the browser or sent to a spelling service. */
export const Field = ({ label, hint, mono = false, className, ...rest }: FieldProps) => {
  const id = useId();
  return (
    <div className={clsx('min-w-0 space-y-1', className)}>
      <label htmlFor={id} className="block text-sm font-medium">
        {label}
      </label>
      <input
        id={id}
        autoComplete="off"
        autoCapitalize="off"
        autoCorrect="off"
        spellCheck={false}
        aria-describedby={hint === undefined ? undefined : `${id}-hint`}
        className={clsx(box, mono && 'font-mono text-sm')}
        {...rest}
      />
      {hint !== undefined && (
        <p id={`${id}-hint`} className="text-sm text-muted">
          {hint}
        </p>
      )}
    </div>
  );
};

interface TextAreaFieldProps extends ComponentProps<'textarea'> {
  readonly label: string;
  readonly hint?: ReactNode;
  readonly mono?: boolean;
}

/** Several lines, of which none is secret: what is typed here can be seen. */
export const TextAreaField = ({ label, hint, mono = false, className, ...rest }: TextAreaFieldProps) => {
  const id = useId();
  return (
    <div className={clsx('min-w-0 space-y-1', className)}>
      <label htmlFor={id} className="block text-sm font-medium">
        {label}
      </label>
      <textarea
        id={id}
        rows={3}
        autoComplete="off"
        autoCapitalize="off"
        autoCorrect="off"
        spellCheck={false}
        aria-describedby={hint === undefined ? undefined : `${id}-hint`}
        className={clsx(box, 'h-auto resize-y py-1.5', mono && 'font-mono text-sm')}
        {...rest}
      />
      {hint !== undefined && (
        <p id={`${id}-hint`} className="text-sm text-muted">
          {hint}
        </p>
      )}
    </div>
  );
};

interface SelectFieldProps extends ComponentProps<'select'> {
  readonly label: string;
}

export const SelectField = ({ label, className, children, ...rest }: SelectFieldProps) => {
  const id = useId();
  return (
    <div className={clsx('min-w-0 space-y-1', className)}>
      <label htmlFor={id} className="block text-sm font-medium">
        {label}
      </label>
      <select id={id} className={clsx(box, 'pr-1.5')} {...rest}>
        {children}
      </select>
    </div>
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
        aria-describedby={hint === undefined ? undefined : `${id}-hint`}
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
