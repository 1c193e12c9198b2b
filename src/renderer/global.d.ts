import type { VaultBridge } from '../shared/contract/contract.ts';

declare global {
  interface Window {
    /** Put there by the preload of the desktop host; absent in the browser host. */
    readonly vault?: VaultBridge;
  }
}
