import { createContext, type ReactNode, useContext, useSyncExternalStore } from 'react';
import type { StoreApi } from 'zustand/vanilla';
import type { LinkedBridge } from '../bridge.ts';
import { replacementOf } from '../lib/replacement.ts';
import { showWebNotice } from '../lib/webNotifier.ts';
import { type ActivityStore, createActivityStore } from './activity.ts';
import { type ClipboardStore, createClipboardStore } from './clipboard.ts';
import { createDialogStore, type DialogStore } from './dialogs.ts';
import { createLibraryStore, type LibraryStore } from './library.ts';
import { createNavigationStore, type NavigationStore } from './navigation.ts';
import { createSessionStore, type SessionStore } from './session.ts';
import { createThemeStore, type ThemeStore } from './theme.ts';

export interface App {
  readonly bridge: LinkedBridge;
  readonly session: SessionStore;
  readonly library: LibraryStore;
  readonly activity: ActivityStore;
  readonly dialogs: DialogStore;
  readonly navigation: NavigationStore;
  readonly clipboard: ClipboardStore;
  readonly theme: ThemeStore;
}

export const createApp = (bridge: LinkedBridge): App => {
  const session = createSessionStore(bridge);
  return {
    bridge,
    session,
    library: createLibraryStore(bridge),
    activity: createActivityStore(bridge),
    dialogs: createDialogStore(),
    navigation: createNavigationStore(),
    clipboard: createClipboardStore(bridge, () => session.getState().info?.clipboard ?? 'page'),
    theme: createThemeStore(),
  };
};

/** Keeps the stores in step with the core. Returns the function that stops it. */
export const followCore = (app: App): (() => void) => {
  const { bridge, session, library, activity, dialogs, navigation } = app;
  const readAll = async (): Promise<void> => {
    await session.load();
    if (session.getState().status?.vault !== 'unlocked') return;
    await Promise.all([library.refresh(), activity.load()]);
  };
  const stops = [
    bridge.onLink((link) => {
      session.setLink(link);
      if (link === 'open') void readAll();
    }),
    bridge.on('vault.changed', ({ state }) => {
      session.setVaultState(state);
      if (state === 'unlocked') void readAll();
      else {
        dialogs.close();
        library.forget();
        activity.forget();
      }
    }),
    bridge.on('data.changed', ({ topics }) => {
      void session.load();
      if (session.getState().status?.vault !== 'unlocked') return;
      void library.refresh([...topics.filter((topic) => topic !== 'status'), 'due']);
    }),
    bridge.on('notice.raised', ({ notice }) => {
      // The desktop has shown it by itself.
      if (session.getState().info?.host === 'browser')
        showWebNotice(notice, () => navigation.setState({ screen: 'due' }));
    }),
    bridge.on('due.asked', ({ replace }) => {
      const replaced = library.getState().credentials.find(({ id }) => id === replace);
      navigation.setState({
        screen: 'due',
        ...(replaced === undefined ? {} : { workspaceId: replaced.workspaceId }),
      });
      if (replaced !== undefined) dialogs.open(replacementOf(replaced, false));
    }),
    bridge.on('activity.added', ({ entry }) => {
      activity.add(entry);
      library.markUsed(entry);
    }),
  ];
  return () => {
    for (const stop of stops) stop();
  };
};

const AppContext = createContext<App | null>(null);

export const AppProvider = ({ app, children }: { readonly app: App; readonly children: ReactNode }) => (
  <AppContext value={app}>{children}</AppContext>
);

export const useApp = (): App => {
  const app = useContext(AppContext);
  if (app === null) throw new Error('useApp is used outside AppProvider');
  return app;
};

type StoreName = Exclude<keyof App, 'bridge'>;
type StateOf<Name extends StoreName> = App[Name] extends StoreApi<infer State> ? State : never;

export const useSlice = <Name extends StoreName, Slice>(
  name: Name,
  select: (state: StateOf<Name>) => Slice,
): Slice => {
  const store = useApp()[name] as unknown as StoreApi<StateOf<Name>>;
  return useSyncExternalStore(store.subscribe, () => select(store.getState()));
};
