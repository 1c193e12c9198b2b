import type { App, BrowserWindow } from 'electron';

/**
 * The process leaves when `stop` has ended. Before that, closing the window leaves the loopback running; the tray and
 * a second start bring the window back.
 */
export const quitInOrder = (app: App, window: BrowserWindow, stop: () => Promise<void>): void => {
  let isStopping = false;
  app.on('before-quit', (event) => {
    event.preventDefault();
    if (isStopping) return;
    isStopping = true;
    void stop().then(
      () => app.exit(0),
      () => app.exit(1),
    );
  });
  window.on('close', (event) => {
    if (isStopping) return;
    event.preventDefault();
    window.hide();
  });
};
