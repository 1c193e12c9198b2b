import { Database, Globe, Link, TriangleAlert, Unplug } from 'lucide-react';
import type { Connection } from '../../shared/contract/connections.ts';
import { Button } from '../components/Button.tsx';
import { Fact, Facts, Section } from '../components/Fact.tsx';
import { DetailHeader, DetailPane } from '../components/ScreenFrame.tsx';
import { useApp, useSlice } from '../stores/appContext.tsx';
import { FirstRequest } from './FirstRequest.tsx';
import { LocalCredentialView } from './LocalCredentialView.tsx';
import { Snippets } from './Snippets.tsx';

const anything = <span className="text-muted">no limit</span>;
const code = (text: string | null) =>
  text === null ? anything : <code className="font-mono text-sm">{text}</code>;

const Limits = ({ connection }: { readonly connection: Connection }) => {
  const credentials = useSlice('library', (state) => state.credentials);
  const names = credentials.filter(({ id }) => connection.credentialIds.includes(id)).map(({ name }) => name);
  return (
    <Facts>
      <Fact label="Signs with">{names.length === 0 ? 'no credential any more' : names.join(', ')}</Fact>
      <Fact label="Access">
        {connection.readOnly ? 'read-only' : 'read and write, as its credentials allow'}
      </Fact>
      {connection.kind === 's3' ? (
        <>
          <Fact label="Buckets">
            {connection.buckets === null ? 'whatever its keys reach' : connection.buckets.join(', ')}
          </Fact>
          {connection.prefix !== null && <Fact label="Prefix">{code(connection.prefix)}</Fact>}
        </>
      ) : (
        <>
          <Fact label="Route">{code(connection.route)}</Fact>
          {connection.methods !== null && <Fact label="Methods">{connection.methods.join(' ')}</Fact>}
        </>
      )}
    </Facts>
  );
};

export const ConnectionDetail = ({ connection }: { readonly connection: Connection }) => {
  const { dialogs } = useApp();
  return (
    <DetailPane label={`Connection ${connection.name}`}>
      <DetailHeader
        icon={connection.kind === 's3' ? Database : Globe}
        title={connection.name}
        subtitle={connection.kind === 's3' ? 'Object storage' : 'REST API'}
        expiresAt={connection.expiresAt}
      />
      <FirstRequest connection={connection} />
      {connection.openPort !== null && (
        <p className="flex gap-2 rounded-lg bg-warn-soft px-3 py-2.5 text-warn-ink">
          <TriangleAlert aria-hidden className="mt-0.5 size-4 shrink-0" />
          Port {connection.openPort} asks for no credential: every program on this machine can use it.
        </p>
      )}
      <Section title="Set up the tool">
        <Snippets connection={connection} />
      </Section>
      <Section title="Local credential">
        <LocalCredentialView connection={connection} />
        {connection.accessKeyId !== null && (
          <Button onClick={() => dialogs.open({ kind: 'presign', connectionId: connection.id })}>
            <Link aria-hidden /> Presigned URL…
          </Button>
        )}
      </Section>
      <Section title="What it may do">
        <Limits connection={connection} />
      </Section>
      <Section title="End it">
        <p className="text-muted">Its local credential stops at once; the real credential stays.</p>
        <Button
          tone="caution"
          onClick={() => dialogs.open({ kind: 'revokeConnection', connectionId: connection.id })}
        >
          <Unplug aria-hidden /> Revoke…
        </Button>
      </Section>
    </DetailPane>
  );
};
