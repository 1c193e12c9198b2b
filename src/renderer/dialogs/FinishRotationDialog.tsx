import { toast } from 'sonner';
import { RunningRequests } from '../screens/RunningRequests.tsx';
import { useApp, useSlice } from '../stores/appContext.tsx';
import { DialogForm } from './DialogForm.tsx';

export const FinishRotationDialog = ({ rotationId }: { readonly rotationId: string }) => {
  const { bridge, dialogs } = useApp();
  const rotation = useSlice('library', (state) => state.rotations.find(({ id }) => id === rotationId));
  if (rotation === undefined) return null;
  const one = rotation.isUndone ? 'new' : 'old';
  return (
    <DialogForm
      danger
      title={`Delete the ${one} “${rotation.name}” now?`}
      description={
        rotation.running.length === 0
          ? 'Nothing runs with it. It is deleted at the service, and cannot be taken back afterwards.'
          : 'What still runs with it is ended. It cannot be taken back afterwards.'
      }
      submit="Delete now"
      failure="It was not deleted"
      onSubmit={async () => {
        await bridge.call('rotation.finish', { rotation: rotation.id });
        dialogs.close();
        toast.success(`The ${one} “${rotation.name}” is deleted`);
      }}
    >
      <RunningRequests requests={rotation.running} />
    </DialogForm>
  );
};
