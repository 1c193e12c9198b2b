import type { IpcMainInvokeEvent, MenuItemConstructorOptions } from 'electron';
import { app } from './app.ts';
import { BrowserWindow, foreignRequests } from './browserWindow.ts';
import { cancelable } from './cancelable.ts';
import { ipcMain } from './ipcMain.ts';
import { machine, Notification, powerMonitor } from './system.ts';

/** A sender as a test imagines it. */
export interface ForgedSender {
  readonly contentsId?: number;
  /** null: the frame is gone. */
  readonly frame?: { readonly frameTreeNodeId: number; readonly origin: string } | null;
}

const theWindow = (): BrowserWindow => {
  const [window] = BrowserWindow.getAllWindows();
  if (window === undefined) throw new Error('There is no window.');
  return window;
};

/** Plays Chromium, the system or a person towards the app. Called by name from the test's process. */
export const probes = {
  machine: () => machine,
  appCalls: () => app.calls,
  foreignRequests: () => foreignRequests,

  window: () => {
    const window = theWindow();
    const { session, preload, ...literals } = window.options.webPreferences ?? {};
    return { isVisible: window.isVisible(), webPreferences: literals };
  },
  closeWindow: () => theWindow().requestClose(),
  secondInstance: () => app.emit('second-instance', {}, ['anything'], '/', undefined),

  permission: (name: string) => {
    const { webContents } = theWindow();
    const { permissionRequest, permissionCheck } = webContents.session;
    let isGranted: boolean | 'unanswered' = 'unanswered';
    permissionRequest?.(
      webContents as never,
      name as never,
      (granted) => {
        isGranted = granted;
      },
      {} as never,
    );
    return {
      request: isGranted,
      check:
        permissionCheck?.(webContents as never, name as never, 'app://bundle', {} as never) ?? 'unanswered',
    };
  },

  devices: () => {
    const { session } = theWindow().webContents;
    const choose = (name: string, ...between: unknown[]) => {
      const event = cancelable({});
      let chosen: unknown = 'unanswered';
      session.emit(name, event, ...between, (device: unknown) => {
        chosen = device ?? null;
      });
      return { isPrevented: event.defaultPrevented, chosen };
    };
    let streams: unknown = 'unanswered';
    session.displayMedia?.({} as never, (granted) => {
      streams = granted;
    });
    const protectedClasses = ['audio', 'hid', 'mass-storage'] as const;
    return {
      device: session.devicePermission?.({} as never),
      displayMedia: streams,
      usbClasses: session.usbProtectedClasses?.({ protectedClasses: [...protectedClasses] }),
      hid: choose('select-hid-device', {}),
      serial: choose('select-serial-port', [], {}),
      usb: choose('select-usb-device', {}),
    };
  },

  /** What happens when the page, a frame, a server's redirect or `window.open` wants to go there. */
  navigation: (url: string) => {
    const { webContents } = theWindow();
    const redirect = cancelable({ url });
    webContents.emit('will-redirect', redirect);
    return {
      main: webContents.mayNavigate(url, true),
      frame: webContents.mayNavigate(url, false),
      redirect: !redirect.defaultPrevented,
      windowOpen: webContents.askWindowOpen(url),
    };
  },

  /** Asks the protocol handler with the path exactly as written: a browser would tidy it up first. */
  appFile: async (path: string) => {
    const handler = theWindow().webContents.session.schemes.get('app');
    const answer = await handler?.({ url: `app://bundle${path}`, method: 'GET' } as Request);
    return { status: answer?.status, hasPolicy: answer?.headers.has('content-security-policy') };
  },

  attachWebview: () => {
    const event = cancelable({});
    theWindow().webContents.emit('will-attach-webview', event, {}, {});
    return event.defaultPrevented;
  },

  certificates: () => {
    const { webContents } = theWindow();
    const badServer = cancelable({});
    const client = cancelable({});
    const answers: unknown[] = [];
    const answer = (value: unknown) => answers.push(value ?? null);
    app.emit('certificate-error', badServer, webContents, 'https://a.test', 'net::ERR', {}, answer);
    app.emit('select-client-certificate', client, null, 'https://a.test', [{}], answer);
    return { prevented: [badServer.defaultPrevented, client.defaultPrevented], answers };
  },

  /** An IPC message from a sender that is not the window's main frame, or that is. */
  ipc: async (channel: string, sender: ForgedSender, ...values: unknown[]) => {
    const { webContents } = theWindow();
    const event = {
      type: 'frame',
      sender: { id: sender.contentsId ?? webContents.id },
      senderFrame: sender.frame === undefined ? webContents.mainFrame : sender.frame,
    };
    return ipcMain.handlers.get(channel)?.(event as unknown as IpcMainInvokeEvent, ...values);
  },
  ipcChannels: () => ({ handled: [...ipcMain.handlers.keys()], listened: ipcMain.eventNames().map(String) }),

  badgeCount: () => app.badgeCount,
  /** A person answers the newest notification: by a click, or by the button with this number. */
  answerNotification: (button: number | null) => {
    const newest = Notification.shown.at(-1);
    if (button === null) newest?.click();
    else newest?.press(button);
    return newest !== undefined;
  },

  power: (name: string) => powerMonitor.emit(name),
  clickTray: (label: string) => {
    const item = machine.trayItems.find((candidate: MenuItemConstructorOptions) => candidate.label === label);
    item?.click?.({} as never, undefined, {} as never);
    return item !== undefined;
  },
};

export type Probes = typeof probes;

interface ProbeCall {
  readonly id: number;
  readonly name: keyof Probes;
  readonly values: readonly unknown[];
}

export const answerProbes = (): void => {
  process.on('message', async ({ id, name, values }: ProbeCall) => {
    try {
      const probe = probes[name] as (...values: readonly unknown[]) => unknown;
      process.send?.({ id, isKept: true, value: (await probe(...values)) ?? null });
    } catch (error) {
      process.send?.({ id, isKept: false, value: String(error) });
    }
  });
};
