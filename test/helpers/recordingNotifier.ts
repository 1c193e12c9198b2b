import type { Notifier } from '../../src/main/ports.ts';
import type { Notice, NoticeAction } from '../../src/shared/contract/due.ts';

export class RecordingNotifier implements Notifier {
  readonly notices: Notice[] = [];
  /** Plays the person: answers the newest notice. */
  answer: (action: NoticeAction) => void = () => undefined;

  notify(notice: Notice, act: (action: NoticeAction) => void): void {
    this.notices.push(notice);
    this.answer = act;
  }
}
