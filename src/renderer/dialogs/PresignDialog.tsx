import { useState } from 'react';
import type { CallOutput } from '../../shared/contract/contract.ts';
import { Button } from '../components/Button.tsx';
import { Choice } from '../components/Choice.tsx';
import { CopyButton } from '../components/CopyButton.tsx';
import { ErrorNote } from '../components/ErrorNote.tsx';
import { CheckField, Field } from '../components/Field.tsx';
import { readForm } from '../lib/forms.ts';
import { useAction } from '../lib/useAction.ts';
import { useApp, useSlice } from '../stores/appContext.tsx';
import { DialogFooter, DialogHeader } from './DialogForm.tsx';

const methods = [
  { value: 'GET', label: 'Download', hint: 'GET, as often as wanted' },
  { value: 'PUT', label: 'Upload', hint: 'PUT; only once on this machine' },
] as const;

const sooner = {
  connection: 'It ends early, with its connection.',
  credential: 'It ends early, with the key behind the connection.',
} as const;

/** Of a secret everything is shown but the part that makes it work. */
const shown = ({ url, isSecret }: CallOutput<'connection.presign'>): string =>
  isSecret ? url.replace(/(X-Amz-Signature=)[0-9a-f]+/, '$1••••••••') : url;

const Result = (presigned: CallOutput<'connection.presign'>) => {
  const { url, expiresAt, isSecret, shortenedBy } = presigned;
  return (
    <section aria-label="Presigned URL" className="rounded-lg border border-line bg-sunken">
      <div className="flex min-h-9 items-center justify-between gap-2 border-b border-line py-0.5 pr-1 pl-3 text-sm text-muted">
        <span role="status">
          Works until {new Date(expiresAt).toLocaleString()}, {isSecret ? 'from anywhere' : 'on this machine'}
          . {shortenedBy !== null && sooner[shortenedBy]}
        </span>
        <CopyButton wide label="presigned URL" text={url} secret={isSecret} />
      </div>
      <code className="selectable block max-h-32 overflow-y-auto p-3 font-mono text-sm break-all">
        {shown(presigned)}
      </code>
    </section>
  );
};

export const PresignDialog = ({ connectionId }: { readonly connectionId: string }) => {
  const { bridge, dialogs } = useApp();
  const action = useAction();
  const [presigned, setPresigned] = useState<CallOutput<'connection.presign'> | null>(null);
  const connection = useSlice('library', (state) => state.connections.find(({ id }) => id === connectionId));
  if (connection === undefined) return null;
  const presign = (element: HTMLFormElement) => {
    const form = readForm(element);
    setPresigned(null);
    void action.run(async () =>
      setPresigned(
        await bridge.call('connection.presign', {
          connection: connection.id,
          method: form.text('method') === 'PUT' ? 'PUT' : 'GET',
          bucket: form.text('bucket'),
          key: form.text('key'),
          expiresSeconds: Number(form.text('seconds')),
          outside: form.checked('outside'),
        }),
      ),
    );
  };
  return (
    <form
      className="flex min-h-0 flex-col"
      onChange={() => setPresigned(null)}
      onSubmit={(event) => {
        event.preventDefault();
        presign(event.currentTarget);
      }}
    >
      <DialogHeader title="Presigned URL">
        For one object, through “{connection.name}”, without any other credential.
      </DialogHeader>
      <div className="min-h-0 space-y-4 overflow-y-auto px-5 pt-1 pb-5">
        <Choice label="What it does" name="method" options={methods} initial="GET" />
        <Field
          label="Bucket"
          name="bucket"
          required
          autoFocus
          defaultValue={connection.buckets?.[0] ?? ''}
          placeholder="backups"
        />
        <Field
          label="Key"
          name="key"
          required
          mono
          maxLength={1024}
          defaultValue={connection.prefix ?? ''}
          placeholder="reports/2026.pdf"
        />
        <Field
          label="Works for (seconds)"
          name="seconds"
          type="number"
          required
          min={1}
          max={604800}
          defaultValue={3600}
          hint="At most seven days, and no longer than the connection and its credential."
        />
        <CheckField
          label="For use outside this machine"
          name="outside"
          hint="Signed with the real key for the service itself: a secret. Whoever has the URL can use it, also after the connection was revoked."
        />
        {presigned !== null && <Result {...presigned} />}
        <ErrorNote what="No URL was made" error={action.error} />
      </div>
      <DialogFooter>
        <Button onClick={dialogs.askToClose}>Close</Button>
        <Button type="submit" tone="primary" busy={action.pending}>
          Make URL
        </Button>
      </DialogFooter>
    </form>
  );
};
