import { ipcMain } from 'electron';
import ElectronStore from 'electron-store';
import type { DocumentStore } from '../ports.ts';

export const createElectronPreferences = (folder: string): DocumentStore => {
  const store = new ElectronStore({ cwd: folder, name: 'preferences', clearInvalidConfig: true });
  // The library answers this channel to any frame; the window has no use for it.
  ipcMain.removeAllListeners('electron-store-get-data');
  return {
    read: (key) => store.get(key),
    write: (key, value) => store.set(key, value),
  };
};
