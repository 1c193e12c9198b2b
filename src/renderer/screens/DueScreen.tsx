import clsx from 'clsx';
import { CalendarCheck, KeyRound, Ticket } from 'lucide-react';
import type { Credential } from '../../shared/contract/credentials.ts';
import { DAY_MS, describeExpiry } from '../../shared/expiry.ts';
import { EmptyState } from '../components/EmptyState.tsx';
import { ExpiryBadge } from '../components/ExpiryBadge.tsx';
import { Row, RowList } from '../components/RowList.tsx';
import { ListPane, ScreenFrame } from '../components/ScreenFrame.tsx';
import { credentialWords } from '../lib/scopeWords.ts';
import { useNow } from '../lib/useNow.ts';
import { useWorkspace } from '../lib/useWorkspace.ts';
import { useApp, useSlice } from '../stores/appContext.tsx';

const DAYS = 90;
const month = new Intl.DateTimeFormat(undefined, { month: 'short', day: 'numeric' });

interface Dated {
  readonly credential: Credential;
  readonly expiresAtMs: number;
}

const share = (atMs: number, nowMs: number): number =>
  Math.min(1, Math.max(0, (atMs - nowMs) / (DAYS * DAY_MS)));

const Timeline = ({
  dated,
  nowMs,
  onOpen,
}: {
  readonly dated: readonly Dated[];
  readonly nowMs: number;
  readonly onOpen: (id: string) => void;
}) => (
  <figure
    aria-label="The next 90 days"
    className="mx-4 mt-4 rounded-xl border border-line bg-sunken px-6 pt-4 pb-3"
  >
    <div className="relative h-16 border-b border-line-strong">
      {dated.map(({ credential, expiresAtMs }, index) => {
        const { tone, words } = describeExpiry(credential.expiresAt, nowMs);
        return (
          <button
            type="button"
            key={credential.id}
            aria-label={`${credential.name} ${words}`}
            title={`${credential.name} ${words}`}
            onClick={() => onOpen(credential.id)}
            className={clsx(
              'absolute size-6 -translate-x-1/2 rounded-full border-2 border-sunken transition-transform hover:scale-125',
              tone === 'expired' && 'bg-bad',
              tone === 'due' && 'bg-warn',
              tone === 'fresh' && 'bg-accent',
            )}
            style={{ left: `${share(expiresAtMs, nowMs) * 100}%`, bottom: `${4 + (index % 2) * 28}px` }}
          />
        );
      })}
    </div>
    <div aria-hidden className="mt-1 flex justify-between text-xs text-muted">
      {[0, 30, 60, 90].map((day) => (
        <span key={day}>{day === 0 ? 'today' : month.format(nowMs + day * DAY_MS)}</span>
      ))}
    </div>
  </figure>
);

export const DueScreen = () => {
  const { navigation } = useApp();
  const workspace = useWorkspace();
  const credentials = useSlice('library', (state) => state.credentials);
  const nowMs = useNow(30_000);
  const dated = credentials
    .flatMap((credential): Dated[] =>
      credential.workspaceId === workspace?.id && credential.expiresAt !== null
        ? [{ credential, expiresAtMs: Date.parse(credential.expiresAt) }]
        : [],
    )
    .filter(({ expiresAtMs }) => expiresAtMs < nowMs + DAYS * DAY_MS)
    .sort((one, other) => one.expiresAtMs - other.expiresAtMs);
  const open = (credentialId: string) => navigation.setState({ screen: 'credentials', credentialId });

  return (
    <ScreenFrame title="Due" count={dated.length}>
      <ListPane>
        {dated.length === 0 ? (
          <EmptyState icon={CalendarCheck} title="Nothing is due">
            No credential of this workspace expires within 90 days. When one comes near, it stands here in
            time to be replaced.
          </EmptyState>
        ) : (
          <>
            <Timeline dated={dated} nowMs={nowMs} onOpen={open} />
            <RowList label="Due credentials">
              {dated.map(({ credential }) => (
                <Row
                  key={credential.id}
                  selected={false}
                  onSelect={() => open(credential.id)}
                  icon={
                    credential.kind === 'token' ? (
                      <Ticket role="img" aria-label="Access token" />
                    ) : (
                      <KeyRound role="img" aria-label="Access key" />
                    )
                  }
                  title={credential.name}
                  words={credentialWords(credential)}
                  end={<ExpiryBadge expiresAt={credential.expiresAt} />}
                />
              ))}
            </RowList>
          </>
        )}
      </ListPane>
    </ScreenFrame>
  );
};
