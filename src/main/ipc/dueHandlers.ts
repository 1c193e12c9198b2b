import type { Credential, CredentialKind } from '../../shared/contract/credentials.ts';
import { AppError } from '../lib/appError.ts';
import type { Calendar } from '../reminders/calendar.ts';
import type { ReminderPreferences } from '../reminders/reminderPreferences.ts';
import type { Reminders } from '../reminders/reminders.ts';
import type { HandlersOf } from './handlersOf.ts';

type Names = 'due.list' | 'due.snooze' | 'due.calendar' | 'reminder.settings' | 'reminder.configure';

interface DueServices {
  readonly reminders: Pick<Reminders, 'due' | 'snooze' | 'look'>;
  readonly preferences: ReminderPreferences;
  readonly credentials: () => readonly Credential[];
  readonly findCredential: (reference: string, kind: CredentialKind | undefined) => Credential;
  readonly calendar: () => Calendar;
  readonly writeFile: (path: string, bytes: Buffer) => Promise<void>;
}

export const dueHandlers = (services: DueServices): HandlersOf<Names> => ({
  'due.list': () => ({ due: services.reminders.due(services.credentials()) }),
  'due.snooze': ({ credential, kind, until }) => {
    services.reminders.snooze([services.findCredential(credential, kind).id], until);
    return { done: true };
  },
  'due.calendar': async ({ path }) => {
    if (!path.endsWith('.ics'))
      throw new AppError('INVALID_INPUT', { detail: 'path: it has to end in .ics.' });
    const { text, events } = services.calendar();
    await services.writeFile(path, Buffer.from(text));
    return { path, events };
  },
  'reminder.settings': () => ({ settings: services.preferences.read() }),
  'reminder.configure': (chosen) => {
    const settings = services.preferences.write(chosen);
    services.reminders.look();
    return { settings };
  },
});
