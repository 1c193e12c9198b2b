import { BellOff, CalendarPlus, RefreshCw } from 'lucide-react';
import type { App } from '../stores/appContext.tsx';
import type { Command } from './commands.ts';
import { replacementOf } from './replacement.ts';
import { snooze, snoozeChoices } from './snooze.ts';

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
