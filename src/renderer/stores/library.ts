import { createStore, type StoreApi } from 'zustand/vanilla';
import type { ActivityEntry } from '../../shared/contract/activity.ts';
import type { Connection } from '../../shared/contract/connections.ts';
import type { VaultBridge } from '../../shared/contract/contract.ts';
import type { Credential } from '../../shared/contract/credentials.ts';
import type { DueItem } from '../../shared/contract/due.ts';
import type { Target } from '../../shared/contract/rollout.ts';
import type { Intent, Rotation } from '../../shared/contract/rotation.ts';
import type { Workspace } from '../../shared/contract/workspaces.ts';
import type { WireError } from '../../shared/errorCodes.ts';
import { asWireError } from '../lib/wireError.ts';

/** What the vault holds, as the window may know it: metadata only, never a secret. */
export interface Library {
  readonly loaded: boolean;
  readonly workspaces: readonly Workspace[];
  readonly credentials: readonly Credential[];
  readonly connections: readonly Connection[];
  /** What asks for something to be done, the most urgent first. */
  readonly due: readonly DueItem[];
  /** What is giving its place to a new one. */
  readonly rotations: readonly Rotation[];
  /** What was asked of the service without the answer ever coming to be kept. */
  readonly intents: readonly Intent[];
  /** Places outside the vault that learn what its credentials are. */
  readonly targets: readonly Target[];
  readonly failure: WireError | null;
}

const everything = ['workspaces', 'credentials', 'connections', 'due', 'rotations', 'targets'] as const;
export type LibraryTopic = (typeof everything)[number];

export interface LibraryStore extends StoreApi<Library> {
  refresh(topics?: readonly LibraryTopic[]): Promise<void>;
  /** A request passed: what was waiting for its first one waits no longer. */
  markUsed(entry: ActivityEntry): void;
  forget(): void;
}

const empty: Library = {
  loaded: false,
  workspaces: [],
  credentials: [],
  connections: [],
  due: [],
  rotations: [],
  intents: [],
  targets: [],
  failure: null,
};

export const createLibraryStore = (bridge: VaultBridge): LibraryStore => {
  const store = createStore<Library>(() => empty);
  const readRotations = async (): Promise<Partial<Library>> => {
    const [rotations, intents] = await Promise.all([
      bridge.call('rotation.list', {}),
      bridge.call('intent.list', {}),
    ]);
    return { ...rotations, ...intents };
  };
  const read = (topic: LibraryTopic): Promise<Partial<Library>> => {
    if (topic === 'rotations') return readRotations();
    if (topic === 'targets') return bridge.call('target.list', {});
    if (topic === 'workspaces') return bridge.call('workspace.list', {});
    if (topic === 'credentials') return bridge.call('credential.list', {});
    if (topic === 'connections') return bridge.call('connection.list', {});
    return bridge.call('due.list', {});
  };
  return {
    ...store,
    refresh: async (topics = everything) => {
      try {
        const parts = await Promise.all(topics.map(read));
        store.setState(Object.assign({ loaded: true, failure: null }, ...parts) as Partial<Library>);
      } catch (error) {
        store.setState({ loaded: true, failure: asWireError(error) });
      }
    },
    markUsed: ({ connectionId, at, refusal }) => {
      if (refusal !== null) return;
      store.setState(({ connections }) => ({
        connections: connections.map((one) => (one.id === connectionId ? { ...one, lastUsedAt: at } : one)),
      }));
    },
    forget: () => store.setState(empty),
  };
};
