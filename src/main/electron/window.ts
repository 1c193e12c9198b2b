import { BrowserWindow, nativeImage, type Session } from 'electron';
import icon from '../../../resources/icons/256x256.png?inline';
import { APP_PAGE } from './appOrigin.ts';

/** The one window. Its preferences are literals: nothing that is read or received can loosen them. */
export const createWindow = (preload: string, session: Session): BrowserWindow => {
  const window = new BrowserWindow({
    title: 'nfyio Vault',
    // For Linux; elsewhere the system takes that of the program.
    icon: nativeImage.createFromDataURL(icon),
    width: 1280,
    height: 800,
    minWidth: 720,
    minHeight: 560,
    show: false,
    autoHideMenuBar: true,
    webPreferences: {
      preload,
      session,
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
      nodeIntegrationInWorker: false,
      nodeIntegrationInSubFrames: false,
      webviewTag: false,
      webSecurity: true,
      allowRunningInsecureContent: false,
      experimentalFeatures: false,
      navigateOnDragDrop: false,
      // The browser host shows the same window in a browser that has developer tools.
      devTools: false,
      // Its dictionaries would be fetched from outside, and what is typed here is nobody's to check.
      spellcheck: false,
    },
  });
  window.once('ready-to-show', () => window.show());
  return window;
};

export const loadWindow = (window: BrowserWindow): Promise<void> => window.loadURL(APP_PAGE);

export const showWindow = (window: BrowserWindow): void => {
  if (window.isMinimized()) window.restore();
  window.show();
  window.focus();
};
