import { createStore, type StoreApi } from 'zustand/vanilla';

export type Screen = 'credentials' | 'connections' | 'activity' | 'due' | 'vault';

export interface Navigation {
  readonly screen: Screen;
  /** null: the first one there is. */
  readonly workspaceId: string | null;
  readonly credentialId: string | null;
  readonly connectionId: string | null;
  readonly activityId: string | null;
  readonly activityFilter: string;
}

export type NavigationStore = StoreApi<Navigation>;

export const createNavigationStore = (): NavigationStore =>
  createStore<Navigation>(() => ({
    screen: 'credentials',
    workspaceId: null,
    credentialId: null,
    connectionId: null,
    activityId: null,
    activityFilter: '',
  }));
