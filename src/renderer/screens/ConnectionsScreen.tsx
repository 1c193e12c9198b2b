import clsx from 'clsx';
import { Database, Globe, Plug, Plus } from 'lucide-react';
import { useState } from 'react';
import type { Connection } from '../../shared/contract/connections.ts';
import { Button } from '../components/Button.tsx';
import { EmptyState } from '../components/EmptyState.tsx';
import { ExpiryBadge } from '../components/ExpiryBadge.tsx';
import { Row, RowList } from '../components/RowList.tsx';
import { FilterField, ListPane, ScreenFrame } from '../components/ScreenFrame.tsx';
import { type Health, healthOf } from '../lib/connectionHealth.ts';
import { connectionWords } from '../lib/scopeWords.ts';
import { useWorkspace } from '../lib/useWorkspace.ts';
import { useApp, useSlice } from '../stores/appContext.tsx';
import { ConnectionDetail } from './ConnectionDetail.tsx';

const Nothing = () => {
  const { dialogs } = useApp();
  return (
    <EmptyState
      icon={Plug}
      title="Connect your first tool"
      actions={
        <Button
          tone="primary"
          className="h-8 px-3"
          onClick={() => dialogs.open({ kind: 'connectTool', credentialId: null })}
        >
          <Plug aria-hidden /> Connect a tool
        </Button>
      }
    >
      A connection gives one tool a local key and an address on this machine. The vault signs its requests
      with the real credential, and you see every one of them.
    </EmptyState>
  );
};

const healthTones: Readonly<Record<Health, { readonly text: string; readonly dot: string }>> = {
  waiting: { text: 'text-muted', dot: 'border border-field-line' },
  working: { text: 'text-good-ink', dot: 'bg-good' },
  refused: { text: 'text-bad-ink', dot: 'bg-bad' },
};

const End = ({ connection }: { readonly connection: Connection }) => {
  const latest = useSlice('activity', (state) =>
    state.entries.find(({ connectionId }) => connectionId === connection.id),
  );
  const health = healthOf(connection, latest);
  const { text, dot } = healthTones[health];
  return (
    <span className="flex items-center gap-3">
      {connection.expiresAt !== null && <ExpiryBadge expiresAt={connection.expiresAt} />}
      <span className={clsx('flex w-16 items-center gap-1.5 text-sm', text)}>
        <span aria-hidden className={clsx('size-1.5 rounded-full', dot)} /> {health}
      </span>
    </span>
  );
};

export const ConnectionsScreen = () => {
  const { navigation, dialogs } = useApp();
  const workspace = useWorkspace();
  const all = useSlice('library', (state) => state.connections);
  const selectedId = useSlice('navigation', (state) => state.connectionId);
  const [filter, setFilter] = useState('');
  const connections = all.filter(({ workspaceId }) => workspaceId === workspace?.id);
  const shown = connections.filter((connection) =>
    [connection.name, connection.kind, ...connectionWords(connection)].some((word) =>
      word.toLowerCase().includes(filter.trim().toLowerCase()),
    ),
  );
  const selected = shown.find(({ id }) => id === selectedId) ?? shown[0];

  if (connections.length === 0)
    return (
      <ScreenFrame title="Connections">
        <ListPane>
          <Nothing />
        </ListPane>
      </ScreenFrame>
    );
  return (
    <ScreenFrame
      title="Connections"
      count={connections.length}
      actions={
        <Button tone="primary" onClick={() => dialogs.open({ kind: 'connectTool', credentialId: null })}>
          <Plus aria-hidden /> Connect a tool
        </Button>
      }
    >
      <ListPane>
        <div className="sticky top-0 z-10 flex bg-canvas px-4 pt-3 pb-1">
          <FilterField
            label="Filter connections"
            placeholder="Filter by name, bucket, route…"
            value={filter}
            onChange={setFilter}
          />
        </div>
        <RowList label="Connections">
          {shown.map((connection) => (
            <Row
              key={connection.id}
              selected={connection.id === selected?.id}
              onSelect={() => navigation.setState({ connectionId: connection.id })}
              icon={
                connection.kind === 's3' ? (
                  <Database role="img" aria-label="Object storage" />
                ) : (
                  <Globe role="img" aria-label="REST API" />
                )
              }
              title={connection.name}
              words={connectionWords(connection)}
              end={<End connection={connection} />}
            />
          ))}
        </RowList>
        {shown.length === 0 && <p className="px-4 text-muted">Nothing fits “{filter}”.</p>}
      </ListPane>
      {selected !== undefined && <ConnectionDetail key={selected.id} connection={selected} />}
    </ScreenFrame>
  );
};
