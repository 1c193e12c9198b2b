import { ChevronDown, Import, KeyRound, Plus, Ticket, TriangleAlert } from 'lucide-react';
import { useState } from 'react';
import type { Credential } from '../../shared/contract/credentials.ts';
import type { Target } from '../../shared/contract/rollout.ts';
import { Button } from '../components/Button.tsx';
import { CredentialIcon } from '../components/CredentialIcon.tsx';
import { EmptyState } from '../components/EmptyState.tsx';
import { ExpiryBadge } from '../components/ExpiryBadge.tsx';
import { Menu, MenuItem } from '../components/Menu.tsx';
import { Row, RowList } from '../components/RowList.tsx';
import { FilterField, ListPane, ScreenFrame } from '../components/ScreenFrame.tsx';
import { credentialWords } from '../lib/scopeWords.ts';
import { placeCount } from '../lib/targetWords.ts';
import { useWorkspace } from '../lib/useWorkspace.ts';
import { useApp, useSlice } from '../stores/appContext.tsx';
import { CredentialDetail } from './CredentialDetail.tsx';
import { LostAnswers } from './LostAnswers.tsx';

const Actions = () => {
  const { dialogs } = useApp();
  return (
    <>
      <Menu
        align="end"
        trigger={
          <Button tone="quiet">
            <Import aria-hidden /> Import <ChevronDown aria-hidden />
          </Button>
        }
      >
        <MenuItem onSelect={() => dialogs.open({ kind: 'importToken' })}>
          <Ticket aria-hidden /> Import token
        </MenuItem>
        <MenuItem onSelect={() => dialogs.open({ kind: 'importKey' })}>
          <KeyRound aria-hidden /> Import key
        </MenuItem>
      </Menu>
      <Button onClick={() => dialogs.open({ kind: 'createKey' })}>
        <Plus aria-hidden /> Create key
      </Button>
      <Button tone="primary" onClick={() => dialogs.open({ kind: 'mintToken' })}>
        <Plus aria-hidden /> Mint token
      </Button>
    </>
  );
};

const Nothing = () => {
  const { dialogs } = useApp();
  return (
    <EmptyState
      icon={KeyRound}
      title="No credentials yet"
      actions={
        <>
          <Button onClick={() => dialogs.open({ kind: 'importToken' })}>Import token</Button>
          <Button onClick={() => dialogs.open({ kind: 'importKey' })}>Import key</Button>
        </>
      }
    >
      Access tokens speak to the REST API; access keys to object storage. Make one here, or paste what the
      dashboard showed you: it is sealed at once, and your tools never see it.
    </EmptyState>
  );
};

const failedPlaces = (targets: readonly Target[], id: string): number =>
  targets.filter(({ credentialId, state }) => credentialId === id && state.kind === 'failed').length;

const FailedPlacesMark = ({ count }: { readonly count: number }) =>
  count === 0 ? null : (
    <span className="flex h-4 items-center gap-1 text-sm text-warn-ink">
      <TriangleAlert aria-hidden className="size-3" /> {placeCount(count)} not written
    </span>
  );

const matches = (credential: Credential, text: string): boolean =>
  [credential.name, credential.kind, ...credentialWords(credential)].some((word) =>
    word.toLowerCase().includes(text.trim().toLowerCase()),
  );

export const CredentialsScreen = () => {
  const { navigation } = useApp();
  const workspace = useWorkspace();
  const all = useSlice('library', (state) => state.credentials);
  const connections = useSlice('library', (state) => state.connections);
  const targets = useSlice('library', (state) => state.targets);
  const selectedId = useSlice('navigation', (state) => state.credentialId);
  const [filter, setFilter] = useState('');
  const credentials = all.filter(({ workspaceId }) => workspaceId === workspace?.id);
  const shown = credentials.filter((credential) => matches(credential, filter));
  const selected = shown.find(({ id }) => id === selectedId) ?? shown[0];

  const usedWords = (id: string): string[] => {
    const users = connections.filter(({ credentialIds }) => credentialIds.includes(id));
    if (users.length === 0) return [];
    return [users.length === 1 ? `used by ${users[0]?.name}` : `used by ${users.length} connections`];
  };

  return (
    <ScreenFrame title="Credentials" count={credentials.length} actions={<Actions />}>
      {credentials.length === 0 ? (
        <ListPane>
          <LostAnswers />
          <Nothing />
        </ListPane>
      ) : (
        <>
          <ListPane>
            <LostAnswers />
            <div className="sticky top-0 z-10 flex bg-canvas px-4 pt-3 pb-1">
              <FilterField
                label="Filter credentials"
                placeholder="Filter by name, bucket, scope…"
                value={filter}
                onChange={setFilter}
              />
            </div>
            <RowList label="Credentials">
              {shown.map((credential) => (
                <Row
                  key={credential.id}
                  selected={credential.id === selected?.id}
                  onSelect={() => navigation.setState({ credentialId: credential.id })}
                  icon={<CredentialIcon kind={credential.kind} />}
                  title={credential.name}
                  words={[...credentialWords(credential), ...usedWords(credential.id)]}
                  end={
                    <span className="flex flex-col items-end">
                      <ExpiryBadge expiresAt={credential.expiresAt} />
                      <FailedPlacesMark count={failedPlaces(targets, credential.id)} />
                    </span>
                  }
                />
              ))}
            </RowList>
            {shown.length === 0 && <p className="px-4 text-muted">Nothing fits “{filter}”.</p>}
          </ListPane>
          {selected !== undefined && <CredentialDetail key={selected.id} credential={selected} />}
        </>
      )}
    </ScreenFrame>
  );
};
