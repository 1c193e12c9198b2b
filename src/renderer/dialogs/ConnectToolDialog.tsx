import { TriangleAlert } from 'lucide-react';
import { useState } from 'react';
import { toast } from 'sonner';
import type { ConnectionKind } from '../../shared/contract/connections.ts';
import type { CallInput } from '../../shared/contract/contract.ts';
import { Choice } from '../components/Choice.tsx';
import { CheckField, Field, SelectField } from '../components/Field.tsx';
import { type FormValues, present, splitWords } from '../lib/forms.ts';
import { credentialWords } from '../lib/scopeWords.ts';
import { useWorkspace } from '../lib/useWorkspace.ts';
import { useApp, useSlice } from '../stores/appContext.tsx';
import { BucketPicker, pickedBuckets } from './BucketPicker.tsx';
import { DialogForm } from './DialogForm.tsx';
import { NameField } from './NameField.tsx';

const kinds = [
  { value: 's3', label: 'Object storage', hint: 'AWS CLI, boto3, rclone, any S3 tool' },
  { value: 'api', label: 'REST API', hint: 'curl, any tool with a base URL' },
] as const;

const HOUR_MS = 3_600_000;
const lifetimes = [
  { label: 'Until revoked', ms: 0 },
  { label: '1 hour', ms: HOUR_MS },
  { label: '8 hours', ms: 8 * HOUR_MS },
  { label: '1 day', ms: 24 * HOUR_MS },
  { label: '7 days', ms: 168 * HOUR_MS },
  { label: '30 days', ms: 720 * HOUR_MS },
] as const;

const nonEmpty = <Item,>(items: Item[]): Item[] | undefined => (items.length === 0 ? undefined : items);

const toInput = (
  form: FormValues,
  workspace: string,
  kind: ConnectionKind,
): CallInput<'connection.create'> => {
  const credential = form.optional('credential');
  const ttlMs = Number(form.text('ttlMs'));
  const open = form.checked('open');
  return present({
    workspace,
    kind,
    name: form.text('name'),
    credentials: credential === undefined ? undefined : [credential],
    readOnly: form.checked('readOnly') || undefined,
    buckets: kind === 's3' ? nonEmpty(pickedBuckets(form)) : undefined,
    prefix: form.optional('prefix'),
    route: form.optional('route'),
    // The contract checks the names of the methods and says which one it does not know.
    methods: nonEmpty(splitWords(form.text('methods'))),
    ttlMs: ttlMs === 0 ? undefined : ttlMs,
    open: open || undefined,
    port: open ? Number(form.text('port')) : undefined,
  });
};

const OpenPort = () => {
  const [open, setOpen] = useState(false);
  return (
    <div className="space-y-3">
      <CheckField
        label="Open a port without authentication"
        name="open"
        hint="Only for a tool that can be given nothing but a host and a port."
        onChange={(event) => setOpen(event.target.checked)}
      />
      {open && (
        <div className="space-y-3 rounded-lg bg-warn-soft p-3">
          <p className="flex gap-2 text-warn-ink">
            <TriangleAlert aria-hidden className="mt-0.5 size-4 shrink-0" />
            Every program on this machine will be able to use it while the vault is unlocked. Narrow it, and
            give it a short life.
          </p>
          <Field
            label="Port"
            name="port"
            type="number"
            required
            min={0}
            max={65_535}
            defaultValue={0}
            hint="0 picks a free one."
          />
        </div>
      )}
    </div>
  );
};

const Narrowing = ({ kind, workspaceId }: { readonly kind: ConnectionKind; readonly workspaceId: string }) =>
  kind === 's3' ? (
    <>
      <BucketPicker workspaceId={workspaceId} required={false} hint="None: whatever its keys reach." />
      <Field
        label="Key prefix"
        name="prefix"
        mono
        placeholder="builds/"
        hint="Only object keys that begin so."
      />
    </>
  ) : (
    <div className="grid grid-cols-2 gap-3">
      <Field label="Route" name="route" mono placeholder="/api/chat/*" hint="Empty: every route." />
      <Field label="Methods" name="methods" mono placeholder="GET POST" hint="Empty: every method." />
    </div>
  );

export const ConnectToolDialog = ({ credentialId }: { readonly credentialId: string | null }) => {
  const { bridge, dialogs, navigation, library } = useApp();
  const workspace = useWorkspace();
  const credentials = useSlice('library', (state) => state.credentials);
  const rotations = useSlice('library', (state) => state.rotations);
  const chosen = credentials.find(({ id }) => id === credentialId);
  const [kind, setKind] = useState<ConnectionKind>(chosen?.kind === 'token' ? 'api' : 's3');
  if (workspace === null) return null;
  const fitting = credentials.filter(
    (credential) =>
      credential.workspaceId === workspace.id &&
      credential.kind === (kind === 's3' ? 'key' : 'token') &&
      !rotations.some(({ retiringId }) => retiringId === credential.id),
  );
  return (
    <DialogForm
      title="Connect a tool"
      description="The tool gets a local key and an address. The vault signs with the real credential."
      submit="Connect"
      failure="The tool was not connected"
      onSubmit={async (form) => {
        const { connection } = await bridge.call('connection.create', toInput(form, workspace.id, kind));
        await library.refresh(['connections', 'credentials']);
        navigation.setState({ screen: 'connections', connectionId: connection.id });
        dialogs.close();
        toast.success(`Connected “${connection.name}”`);
      }}
    >
      <Choice label="What it speaks" name="kind" options={kinds} initial={kind} onChoose={setKind} />
      <NameField placeholder={kind === 's3' ? 'aws-cli' : 'chat-script'} />
      <div className="grid grid-cols-2 gap-3">
        <SelectField label="Signs with" name="credential" key={kind} defaultValue={chosen?.id ?? ''}>
          <option value="">
            {fitting.length === 0 ? 'A new credential, made to fit' : 'Whatever fits best'}
          </option>
          {fitting.map((credential) => (
            <option key={credential.id} value={credential.id}>
              {credential.name} ({credentialWords(credential).join(', ')})
            </option>
          ))}
        </SelectField>
        <SelectField label="Lasts" name="ttlMs" defaultValue="0">
          {lifetimes.map(({ label, ms }) => (
            <option key={ms} value={ms}>
              {label}
            </option>
          ))}
        </SelectField>
      </div>
      <CheckField label="Read-only" name="readOnly" hint="Refuses whatever would change something." />
      <details className="group rounded-lg border border-line">
        <summary className="rounded-lg px-3 py-2 font-medium hover:bg-hover">Narrow it further</summary>
        <div className="space-y-4 border-t border-line p-3">
          <Narrowing kind={kind} workspaceId={workspace.id} />
          <OpenPort />
        </div>
      </details>
    </DialogForm>
  );
};
