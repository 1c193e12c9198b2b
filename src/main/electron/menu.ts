import { Menu } from 'electron';

/** Copy, paste and window keys. No reload and no developer tools. */
export const setMenu = (platform: NodeJS.Platform): void => {
  Menu.setApplicationMenu(
    Menu.buildFromTemplate([
      ...(platform === 'darwin' ? [{ role: 'appMenu' as const }] : []),
      { role: 'editMenu' },
      { role: 'windowMenu' },
    ]),
  );
};
