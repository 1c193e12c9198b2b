import { toast } from 'sonner';
import { placeCount } from '../lib/targetWords.ts';
import { useTargets } from '../lib/useTargets.ts';
import { useApp, useSlice } from '../stores/appContext.tsx';
import { DialogForm } from './DialogForm.tsx';

export const DeleteCredentialDialog = ({ credentialId }: { readonly credentialId: string }) => {
  const { bridge, dialogs } = useApp();
  const credential = useSlice('library', (state) => state.credentials.find(({ id }) => id === credentialId));
  const places = useTargets(credentialId).length;
  if (credential === undefined) return null;
  return (
    <DialogForm
      danger
      title={`Delete “${credential.name}”?`}
      description={
        credential.origin === 'minted'
          ? 'It is deleted on the service and here. Whatever still uses it stops on its next call. This cannot be undone.'
          : 'It is forgotten here. The service keeps it until you delete it in the dashboard.'
      }
      submit="Delete"
      failure="It was not deleted"
      onSubmit={async () => {
        await bridge.call('credential.delete', { id: credential.id });
        dialogs.close();
        toast.success(`Deleted “${credential.name}”`);
      }}
    >
      {places > 0 && (
        <p className="text-warn-ink">
          What was written to {placeCount(places)} outside the vault stays there.
        </p>
      )}
    </DialogForm>
  );
};

export const RemovePlaceDialog = ({ targetId }: { readonly targetId: string }) => {
  const { bridge, dialogs } = useApp();
  const target = useSlice('library', (state) => state.targets.find(({ id }) => id === targetId));
  if (target === undefined) return null;
  return (
    <DialogForm
      danger
      title="Remove this place?"
      description={`${target.title}. The vault writes there no more. What was written stays there, and goes stale when the secret is replaced.`}
      submit="Remove"
      failure="It was not removed"
      onSubmit={async () => {
        await bridge.call('target.remove', { id: target.id });
        dialogs.close();
        toast.success(`Removed: ${target.title}`);
      }}
    />
  );
};

export const RevokeConnectionDialog = ({ connectionId }: { readonly connectionId: string }) => {
  const { bridge, dialogs } = useApp();
  const connection = useSlice('library', (state) => state.connections.find(({ id }) => id === connectionId));
  if (connection === undefined) return null;
  return (
    <DialogForm
      danger
      title={`Revoke “${connection.name}”?`}
      description="Its local credential stops at once and never works again. The real credential behind it stays."
      submit="Revoke"
      failure="It was not revoked"
      onSubmit={async () => {
        await bridge.call('connection.revoke', { connection: connection.id });
        dialogs.close();
        toast.success(`Revoked “${connection.name}”`);
      }}
    />
  );
};

export const RemoveWorkspaceDialog = ({ workspaceId }: { readonly workspaceId: string }) => {
  const { bridge, dialogs } = useApp();
  const workspace = useSlice('library', (state) => state.workspaces.find(({ id }) => id === workspaceId));
  if (workspace === undefined) return null;
  return (
    <DialogForm
      danger
      title={`Remove “${workspace.name}”?`}
      description="Its credentials and connections are removed from this vault. The service itself is not touched."
      submit="Remove"
      failure="It was not removed"
      onSubmit={async () => {
        await bridge.call('workspace.remove', { workspace: workspace.id });
        dialogs.close();
        toast.success(`Removed “${workspace.name}”`);
      }}
    />
  );
};
