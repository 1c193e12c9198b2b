import { Field } from '../components/Field.tsx';

interface NameFieldProps {
  readonly placeholder: string;
  readonly defaultValue?: string | undefined;
}

/** What a person is to call the new thing: the first field of its dialog. */
export const NameField = (props: NameFieldProps) => (
  <Field label="Name" name="name" required maxLength={80} autoFocus {...props} />
);
