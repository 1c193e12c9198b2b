import { createStore, type StoreApi } from 'zustand/vanilla';
import type { AppInfo, Status, VaultState } from '../../shared/contract/app.ts';
import type { WireError } from '../../shared/errorCodes.ts';
import type { Link, LinkedBridge } from '../bridge.ts';
import { asWireError } from '../lib/wireError.ts';

/** Who answers, and in what state its vault is. */
export interface Session {
  readonly link: Link;
  readonly info: AppInfo | null;
  readonly status: Status | null;
  readonly failure: WireError | null;
  /** How often it was read: whoever shows more of the core than this asks for it again. */
  readonly loads: number;
}

export interface SessionStore extends StoreApi<Session> {
  load(): Promise<void>;
  setLink(link: Link): void;
  setVaultState(vault: VaultState): void;
}

export const createSessionStore = (bridge: LinkedBridge): SessionStore => {
  const store = createStore<Session>(() => ({
    link: 'connecting',
    info: null,
    status: null,
    failure: null,
    loads: 0,
  }));
  return {
    ...store,
    load: async () => {
      try {
        const [info, status] = await Promise.all([
          bridge.call('app.info', {}),
          bridge.call('app.status', {}),
        ]);
        store.setState(({ loads }) => ({ info, status, failure: null, loads: loads + 1 }));
      } catch (error) {
        store.setState({ failure: asWireError(error) });
      }
    },
    setLink: (link) => store.setState({ link }),
    setVaultState: (vault) => {
      const { status } = store.getState();
      if (status !== null) store.setState({ status: { ...status, vault, locked: vault !== 'unlocked' } });
    },
  };
};
