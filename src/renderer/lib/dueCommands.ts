import { BellOff, CalendarPlus, RefreshCw } from 'lucide-react';
import type { App } from '../stores/appContext.tsx';
import type { Command } from './commands.ts';
import { replacementOf } from './replacement.ts';
import { snooze, snoozeChoices } from './snooze.ts';

/** What a credential is renewed with, whether it is due or not. */
export const aboutRotation = ({ library, navigation, dialogs }: App): readonly Command[] => {
  const { credentials, rotations } = library.getState();
  const isInRotation = (id: string): boolean =>
    rotations.some(({ servingId, retiringId }) => [servingId, retiringId].includes(id));
  return credentials
    .filter(({ id }) => !isInRotation(id))
    .map((credential) => ({
      group: 'Do',
      title: `${credential.kind === 'token' ? 'Rotate' : 'Renew'} ${credential.name}`,
      icon: RefreshCw,
      also: 'rotate regenerate replace renew secret',
      run: () => {
        navigation.setState({ workspaceId: credential.workspaceId });
        dialogs.open(replacementOf(credential, false));
      },
    }));
};

/** What the Due screen offers, for every credential that needs attention. */
export const aboutDue = (app: App): readonly Command[] => {
  const { credentials, due } = app.library.getState();
  const each = credentials.flatMap((credential): readonly Command[] => {
    const item = due.find(({ id }) => id === credential.id);
    if (item === undefined) return [];
    const isQuiet = item.isIgnored || item.snoozedUntil !== null;
    const choices = isQuiet ? [{ until: 'now', title: 'Remind me again' } as const] : snoozeChoices;
    return [
      {
        group: 'Do',
        title: `Replace ${credential.name}`,
        icon: RefreshCw,
        also: 'rotate renew due',
        run: () => {
          app.navigation.setState({ workspaceId: credential.workspaceId });
          app.dialogs.open(replacementOf(credential, item.reasons.includes('wide')));
        },
      },
      ...choices.map(
        ({ until, title }): Command => ({
          group: 'Do',
          title: `${title}: ${credential.name}`,
          icon: BellOff,
          also: 'snooze ignore due',
          run: () => void snooze(app, credential.id, until),
        }),
      ),
    ];
  });
  return [
    ...each,
    {
      group: 'Do',
      title: 'Calendar file',
      icon: CalendarPlus,
      also: 'ics ical expiries due',
      run: () => app.dialogs.open({ kind: 'calendar' }),
    },
  ];
};
