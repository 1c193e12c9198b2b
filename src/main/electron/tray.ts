import { app, Menu, nativeImage, Tray } from 'electron';
import icon2x from '../../../resources/tray/trayTemplate@2x.png?inline';
import icon from '../../../resources/tray/trayTemplate.png?inline';

interface TrayActions {
  open(): void;
  /** Opens the window at what is due. */
  openDue(): void;
  lock(): void;
  quit(): void;
}

export interface VaultTray {
  /** How many credentials need attention: on the tray, and on the icon of the app where the system has such a badge. */
  showAttention(count: number): void;
  destroy(): void;
}

/** The caller keeps the tray for as long as it is to be seen. */
export const createTray = ({ open, openDue, lock, quit }: TrayActions): VaultTray => {
  const image = nativeImage.createFromDataURL(icon);
  image.addRepresentation({ scaleFactor: 2, dataURL: icon2x });
  image.setTemplateImage(true);
  const tray = new Tray(image);
  const showAttention = (count: number): void => {
    tray.setToolTip(count === 0 ? 'nfyio Vault' : `nfyio Vault: ${count} due`);
    tray.setContextMenu(
      Menu.buildFromTemplate([
        { label: 'Open nfyio Vault', click: open },
        { label: count === 0 ? 'Due' : `Due (${count})`, click: openDue },
        { label: 'Lock', click: lock },
        { type: 'separator' },
        { label: 'Quit', click: quit },
      ]),
    );
    app.setBadgeCount(count);
  };
  showAttention(0);
  tray.on('click', open);
  return { showAttention, destroy: () => tray.destroy() };
};
