import { Menu, nativeImage, Tray } from 'electron';
import icon2x from '../../../resources/tray/trayTemplate@2x.png?inline';
import icon from '../../../resources/tray/trayTemplate.png?inline';

interface TrayActions {
  open(): void;
  lock(): void;
  quit(): void;
}

/** The caller keeps the tray for as long as it is to be seen. */
export const createTray = ({ open, lock, quit }: TrayActions): Tray => {
  const image = nativeImage.createFromDataURL(icon);
  image.addRepresentation({ scaleFactor: 2, dataURL: icon2x });
  image.setTemplateImage(true);
  const tray = new Tray(image);
  tray.setToolTip('nfyio Vault');
  tray.setContextMenu(
    Menu.buildFromTemplate([
      { label: 'Open nfyio Vault', click: open },
      { label: 'Lock', click: lock },
      { type: 'separator' },
      { label: 'Quit', click: quit },
    ]),
  );
  tray.on('click', open);
  return tray;
};
