import type { App, Session, Shell, WebContents } from 'electron';
import { isAppUrl, isOutsideLink } from './appOrigin.ts';

/** Whether it is the address of a workspace of the vault: that may be opened outside, too. */
type IsDashboard = (url: string) => boolean;

/** What a page could ask of the system, and what it gets: nothing. */
export const lockDownSession = (session: Session): void => {
  session.setPermissionRequestHandler((_contents, _permission, callback) => callback(false));
  session.setPermissionCheckHandler(() => false);
  session.setDevicePermissionHandler(() => false);
  session.setDisplayMediaRequestHandler((_request, callback) => callback(null));
  // Every class stays protected; an empty answer would open them all.
  session.setUSBProtectedClassesHandler(({ protectedClasses }) => protectedClasses);
  session.setBluetoothPairingHandler((_details, callback) => callback({ confirmed: false }));
  session.on('select-hid-device', (event, _details, callback) => {
    event.preventDefault();
    callback(null);
  });
  session.on('select-serial-port', (event, _ports, _contents, callback) => {
    event.preventDefault();
    callback('');
  });
  session.on('select-usb-device', (event, _details, callback) => {
    event.preventDefault();
    callback();
  });
  session.on('will-download', (event) => event.preventDefault());
};

/** Where a page could go: nowhere but its own origin. */
const lockDownContents = (
  contents: WebContents,
  shell: Pick<Shell, 'openExternal'>,
  isDashboard: IsDashboard,
): void => {
  const stay = (event: { readonly url: string; preventDefault(): void }): void => {
    if (!isAppUrl(event.url)) event.preventDefault();
  };
  contents.on('will-navigate', stay);
  contents.on('will-frame-navigate', stay);
  contents.on('will-redirect', stay);
  contents.on('will-attach-webview', (event) => event.preventDefault());
  contents.on('select-bluetooth-device', (event, _devices, callback) => {
    event.preventDefault();
    callback('');
  });
  contents.setWindowOpenHandler(({ url }) => {
    if (isOutsideLink(url) || isDashboard(url)) void shell.openExternal(url);
    return { action: 'deny' };
  });
};

/** To be called before any window exists. */
export const lockDownApp = (app: App, shell: Pick<Shell, 'openExternal'>, isDashboard: IsDashboard): void => {
  app.on('web-contents-created', (_event, contents) => lockDownContents(contents, shell, isDashboard));
  app.on('certificate-error', (event, _contents, _url, _error, _certificate, callback) => {
    event.preventDefault();
    callback(false);
  });
  // Left alone, the first certificate of the system's store would be sent.
  app.on('select-client-certificate', (event, _contents, _url, _certificates, callback) => {
    event.preventDefault();
    callback();
  });
  app.on('login', (event) => event.preventDefault());
};
