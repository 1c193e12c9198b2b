import { FileKey, FilePlus, FileX } from 'lucide-react';
import type { App } from '../stores/appContext.tsx';
import type { Command } from './commands.ts';

/** The places outside the vault: to add one for a credential, to write to one, to remove one. */
export const aboutTargets = ({ library, navigation, dialogs }: App): readonly Command[] => {
  const { credentials, targets } = library.getState();
  const also = 'roll out target place env file secret manager github';
  return [
    ...credentials.map(
      ({ id, name, workspaceId }): Command => ({
        group: 'Do',
        title: `Add a place for ${name}`,
        icon: FilePlus,
        also,
        run: () => {
          navigation.setState({ screen: 'credentials', workspaceId, credentialId: id });
          dialogs.open({ kind: 'addPlace', credentialId: id });
        },
      }),
    ),
    ...targets.flatMap(({ id, title }): readonly Command[] => [
      {
        group: 'Do',
        title: `Write to ${title}`,
        icon: FileKey,
        also,
        run: () => dialogs.open({ kind: 'previewPlace', targetId: id }),
      },
      {
        group: 'Do',
        title: `Remove ${title}`,
        icon: FileX,
        also,
        run: () => dialogs.open({ kind: 'removePlace', targetId: id }),
      },
    ]),
  ];
};
