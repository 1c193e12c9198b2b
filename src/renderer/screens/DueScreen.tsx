import { CalendarCheck } from 'lucide-react';
import type { Credential } from '../../shared/contract/credentials.ts';
import { DAY_MS, DUE_WITHIN_DAYS } from '../../shared/expiry.ts';
import { CredentialIcon } from '../components/CredentialIcon.tsx';
import { EmptyState } from '../components/EmptyState.tsx';
import { ExpiryBadge } from '../components/ExpiryBadge.tsx';
import { Row, RowList } from '../components/RowList.tsx';
import { ListPane, ScreenFrame } from '../components/ScreenFrame.tsx';
import { credentialWords } from '../lib/scopeWords.ts';
import { useNow } from '../lib/useNow.ts';
import { useWorkspace } from '../lib/useWorkspace.ts';
import { useApp, useSlice } from '../stores/appContext.tsx';
import { DueTimeline, TIMELINE_DAYS } from './DueTimeline.tsx';

interface GroupProps {
  readonly title: string;
  readonly credentials: readonly Credential[];
  readonly onOpen: (id: string) => void;
}

const Group = ({ title, credentials, onOpen }: GroupProps) =>
  credentials.length === 0 ? null : (
    <section className="pt-4">
      <h2 className="px-4.5 text-sm font-semibold text-muted">{title}</h2>
      <RowList label={title}>
        {credentials.map((credential) => (
          <Row
            key={credential.id}
            selected={false}
            onSelect={() => onOpen(credential.id)}
            icon={<CredentialIcon kind={credential.kind} />}
            title={credential.name}
            words={credentialWords(credential)}
            end={<ExpiryBadge expiresAt={credential.expiresAt} />}
          />
        ))}
      </RowList>
    </section>
  );

/** Never the empty string: those without an expiry are left out before. */
const expiresAtMs = ({ expiresAt }: Credential): number => Date.parse(expiresAt ?? '');

export const DueScreen = () => {
  const { navigation } = useApp();
  const workspace = useWorkspace();
  const all = useSlice('library', (state) => state.credentials);
  const nowMs = useNow(30_000);
  const endsWithin = (days: number) => (credential: Credential) =>
    expiresAtMs(credential) < nowMs + days * DAY_MS;
  const dated = all
    .filter(({ workspaceId, expiresAt }) => workspaceId === workspace?.id && expiresAt !== null)
    .filter(endsWithin(TIMELINE_DAYS))
    .sort((one, other) => expiresAtMs(one) - expiresAtMs(other));
  const due = dated.filter(endsWithin(DUE_WITHIN_DAYS));
  const open = (credentialId: string) => navigation.setState({ screen: 'credentials', credentialId });

  return (
    <ScreenFrame title="Due" count={due.length}>
      <ListPane>
        {dated.length === 0 ? (
          <EmptyState icon={CalendarCheck} title="Nothing is due">
            No credential of this workspace expires within 90 days. When one comes near, it stands here in
            time to be replaced.
          </EmptyState>
        ) : (
          <>
            <DueTimeline credentials={dated} nowMs={nowMs} onOpen={open} />
            <Group title="Replace soon" credentials={due} onOpen={open} />
            <Group title="Later" credentials={dated.slice(due.length)} onOpen={open} />
          </>
        )}
      </ListPane>
    </ScreenFrame>
  );
};
