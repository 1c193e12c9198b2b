import type { Notifier } from '../../src/main/ports.ts';

export class RecordingNotifier implements Notifier {
  readonly notices: { readonly title: string; readonly body: string }[] = [];

  notify(notice: { readonly title: string; readonly body: string }): void {
    this.notices.push(notice);
  }
}
