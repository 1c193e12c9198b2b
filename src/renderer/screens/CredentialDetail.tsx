import { KeyRound, Plug, RefreshCw, Ticket, Trash2 } from 'lucide-react';
import type { Credential, Verification } from '../../shared/contract/credentials.ts';
import { Button } from '../components/Button.tsx';
import { CopyButton } from '../components/CopyButton.tsx';
import { Fact, Facts, Section } from '../components/Fact.tsx';
import { DetailHeader, DetailPane } from '../components/ScreenFrame.tsx';
import { formatDate, formatDateTime } from '../lib/format.ts';
import { replacementOf } from '../lib/replacement.ts';
import { useApp, useSlice } from '../stores/appContext.tsx';
import { Places } from './Places.tsx';
import { RotationSchedule } from './RotationSchedule.tsx';
import { RotationSteps } from './RotationSteps.tsx';

const Reach = ({ credential }: { readonly credential: Credential }) =>
  credential.kind === 'token' ? (
    <>
      <Fact label="Scope">{credential.scope === 'read' ? 'read: GET only' : 'write: every method'}</Fact>
      <Fact label="Route">
        {credential.route === null ? (
          'every route'
        ) : (
          <code className="font-mono text-sm">{credential.route}</code>
        )}
      </Fact>
    </>
  ) : (
    <>
      <Fact label="Access key id">
        <span className="flex items-center gap-1">
          <code className="truncate font-mono text-sm">{credential.accessKeyId}</code>
          <CopyButton label="access key id" text={credential.accessKeyId} />
        </span>
      </Fact>
      <Fact label="Permission">{credential.permission === 'read' ? 'read' : 'read and write'}</Fact>
      <Fact label="Buckets">
        {credential.buckets.includes('*') ? 'every bucket' : credential.buckets.join(', ')}
      </Fact>
    </>
  );

const seenWords = { verified: 'accepts it', restricted: 'accepts it', unverified: 'not seen to work yet' };

const Seen = ({ state, at, notes }: Verification) => (
  <Fact label="The service">
    {seenWords[state]}
    {state !== 'unverified' && `, seen ${formatDateTime(at)}`}
    {notes.map((note) => (
      <span key={note} className="block text-muted">
        {note}
      </span>
    ))}
  </Fact>
);

interface UsersProps {
  readonly credential: Credential;
  /** It gives its place to another one: nothing new is bound to it. */
  readonly isRetiring: boolean;
}

const Users = ({ credential, isRetiring }: UsersProps) => {
  const { navigation, dialogs } = useApp();
  const connections = useSlice('library', (state) => state.connections);
  const users = connections.filter(({ credentialIds }) => credentialIds.includes(credential.id));
  return (
    <Section title="Where it is used">
      {users.length === 0 ? (
        <p className="text-muted">By no connection yet.</p>
      ) : (
        <ul className="space-y-px">
          {users.map(({ id, name, endpoint }) => (
            <li key={id}>
              <button
                type="button"
                onClick={() => navigation.setState({ screen: 'connections', connectionId: id })}
                className="-mx-2 flex w-full items-center gap-2 rounded-md px-2 py-1 text-left hover:bg-hover"
              >
                <Plug aria-hidden className="size-3.5 text-muted" />
                <span className="min-w-0 flex-1 truncate">{name}</span>
                <code className="font-mono text-xs text-muted">{endpoint.replace('http://', '')}</code>
              </button>
            </li>
          ))}
        </ul>
      )}
      {!isRetiring && (
        <Button onClick={() => dialogs.open({ kind: 'connectTool', credentialId: credential.id })}>
          <Plug aria-hidden /> Connect a tool
        </Button>
      )}
    </Section>
  );
};

const Renewal = ({ credential }: { readonly credential: Credential }) => {
  const { dialogs } = useApp();
  return (
    <Section title="Replace">
      <p className="text-muted">
        {credential.kind === 'token'
          ? 'A new token takes its place in every connection, then the old one is deleted. No request fails.'
          : 'A new secret for the same key, or a second key that takes its place. No request fails.'}
      </p>
      <Button onClick={() => dialogs.open(replacementOf(credential, false))}>
        <RefreshCw aria-hidden /> {credential.kind === 'token' ? 'Rotate…' : 'Renew…'}
      </Button>
      {credential.expiresAt !== null && <RotationSchedule credential={credential} />}
    </Section>
  );
};

const Removal = ({ credential }: { readonly credential: Credential }) => {
  const { dialogs } = useApp();
  return (
    <Section title="Remove">
      <p className="text-muted">
        {credential.origin === 'minted'
          ? 'Deletes it on the service as well: it stops working on the next call.'
          : 'Forgets it here. It was imported, so the service keeps it until you delete it in the dashboard.'}
      </p>
      <Button
        tone="caution"
        onClick={() => dialogs.open({ kind: 'deleteCredential', credentialId: credential.id })}
      >
        <Trash2 aria-hidden /> Delete…
      </Button>
    </Section>
  );
};

export const CredentialDetail = ({ credential }: { readonly credential: Credential }) => {
  const rotations = useSlice('library', (state) => state.rotations);
  const rotation = rotations.find(({ servingId, retiringId }) =>
    [servingId, retiringId].includes(credential.id),
  );
  return (
    <DetailPane label={`Credential ${credential.name}`}>
      <DetailHeader
        icon={credential.kind === 'token' ? Ticket : KeyRound}
        title={credential.name}
        subtitle={credential.kind === 'token' ? 'Access token · REST API' : 'Access key · object storage'}
        expiresAt={credential.expiresAt}
      />
      <Facts>
        <Reach credential={credential} />
        <Fact label="Expires">
          {credential.expiresAt === null ? 'never' : formatDateTime(credential.expiresAt)}
        </Fact>
        <Fact label={credential.origin === 'minted' ? 'Made here' : 'Imported'}>
          {formatDate(credential.createdAt)}
        </Fact>
        {credential.verification !== undefined && <Seen {...credential.verification} />}
        {credential.uid !== null && (
          <Fact label="Service id">
            <code className="font-mono text-xs break-all">{credential.uid}</code>
          </Fact>
        )}
      </Facts>
      <Users credential={credential} isRetiring={rotation?.retiringId === credential.id} />
      <Places credential={credential} />
      {rotation === undefined ? (
        <>
          <Renewal credential={credential} />
          <Removal credential={credential} />
        </>
      ) : (
        <RotationSteps rotation={rotation} />
      )}
    </DetailPane>
  );
};
