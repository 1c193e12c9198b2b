import { EventEmitter } from 'node:events';
import type {
  Clipboard,
  CustomScheme,
  Dialog,
  ClipboardItem as ElectronClipboardItem,
  Notification as ElectronNotification,
  Tray as ElectronTray,
  MenuItemConstructorOptions,
  NativeImage,
  NotificationActionEventParams,
  NotificationCloseEventParams,
  NotificationConstructorOptions,
  Protocol,
  Shell,
} from 'electron';

/** What the app did to the machine, for a test to look at. */
export const machine = {
  privilegedSchemes: [] as CustomScheme[],
  openedOutside: [] as string[],
  errorBoxes: [] as { title: string; content: string }[],
  notifications: [] as NotificationConstructorOptions[],
  trayItems: [] as MenuItemConstructorOptions[],
  trayToolTip: '',
  menuItems: [] as MenuItemConstructorOptions[],
  clipboardText: '',
  clipboardTypes: [] as readonly string[],
};

export const protocol = {
  registerSchemesAsPrivileged: (schemes) => void machine.privilegedSchemes.push(...schemes),
} satisfies Pick<Protocol, 'registerSchemesAsPrivileged'>;

export const shell = {
  openExternal: (url) => {
    machine.openedOutside.push(url);
    return Promise.resolve();
  },
} satisfies Pick<Shell, 'openExternal'>;

export const dialog = {
  showErrorBox: (title, content) => {
    machine.errorBoxes.push({ title, content });
    process.stderr.write(`error box: ${title}: ${content}\n`);
  },
} satisfies Pick<Dialog, 'showErrorBox'>;

export class ClipboardItem implements Pick<ElectronClipboardItem, 'types'> {
  readonly types: string[];
  readonly parts: Readonly<Record<string, unknown>>;
  constructor(parts: ConstructorParameters<typeof ElectronClipboardItem>[0]) {
    this.parts = parts;
    this.types = Object.keys(parts);
  }
}

export const clipboard = {
  write: (items) => {
    const [item] = items as unknown as ClipboardItem[];
    machine.clipboardText = String(item?.parts['text/plain'] ?? '');
    machine.clipboardTypes = item?.types ?? [];
    return Promise.resolve();
  },
  readText: () => Promise.resolve(machine.clipboardText),
  clear: () => {
    machine.clipboardText = '';
    machine.clipboardTypes = [];
  },
} satisfies Pick<Clipboard, 'write' | 'readText' | 'clear'>;

export class Notification extends EventEmitter implements Pick<ElectronNotification, 'show'> {
  static readonly shown: Notification[] = [];
  readonly #options: NotificationConstructorOptions;
  constructor(options: NotificationConstructorOptions) {
    super();
    this.#options = options;
  }
  static isSupported(): boolean {
    return true;
  }
  show(): void {
    machine.notifications.push(this.#options);
    Notification.shown.push(this);
  }
  click(): void {
    this.emit('click', {});
  }
  press(actionIndex: number): void {
    this.emit('action', { actionIndex, selectionIndex: -1 } satisfies NotificationActionEventParams);
  }
  dismiss(): void {
    this.emit('close', { reason: 'userCanceled' } satisfies NotificationCloseEventParams);
  }
}

type StandInMenu = readonly MenuItemConstructorOptions[];

export const Menu = {
  buildFromTemplate: (template: MenuItemConstructorOptions[]): StandInMenu => template,
  setApplicationMenu: (menu: StandInMenu): void => {
    machine.menuItems = [...menu];
  },
};

type ImagePart = Pick<NativeImage, 'addRepresentation' | 'setTemplateImage'>;

export const nativeImage = {
  createFromDataURL: (): ImagePart => ({
    addRepresentation: () => undefined,
    setTemplateImage: () => undefined,
  }),
};

export class Tray extends EventEmitter implements Pick<ElectronTray, 'setToolTip' | 'destroy'> {
  setToolTip(toolTip: string): void {
    machine.trayToolTip = toolTip;
  }
  destroy(): void {}
  setContextMenu(menu: StandInMenu): void {
    machine.trayItems = [...menu];
  }
}

export const powerMonitor = new EventEmitter();
