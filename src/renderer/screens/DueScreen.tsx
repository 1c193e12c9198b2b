import { BellPlus, CalendarCheck, CalendarPlus } from 'lucide-react';
import { useState } from 'react';
import type { Credential } from '../../shared/contract/credentials.ts';
import { DAY_MS } from '../../shared/expiry.ts';
import { Button } from '../components/Button.tsx';
import { EmptyState } from '../components/EmptyState.tsx';
import { ListPane, ScreenFrame } from '../components/ScreenFrame.tsx';
import { useNow } from '../lib/useNow.ts';
import { useWorkspace } from '../lib/useWorkspace.ts';
import { askForWebNotifications, webNotifierState } from '../lib/webNotifier.ts';
import { useApp, useSlice } from '../stores/appContext.tsx';
import { type DueRow, DueTable } from './DueTable.tsx';
import { DueTimeline, TIMELINE_DAYS } from './DueTimeline.tsx';
import { LostAnswers } from './LostAnswers.tsx';

const Actions = () => {
  const { dialogs } = useApp();
  const host = useSlice('session', (state) => state.info?.host);
  const [permission, setPermission] = useState(webNotifierState);
  return (
    <>
      {host === 'browser' && permission === 'default' && (
        <Button tone="quiet" onClick={() => void askForWebNotifications().then(setPermission)}>
          <BellPlus aria-hidden /> Show notifications
        </Button>
      )}
      <Button onClick={() => dialogs.open({ kind: 'calendar' })}>
        <CalendarPlus aria-hidden /> Calendar file
      </Button>
    </>
  );
};

/** Of those without an expiry it is never asked. */
const endMs = ({ expiresAt }: Credential): number => Date.parse(expiresAt ?? '');

export const DueScreen = () => {
  const workspace = useWorkspace();
  const credentials = useSlice('library', (state) => state.credentials);
  const due = useSlice('library', (state) => state.due);
  const nowMs = useNow(30_000);
  const rotations = useSlice('library', (state) => state.rotations);
  // What is being replaced already asks for nothing.
  const here = credentials.filter(
    ({ id, workspaceId }) =>
      workspaceId === workspace?.id && !rotations.some(({ retiringId }) => retiringId === id),
  );
  const dated = here
    .filter((one) => one.expiresAt !== null && endMs(one) < nowMs + TIMELINE_DAYS * DAY_MS)
    .sort((one, other) => endMs(one) - endMs(other));
  const itemOf = ({ id }: Credential) => due.find((item) => item.id === id);
  const needing = due.flatMap((item): readonly DueRow[] => {
    const credential = here.find(({ id }) => id === item.id);
    return credential === undefined ? [] : [{ credential, item }];
  });
  const later = dated.filter((one) => itemOf(one) === undefined);

  return (
    <ScreenFrame title="Due" count={needing.length} actions={<Actions />}>
      <ListPane>
        <LostAnswers />
        {dated.length === 0 && needing.length === 0 ? (
          <EmptyState icon={CalendarCheck} title="Nothing is due">
            No credential of this workspace expires within 90 days. When one comes near, it stands here in
            time to be replaced.
          </EmptyState>
        ) : (
          <div className="pb-4">
            <DueTimeline credentials={dated} itemOf={itemOf} nowMs={nowMs} />
            <DueTable title="Needs attention" rows={needing} />
            <DueTable title="Later" rows={later.map((credential) => ({ credential, item: undefined }))} />
          </div>
        )}
      </ListPane>
    </ScreenFrame>
  );
};
