import { type ReminderSettings, reminderSettings } from '../../shared/contract/due.ts';
import type { DocumentStore } from '../ports.ts';

const KEY = 'reminders';
const unchosen: ReminderSettings = { stepsDays: [14, 7, 3, 1, 0], showNames: false };

/** When and how a person is reminded; what cannot be read is as if nothing had been chosen. */
export class ReminderPreferences {
  readonly #preferences: DocumentStore;

  constructor(preferences: DocumentStore) {
    this.#preferences = preferences;
  }

  read(): ReminderSettings {
    const chosen = reminderSettings.safeParse(this.#preferences.read(KEY));
    return chosen.success ? chosen.data : unchosen;
  }

  write({ stepsDays, showNames }: ReminderSettings): ReminderSettings {
    const settings = { stepsDays: stepsDays.toSorted((one, other) => other - one), showNames };
    this.#preferences.write(KEY, settings);
    return settings;
  }
}
