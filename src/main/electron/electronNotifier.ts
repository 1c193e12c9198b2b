import { Notification } from 'electron';
import type { NoticeAction } from '../../shared/contract/due.ts';
import type { Notifier } from '../ports.ts';

const buttons: Readonly<Record<NoticeAction, string>> = {
  rotate: 'Replace…',
  snooze: 'Remind me tomorrow',
  open: 'Open',
};

/** Older ones can be seen, but no longer be answered. */
const MOST_ANSWERABLE = 20;

/** Where the system shows no buttons (Linux), a click is the only answer. */
export const createElectronNotifier = (): Notifier => {
  // What nobody holds is collected, and with it the listeners.
  const held = new Set<Notification>();
  return {
    notify: ({ title, body, actions }, act) => {
      if (!Notification.isSupported()) return;
      const shown = new Notification({
        title,
        body,
        actions: actions.map((action) => ({ type: 'button', text: buttons[action] })),
      });
      const answer = (action: NoticeAction | undefined): void => {
        held.delete(shown);
        if (action !== undefined) act(action);
      };
      shown.on('click', () => answer('open'));
      shown.on('action', ({ actionIndex }) => answer(actions[actionIndex]));
      // One that nobody looked at in time is kept by the system, and can be answered later.
      shown.on('close', ({ reason }) => reason !== 'timedOut' && held.delete(shown));
      held.add(shown);
      const [oldest] = held;
      if (held.size > MOST_ANSWERABLE && oldest !== undefined) held.delete(oldest);
      shown.show();
    },
  };
};
