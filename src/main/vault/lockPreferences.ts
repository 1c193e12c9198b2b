import { type LockSettings, lockSettings } from '../../shared/contract/vault.ts';
import type { DocumentStore } from '../ports.ts';

const KEY = 'lock';

/** When the vault locks by itself, as the person chose it; what cannot be read is as if nothing had been chosen. */
export class LockPreferences {
  readonly #preferences: DocumentStore;
  readonly #whenUnchosen: LockSettings;

  /** A host without a window is left alone for weeks: there the vault locks by itself only if that was chosen. */
  constructor(preferences: DocumentStore, hasWindow: boolean) {
    this.#preferences = preferences;
    this.#whenUnchosen = { idleMinutes: hasWindow ? 5 : null, connectionsKeepOpen: false };
  }

  read(): LockSettings {
    const chosen = lockSettings.safeParse(this.#preferences.read(KEY));
    return chosen.success ? chosen.data : this.#whenUnchosen;
  }

  write(settings: LockSettings): LockSettings {
    this.#preferences.write(KEY, settings);
    return settings;
  }
}
