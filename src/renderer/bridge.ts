import type { VaultBridge } from '../shared/contract/contract.ts';
import { openSocketBridge } from './socketBridge.ts';

export type Link = 'connecting' | 'open' | 'lost';

/** A bridge, and whether something answers at its other end. */
export interface LinkedBridge extends VaultBridge {
  onLink(listener: (link: Link) => void): () => void;
}

const always = (bridge: VaultBridge): LinkedBridge => ({
  call: (name, input) => bridge.call(name, input),
  on: (name, listener) => bridge.on(name, listener),
  onLink: (listener) => {
    listener('open');
    return () => undefined;
  },
});

export const pickBridge = (): LinkedBridge => {
  if (window.vault !== undefined) return always(window.vault);
  const { protocol, host } = window.location;
  return openSocketBridge(`${protocol === 'https:' ? 'wss' : 'ws'}://${host}/ws`);
};
