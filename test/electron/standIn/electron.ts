/** The part of the `electron` module that the desktop host uses, typed against Electron's own declarations. */
import { app } from './app.ts';
import { environment } from './environment.ts';
import { ipcMain } from './ipcMain.ts';
import { answerProbes } from './probes.ts';
import { createSafeStorage } from './safeStorage.ts';
import { shell } from './system.ts';

export { app } from './app.ts';
export { BrowserWindow } from './browserWindow.ts';
export { ipcMain } from './ipcMain.ts';
export { session } from './session.ts';
export {
  ClipboardItem,
  clipboard,
  dialog,
  Menu,
  Notification,
  nativeImage,
  powerMonitor,
  protocol,
  shell,
  Tray,
} from './system.ts';

export const safeStorage = createSafeStorage(environment.safeStorage, environment.folder);

export default { app, ipcMain, shell };

answerProbes();
