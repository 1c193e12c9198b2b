import clsx from 'clsx';
import { Dialog as RadixDialog } from 'radix-ui';
import { useRef } from 'react';
import { currentOpener, isInsideDialog } from '../lib/opener.ts';
import { useApp, useSlice } from '../stores/appContext.tsx';
import type { Dialog } from '../stores/dialogs.ts';
import { AddPlaceDialog } from './AddPlaceDialog.tsx';
import { ForgetBackupsDialog, RestoreBackupDialog } from './backupDialogs.tsx';
import { BucketsDialog, DeleteBucketDialog } from './bucketDialogs.tsx';
import { CalendarDialog } from './CalendarDialog.tsx';
import { CommandPalette } from './CommandPalette.tsx';
import { ConnectToolDialog } from './ConnectToolDialog.tsx';
import { ConnectWorkspaceDialog } from './ConnectWorkspaceDialog.tsx';
import { ControlTokenDialog } from './ControlTokenDialog.tsx';
import { CreateKeyDialog } from './CreateKeyDialog.tsx';
import {
  DeleteCredentialDialog,
  RemovePlaceDialog,
  RemoveWorkspaceDialog,
  RevokeConnectionDialog,
} from './confirmDialogs.tsx';
import { ExportDialog } from './ExportDialog.tsx';
import { FinishRotationDialog } from './FinishRotationDialog.tsx';
import { ImportDialog } from './ImportDialog.tsx';
import { ImportKeyDialog } from './ImportKeyDialog.tsx';
import { ImportTokenDialog } from './ImportTokenDialog.tsx';
import { MintTokenDialog } from './MintTokenDialog.tsx';
import { PresignDialog } from './PresignDialog.tsx';
import { PreviewPlaceDialog } from './PreviewPlaceDialog.tsx';
import { RotateDialog } from './RotateDialog.tsx';
import { ServiceDialog } from './ServiceDialog.tsx';
import { SetPassphraseDialog } from './SetPassphraseDialog.tsx';
import { ShortcutsDialog } from './ShortcutsDialog.tsx';
import { ShowOnceDialog } from './ShowOnceDialog.tsx';
import { ShowRecoveryKeyDialog } from './ShowRecoveryKeyDialog.tsx';
import { AddKeychainDialog, MakeRecoveryKeyDialog, RemoveSlotDialog } from './slotDialogs.tsx';

const body = (dialog: Dialog) => {
  switch (dialog.kind) {
    case 'connectWorkspace':
      return <ConnectWorkspaceDialog />;
    case 'removeWorkspace':
      return <RemoveWorkspaceDialog workspaceId={dialog.workspaceId} />;
    case 'service':
      return <ServiceDialog />;
    case 'controlToken':
      return <ControlTokenDialog />;
    case 'buckets':
      return <BucketsDialog />;
    case 'deleteBucket':
      return <DeleteBucketDialog bucket={dialog.bucket} />;
    case 'mintToken':
      return <MintTokenDialog replaces={dialog.replaces} />;
    case 'createKey':
      return <CreateKeyDialog replaces={dialog.replaces} />;
    case 'importToken':
      return <ImportTokenDialog />;
    case 'importKey':
      return <ImportKeyDialog />;
    case 'showOnce':
      return (
        <ShowOnceDialog
          credential={dialog.credential}
          revealId={dialog.revealId}
          isUnsealed={dialog.isUnsealed ?? false}
        />
      );
    case 'rotate':
      return <RotateDialog credentialId={dialog.credentialId} />;
    case 'finishRotation':
      return <FinishRotationDialog rotationId={dialog.rotationId} />;
    case 'addPlace':
      return <AddPlaceDialog credentialId={dialog.credentialId} />;
    case 'previewPlace':
      return <PreviewPlaceDialog targetId={dialog.targetId} />;
    case 'removePlace':
      return <RemovePlaceDialog targetId={dialog.targetId} />;
    case 'deleteCredential':
      return <DeleteCredentialDialog credentialId={dialog.credentialId} />;
    case 'connectTool':
      return <ConnectToolDialog credentialId={dialog.credentialId} />;
    case 'revokeConnection':
      return <RevokeConnectionDialog connectionId={dialog.connectionId} />;
    case 'presign':
      return <PresignDialog connectionId={dialog.connectionId} />;
    case 'setPassphrase':
      return <SetPassphraseDialog />;
    case 'makeRecoveryKey':
      return <MakeRecoveryKeyDialog />;
    case 'showRecoveryKey':
      return <ShowRecoveryKeyDialog revealId={dialog.revealId} />;
    case 'addKeychain':
      return <AddKeychainDialog />;
    case 'removeSlot':
      return <RemoveSlotDialog slot={dialog.slot} />;
    case 'restoreBackup':
      return <RestoreBackupDialog backup={dialog.backup} />;
    case 'forgetBackups':
      return <ForgetBackupsDialog />;
    case 'export':
      return <ExportDialog />;
    case 'calendar':
      return <CalendarDialog />;
    case 'importFile':
      return <ImportDialog />;
    case 'palette':
      return <CommandPalette />;
    case 'shortcuts':
      return <ShortcutsDialog />;
  }
};

const confirming: readonly Dialog['kind'][] = [
  'deleteCredential',
  'finishRotation',
  'removePlace',
  'revokeConnection',
  'removeWorkspace',
  'deleteBucket',
  'removeSlot',
  'restoreBackup',
  'forgetBackups',
];
/** Nothing was typed into these, so a press beside them closes them. */
const light: readonly Dialog['kind'][] = ['palette', 'shortcuts', 'service'];

/**
 * One dialog at a time, in one frame that stays while one follows another, so that the focus finds its way back.
 * The backdrop is ours: Radix's Overlay writes a <style> element, which the content security policy forbids.
 */
export const DialogHost = () => {
  const { dialogs } = useApp();
  const dialog = useSlice('dialogs', (state) => state.dialog);
  const frame = useRef<HTMLDivElement>(null);
  const opener = useRef<HTMLElement | null>(null);
  // Asked while rendering: a moment later the dialog's own field has the focus.
  const active = currentOpener();
  if (!isInsideDialog(active)) opener.current = active;
  return (
    <RadixDialog.Root open={dialog !== null} onOpenChange={(open) => !open && dialogs.askToClose()}>
      {dialog !== null && (
        <RadixDialog.Portal>
          <div
            className={clsx(
              'fixed inset-0 z-30 flex justify-center overflow-y-auto bg-scrim p-6',
              dialog.kind === 'palette' ? 'items-start pt-[14vh]' : 'items-center',
            )}
          >
            <RadixDialog.Content
              ref={frame}
              aria-modal
              role={confirming.includes(dialog.kind) ? 'alertdialog' : 'dialog'}
              onInteractOutside={(event) => !light.includes(dialog.kind) && event.preventDefault()}
              onOpenAutoFocus={(event) => {
                // A field that asked for the focus has it already.
                if (frame.current?.contains(document.activeElement)) event.preventDefault();
              }}
              onCloseAutoFocus={(event) => {
                event.preventDefault();
                opener.current?.focus();
              }}
              className={clsx(
                'flex max-h-full w-full animate-rise flex-col overflow-hidden rounded-xl border border-line bg-raised shadow-dialog outline-none',
                confirming.includes(dialog.kind) ? 'max-w-105' : 'max-w-130',
              )}
            >
              <div key={dialog.kind} className="contents">
                {body(dialog)}
              </div>
            </RadixDialog.Content>
          </div>
        </RadixDialog.Portal>
      )}
    </RadixDialog.Root>
  );
};
