import type { Notice } from '../../shared/contract/due.ts';

/** Notifications of the browser, for the host that has no other. A page may not have buttons on them: a click is the answer. */

export type WebNotifierState = NotificationPermission | 'absent';

export const webNotifierState = (): WebNotifierState =>
  'Notification' in window ? Notification.permission : 'absent';

/** To be called by a click: browsers do not let a page ask by itself. */
export const askForWebNotifications = async (): Promise<WebNotifierState> => {
  if (webNotifierState() === 'default') await Notification.requestPermission();
  return webNotifierState();
};

export const showWebNotice = ({ title, body, credentialIds }: Notice, onClick: () => void): void => {
  if (webNotifierState() !== 'granted') return;
  // The same tag: several windows of this vault show it once.
  const shown = new Notification(title, { body, tag: credentialIds.join(' ') });
  shown.addEventListener('click', () => {
    window.focus();
    shown.close();
    onClick();
  });
};
