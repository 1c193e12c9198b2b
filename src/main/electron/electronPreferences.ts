import { ipcMain } from 'electron';
import ElectronStore from 'electron-store';
import { PRIVATE_FILE_MODE } from '../lib/privateFolder.ts';
import type { DocumentStore } from '../ports.ts';

/** The same file that the other hosts keep, so that a choice made in one holds in all. */
export const createElectronPreferences = (folder: string): DocumentStore => {
  const store = new ElectronStore<Record<string, unknown>>({
    cwd: folder,
    name: 'preferences',
    configFileMode: PRIVATE_FILE_MODE,
    clearInvalidConfig: true,
    accessPropertiesByDotNotation: false,
  });
  // The library answers this channel to any frame; the window has no use for it.
  ipcMain.removeAllListeners('electron-store-get-data');
  return {
    read: (key) => store.get(key),
    write: (key, value) => store.set(key, value),
  };
};
