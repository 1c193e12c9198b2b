import clsx from 'clsx';
import { useState } from 'react';
import type { Credential } from '../../shared/contract/credentials.ts';
import type { Target, TargetChange, TargetKind, ValueNames } from '../../shared/contract/rollout.ts';
import { usualNames } from '../../shared/usualNames.ts';
import { Field, SelectField, TextAreaField } from '../components/Field.tsx';
import { type FormValues, present } from '../lib/forms.ts';
import { type AccessForm, type PlaceField, placeForms, readAccess } from '../lib/placeForms.ts';
import { placeTitles } from '../lib/targetWords.ts';
import { useApp, useSlice } from '../stores/appContext.tsx';
import { DialogForm } from './DialogForm.tsx';
import { PreviewPlace } from './PreviewPlaceDialog.tsx';

const kinds = Object.keys(placeTitles) as readonly TargetKind[];

const PlaceInput = ({ field }: { readonly field: PlaceField }) => {
  const { name, label, placeholder, initial, hint, isOptional = false, isLines = false } = field;
  const shared = { name, placeholder, hint, mono: true, required: !isOptional };
  const title = isOptional ? `${label} (optional)` : label;
  return isLines ? (
    <TextAreaField label={title} {...shared} />
  ) : (
    <Field label={title} defaultValue={initial} {...shared} />
  );
};

const AccessInput = ({ access }: { readonly access: AccessForm }) =>
  access.kind === 'one' ? (
    <Field label={access.label} name="access" type="password" mono required hint={access.hint} />
  ) : (
    <div className="grid grid-cols-2 gap-x-3 gap-y-4">
      <Field label="AWS access key id" name="accessKeyId" mono required />
      <Field label="AWS secret access key" name="secretAccessKey" type="password" mono required />
      <Field
        className="col-span-2"
        label="AWS session token (optional)"
        name="sessionToken"
        type="password"
        mono
        hint="Of a user that may read and write that secret, and nothing else."
      />
    </div>
  );

const nameLabels: Readonly<Record<string, string>> = {
  token: 'Name of the token there',
  accessKeyId: 'Name of the key id there',
  secretAccessKey: 'Name of the secret there',
};
const nameField = (value: string): string => `name ${value}`;

const NameInputs = ({ names }: { readonly names: ValueNames }) => (
  <div className="grid grid-cols-2 gap-3">
    {Object.entries(names).map(([value, usual]) => (
      <Field
        key={value}
        label={nameLabels[value] ?? value}
        name={nameField(value)}
        mono
        required
        maxLength={255}
        defaultValue={usual}
      />
    ))}
  </div>
);

const readNames = (names: ValueNames, form: FormValues): ValueNames =>
  Object.fromEntries(Object.keys(names).map((value) => [value, form.text(nameField(value))])) as ValueNames;

interface Added {
  readonly target: Target;
  readonly changes: readonly TargetChange[];
}

interface PlaceFormProps {
  readonly credential: Credential;
  readonly onAdded: (added: Added) => void;
}

/** What opens a place is read from the form when it is sent, and leaves with the form. */
const ChoosePlace = ({ credential, onAdded }: PlaceFormProps) => {
  const { bridge } = useApp();
  const [kind, setKind] = useState<TargetKind>('dotenv');
  const { fields, access, hasNames, read } = placeForms[kind];
  const names = usualNames(kind, credential.kind);
  return (
    <DialogForm
      title={`Keep “${credential.name}” in another place`}
      description="The vault writes the secret there, and again whenever it is replaced. First you see what that would change."
      submit="Look at it"
      failure="The place was not added"
      onSubmit={async (form) => {
        onAdded(
          await bridge.call(
            'target.add',
            present({
              credential: credential.id,
              kind: credential.kind,
              place: read(form),
              names: hasNames ? readNames(names, form) : undefined,
              access: readAccess(access, form),
            }),
          ),
        );
      }}
    >
      <SelectField
        label="Place"
        value={kind}
        autoFocus
        onChange={({ target }) => setKind(target.value as TargetKind)}
      >
        {kinds
          .filter((one) => one !== 'awsProfile' || credential.kind === 'key')
          .map((one) => (
            <option key={one} value={one}>
              {placeTitles[one]}
            </option>
          ))}
      </SelectField>
      <div key={kind} className="space-y-4">
        <div className={clsx('grid gap-x-3 gap-y-4', fields.length > 2 && 'grid-cols-2')}>
          {fields.map((field) => (
            <PlaceInput key={field.name} field={field} />
          ))}
        </div>
        {hasNames && <NameInputs names={names} />}
        {access !== null && <AccessInput access={access} />}
      </div>
    </DialogForm>
  );
};

export const AddPlaceDialog = ({ credentialId }: { readonly credentialId: string }) => {
  const credential = useSlice('library', (state) => state.credentials.find(({ id }) => id === credentialId));
  const [added, setAdded] = useState<Added | null>(null);
  if (added !== null) return <PreviewPlace {...added} cancel="Later" />;
  return credential === undefined ? null : <ChoosePlace credential={credential} onAdded={setAdded} />;
};
