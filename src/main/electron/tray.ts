import { Menu, nativeImage, Tray } from 'electron';

interface TrayActions {
  open(): void;
  lock(): void;
  quit(): void;
}

/** A key, black on nothing, at 16 and 32 pixels: macOS tints it to fit the menu bar. */
const icon16 =
  'iVBORw0KGgoAAAANSUhEUgAAABAAAAAQCAQAAAC1+jfqAAAAV0lEQVR42mNgoCMwYDDALRnAcJ/hP8N/hvsMAdil/yNBLEpAuuczCDAIMMwHm4JhN0ifAJgtgGIWCBKjAJsVDWCp/TAFmI5MYNiPrACXNxMYGogOKJoCAJYLPGfWGxDoAAAAAElFTkSuQmCC';
const icon32 =
  'iVBORw0KGgoAAAANSUhEUgAAACAAAAAgCAQAAADZc7J/AAAAqUlEQVR42u1U2w2AIAy8ERiBUToCIzACI7CJoziCIzgCI2AkKsWIlMQfjXd/Te/SFwA/PggFgoMDQfWLNQZExgG6R24RCvnKACuXxwqtrPhQNQiSRnLvE0yKGExsFs3JZ7li0WzR2AgdiaaIG2Y8XnKDOxLPiA0+ZSBrYZ/IWvpcGsiGSEzkzxVL1nhrIDmkWwPJKWv4xIpB32Py11uTP2cNSnz6Q/nxWiziqfMFNMRLDAAAAABJRU5ErkJggg==';
const dataUrl = (png: string): string => `data:image/png;base64,${png}`;

/** The caller keeps the tray for as long as it is to be seen. */
export const createTray = ({ open, lock, quit }: TrayActions): Tray => {
  const image = nativeImage.createFromDataURL(dataUrl(icon16));
  image.addRepresentation({ scaleFactor: 2, dataURL: dataUrl(icon32) });
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
