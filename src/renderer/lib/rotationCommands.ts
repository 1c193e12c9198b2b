import { RefreshCw, Trash2, Undo2 } from 'lucide-react';
import { toast } from 'sonner';
import type { Rotation } from '../../shared/contract/rotation.ts';
import type { App } from '../stores/appContext.tsx';
import type { Command } from './commands.ts';
import { replacementOf } from './replacement.ts';
import { asWireError } from './wireError.ts';

/** @throws WireError */
export const takeBack = async ({ bridge }: Pick<App, 'bridge'>, { id, name }: Rotation): Promise<void> => {
  await bridge.call('rotation.undo', { rotation: id });
  toast.success(`“${name}” is the old one again`);
};

const underWay = (app: App, rotation: Rotation): readonly Command[] => {
  const takingBack: Command = {
    group: 'Do',
    title: `Take back: ${rotation.name}`,
    icon: Undo2,
    also: 'undo rotation replacement',
    run: () =>
      void takeBack(app, rotation).catch((error: unknown) =>
        toast.error('It was not taken back', { description: asWireError(error).message }),
      ),
  };
  const deletion: Command = {
    group: 'Do',
    title: `Delete now: the old ${rotation.name}`,
    icon: Trash2,
    also: 'finish rotation replacement',
    run: () => app.dialogs.open({ kind: 'finishRotation', rotationId: rotation.id }),
  };
  if (rotation.step !== 'draining') return [];
  return [...(rotation.isUndone ? [] : [takingBack]), ...(rotation.pendingTargets > 0 ? [] : [deletion])];
};

/** What a credential is renewed with, whether it is due or not, and what can be done about a rotation under way. */
export const aboutRotation = (app: App): readonly Command[] => {
  const { credentials, rotations } = app.library.getState();
  const isInRotation = (id: string): boolean =>
    rotations.some(({ servingId, retiringId }) => [servingId, retiringId].includes(id));
  return [
    ...rotations.flatMap((rotation) => underWay(app, rotation)),
    ...credentials
      .filter(({ id }) => !isInRotation(id))
      .map(
        (credential): Command => ({
          group: 'Do',
          title: `${credential.kind === 'token' ? 'Rotate' : 'Renew'} ${credential.name}`,
          icon: RefreshCw,
          also: 'rotate regenerate replace renew secret',
          run: () => {
            app.navigation.setState({ workspaceId: credential.workspaceId });
            app.dialogs.open(replacementOf(credential, false));
          },
        }),
      ),
  ];
};
