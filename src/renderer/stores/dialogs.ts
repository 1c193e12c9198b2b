import { createStore, type StoreApi } from 'zustand/vanilla';
import type { Credential } from '../../shared/contract/credentials.ts';
import type { Backup } from '../../shared/contract/vault.ts';
import type { Replacement } from '../lib/replacement.ts';

/** Every dialog there is. Plain values: what a dialog does is in its component. */
export type Dialog =
  | { readonly kind: 'connectWorkspace' }
  | { readonly kind: 'removeWorkspace'; readonly workspaceId: string }
  | { readonly kind: 'service' }
  | { readonly kind: 'controlToken' }
  | { readonly kind: 'buckets' }
  | { readonly kind: 'deleteBucket'; readonly bucket: string }
  | { readonly kind: 'mintToken'; readonly replaces?: Replacement }
  | { readonly kind: 'createKey'; readonly replaces?: Replacement }
  | { readonly kind: 'importToken' }
  | { readonly kind: 'importKey' }
  | {
      readonly kind: 'showOnce';
      readonly credential: Credential;
      readonly revealId: string;
      readonly isUnsealed?: true;
    }
  | { readonly kind: 'rotate'; readonly credentialId: string }
  | { readonly kind: 'finishRotation'; readonly rotationId: string }
  | { readonly kind: 'addPlace'; readonly credentialId: string }
  | { readonly kind: 'previewPlace'; readonly targetId: string }
  | { readonly kind: 'removePlace'; readonly targetId: string }
  | { readonly kind: 'deleteCredential'; readonly credentialId: string }
  | { readonly kind: 'connectTool'; readonly credentialId: string | null }
  | { readonly kind: 'revokeConnection'; readonly connectionId: string }
  | { readonly kind: 'presign'; readonly connectionId: string }
  | { readonly kind: 'setPassphrase' }
  | { readonly kind: 'makeRecoveryKey' }
  | { readonly kind: 'showRecoveryKey'; readonly revealId: string }
  | { readonly kind: 'addKeychain' }
  | { readonly kind: 'removeSlot'; readonly slot: string }
  | { readonly kind: 'restoreBackup'; readonly backup: Backup }
  | { readonly kind: 'forgetBackups' }
  | { readonly kind: 'export' }
  | { readonly kind: 'calendar' }
  | { readonly kind: 'importFile' }
  | { readonly kind: 'palette' }
  | { readonly kind: 'shortcuts' };

export interface Dialogs {
  readonly dialog: Dialog | null;
  /** The open dialog wants to be asked before it closes. */
  readonly guarded: boolean;
  /** Somebody tried to close a guarded dialog. */
  readonly closeAsked: boolean;
}

export interface DialogStore extends StoreApi<Dialogs> {
  open(dialog: Dialog): void;
  guard(guarded: boolean): void;
  askToClose(): void;
  close(): void;
}

export const createDialogStore = (): DialogStore => {
  const store = createStore<Dialogs>(() => ({ dialog: null, guarded: false, closeAsked: false }));
  const close = (): void => store.setState({ dialog: null, guarded: false, closeAsked: false });
  return {
    ...store,
    open: (dialog) => store.setState({ dialog, guarded: false, closeAsked: false }),
    guard: (guarded) => store.setState({ guarded, closeAsked: false }),
    askToClose: () => (store.getState().guarded ? store.setState({ closeAsked: true }) : close()),
    close,
  };
};
