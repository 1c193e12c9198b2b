import { Activity, Pause, Play } from 'lucide-react';
import { useMemo } from 'react';
import { Button } from '../components/Button.tsx';
import { EmptyState } from '../components/EmptyState.tsx';
import { FilterField, ListPane, ScreenFrame } from '../components/ScreenFrame.tsx';
import { parseActivityFilter } from '../lib/activityFilter.ts';
import { useApp, useSlice } from '../stores/appContext.tsx';
import { ActivityDetail } from './ActivityDetail.tsx';
import { ActivityTable } from './ActivityTable.tsx';
import { RequestRate } from './RequestRate.tsx';

const PauseButton = () => {
  const { activity } = useApp();
  const paused = useSlice('activity', (state) => state.paused);
  const heldBack = useSlice('activity', (state) => state.heldBack);
  return (
    <Button onClick={() => activity.setPaused(!paused)}>
      {paused ? <Play aria-hidden /> : <Pause aria-hidden />}
      {paused ? 'Resume' : 'Pause'}
      {paused && heldBack > 0 && <span className="text-muted">{heldBack} new</span>}
    </Button>
  );
};

export const ActivityScreen = () => {
  const { navigation } = useApp();
  const entries = useSlice('activity', (state) => state.entries);
  const filter = useSlice('navigation', (state) => state.activityFilter);
  const selectedId = useSlice('navigation', (state) => state.activityId);
  const shown = useMemo(() => entries.filter(parseActivityFilter(filter)), [entries, filter]);
  const selected = entries.find(({ id }) => id === selectedId);

  return (
    <ScreenFrame
      title="Activity"
      count={entries.length}
      actions={
        <>
          <RequestRate entries={entries} />
          <PauseButton />
        </>
      }
    >
      {entries.length === 0 ? (
        <ListPane>
          <EmptyState
            icon={Activity}
            title="Nothing has passed yet"
            actions={
              <Button onClick={() => navigation.setState({ screen: 'connections' })}>See connections</Button>
            }
          >
            Every request that a tool sends through the vault appears here as it happens: what it asked, what
            it got, and why when it was refused. Never a header value, a query or a body.
          </EmptyState>
        </ListPane>
      ) : (
        <>
          <div className="flex min-w-0 flex-1 flex-col">
            <div className="flex px-4 pt-3 pb-2">
              <FilterField
                label="Filter activity"
                placeholder="status:403 connection:ci bucket:demo"
                value={filter}
                onChange={(activityFilter) => navigation.setState({ activityFilter })}
              />
            </div>
            <ActivityTable
              entries={shown}
              narrow={selected !== undefined}
              selectedId={selectedId}
              onSelect={(activityId) => navigation.setState({ activityId })}
            />
          </div>
          {selected !== undefined && <ActivityDetail key={selected.id} entry={selected} />}
        </>
      )}
    </ScreenFrame>
  );
};
