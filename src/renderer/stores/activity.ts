import { createStore, type StoreApi } from 'zustand/vanilla';
import type { ActivityEntry } from '../../shared/contract/activity.ts';
import type { VaultBridge } from '../../shared/contract/contract.ts';

export interface Activity {
  /** Newest first. */
  readonly entries: readonly ActivityEntry[];
  readonly paused: boolean;
  /** How many came in while paused. */
  readonly heldBack: number;
}

export interface ActivityStore extends StoreApi<Activity> {
  load(): Promise<void>;
  add(entry: ActivityEntry): void;
  setPaused(paused: boolean): void;
  forget(): void;
}

const KEPT = 5000;
/** Entries are shown in bundles, so that a thousand requests a second do not mean a thousand renders. */
const BUNDLE_MS = 100;
const empty: Activity = { entries: [], paused: false, heldBack: 0 };

export const createActivityStore = (bridge: VaultBridge): ActivityStore => {
  const store = createStore<Activity>(() => empty);
  let incoming: ActivityEntry[] = [];
  let timer: ReturnType<typeof setTimeout> | null = null;

  const show = (): void => {
    timer = null;
    if (store.getState().paused) {
      store.setState({ heldBack: incoming.length });
      return;
    }
    const fresh = incoming.reverse();
    incoming = [];
    store.setState(({ entries }) => {
      const known = new Set(fresh.map(({ id }) => id));
      return {
        entries: [...fresh, ...entries.filter(({ id }) => !known.has(id))].slice(0, KEPT),
        heldBack: 0,
      };
    });
  };

  return {
    ...store,
    load: async () => {
      // A list that cannot be read stays as it is: the session says why.
      const answer = await bridge.call('activity.list', { limit: KEPT }).catch(() => null);
      if (answer !== null) store.setState({ entries: answer.entries });
    },
    add: (entry) => {
      incoming.push(entry);
      if (incoming.length > KEPT) incoming.shift();
      if (timer === null) timer = setTimeout(show, BUNDLE_MS);
    },
    setPaused: (paused) => {
      store.setState({ paused });
      if (!paused) show();
    },
    forget: () => {
      incoming = [];
      store.setState(empty);
    },
  };
};
