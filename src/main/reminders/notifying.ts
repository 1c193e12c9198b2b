import type { Notice, NoticeAction, SnoozeUntil } from '../../shared/contract/due.ts';
import type { Notifier } from '../ports.ts';

interface NotifyingDependencies {
  readonly notifier: Notifier;
  readonly onTold: (notice: Notice) => void;
  readonly snooze: (credentialIds: readonly string[], until: SnoozeUntil) => void;
  /** @param replace the credential to begin with, or null for all that is due */
  readonly onDueAsked: (replace: string | null) => void;
}

/** Tells a person something without being asked, and does what they answer. */
export class Notifying {
  readonly #dependencies: NotifyingDependencies;

  constructor(dependencies: NotifyingDependencies) {
    this.#dependencies = dependencies;
  }

  tell(notice: Notice): void {
    const { notifier, onTold } = this.#dependencies;
    notifier.notify(notice, (action) => this.#answered(notice, action));
    onTold(notice);
  }

  #answered({ credentialIds }: Notice, action: NoticeAction): void {
    const { onDueAsked, snooze } = this.#dependencies;
    if (action === 'snooze') snooze(credentialIds, 'tomorrow');
    else onDueAsked(action === 'rotate' ? (credentialIds[0] ?? null) : null);
  }
}
