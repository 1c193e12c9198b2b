import { EventEmitter } from 'node:events';
import type {
  BrowserWindowConstructorOptions,
  BrowserWindow as ElectronWindow,
  IpcMainInvokeEvent,
  WebContents,
  WebFrameMain,
} from 'electron';
import { app } from './app.ts';
import { cancelable } from './cancelable.ts';
import { ipcMain } from './ipcMain.ts';
import { PAGE_ORIGIN, toAppUrl, toPageUrl } from './origin.ts';
import { StandInSession } from './session.ts';
import { openWindowPage, type PausedRequest, type RequestAnswer, type WindowPage } from './windowPage.ts';

type WindowOpenHandler = Parameters<WebContents['setWindowOpenHandler']>[0];

/** Requests of the page for anything that is not its own. */
export const foreignRequests: string[] = [];
const windows: BrowserWindow[] = [];
let lastId = 0;

const mainFrame = { frameTreeNodeId: 1, origin: 'app://bundle' } satisfies Pick<
  WebFrameMain,
  'frameTreeNodeId' | 'origin'
>;

class StandInContents
  extends EventEmitter
  implements Pick<WebContents, 'id' | 'send' | 'setWindowOpenHandler'>
{
  readonly id: number;
  readonly mainFrame = mainFrame;
  readonly session: StandInSession;
  windowOpen: WindowOpenHandler | undefined;
  /** Events in the order they were sent, like Electron's. */
  #sent: Promise<unknown> = Promise.resolve();
  #page: Promise<WindowPage>;

  constructor(session: StandInSession, page: (contents: StandInContents) => Promise<WindowPage>) {
    super();
    lastId += 1;
    this.id = lastId;
    this.session = session;
    this.#page = page(this);
  }

  get page(): Promise<WindowPage> {
    return this.#page;
  }

  send(channel: string, ...values: unknown[]): void {
    this.deliver({ kind: 'event', channel, values });
  }

  deliver(message: object): void {
    this.#sent = this.#sent.then(async () => (await this.#page).send(message));
  }

  setWindowOpenHandler(handler: WindowOpenHandler): void {
    this.windowOpen = handler;
  }

  askWindowOpen(url: string): string | undefined {
    const details = { url, frameName: '', features: '', disposition: 'new-window' as const };
    return this.windowOpen?.({ ...details, referrer: { url: '', policy: 'no-referrer' } }).action;
  }

  /** @returns whether the app let the page go there */
  mayNavigate(url: string, isMainFrame: boolean): boolean {
    const kinds = isMainFrame ? ['will-navigate', 'will-frame-navigate'] : ['will-frame-navigate'];
    return kinds.every((kind) => {
      const event = cancelable({ url: toAppUrl(url), isMainFrame, isSameDocument: false });
      this.emit(kind, event);
      return !event.defaultPrevented;
    });
  }
}

export class BrowserWindow
  extends EventEmitter
  implements
    Pick<
      ElectronWindow,
      'loadURL' | 'show' | 'hide' | 'focus' | 'isVisible' | 'isMinimized' | 'restore' | 'isDestroyed'
    >
{
  readonly options: BrowserWindowConstructorOptions;
  readonly webContents: StandInContents;
  #isVisible = false;
  #isDestroyed = false;
  /** The URL that the app itself is loading: not a navigation that the page asked for. */
  #loading: string | null = null;

  constructor(options: BrowserWindowConstructorOptions) {
    super();
    this.options = options;
    const { session, preload } = options.webPreferences ?? {};
    if (!(session instanceof StandInSession) || preload === undefined)
      throw new Error('The stand-in needs a session and a preload.');
    this.webContents = new StandInContents(session, (contents) =>
      openWindowPage({
        preload,
        width: options.width ?? 800,
        height: options.height ?? 600,
        answer: (request) => this.#answer(request),
        receive: (call) => this.#receive(call),
        onWindowOpen: (url) => contents.askWindowOpen(url),
      }),
    );
    windows.push(this);
    app.emit('web-contents-created', {}, this.webContents);
  }

  static getAllWindows(): readonly BrowserWindow[] {
    return windows;
  }

  async loadURL(url: string): Promise<void> {
    const { page } = await this.webContents.page;
    this.#loading = toPageUrl(url);
    await page.goto(this.#loading);
    this.emit('ready-to-show');
  }

  async #answer({ url, method, isDocument, isMainFrame }: PausedRequest): Promise<RequestAnswer> {
    if (isDocument && url === this.#loading) this.#loading = null;
    else if (isDocument && !this.webContents.mayNavigate(url, isMainFrame)) return 'fail';
    if (new URL(url).origin !== PAGE_ORIGIN) {
      foreignRequests.push(url);
      return 'fail';
    }
    const handler = this.webContents.session.schemes.get('app');
    return handler === undefined ? 'fail' : handler(new Request(toAppUrl(url), { method }));
  }

  async #receive({ id, channel, values }: { id: number; channel: string; values: unknown[] }): Promise<void> {
    const event = { type: 'frame', sender: this.webContents, senderFrame: mainFrame };
    const handler = ipcMain.handlers.get(channel);
    try {
      if (handler === undefined) throw new Error(`No handler registered for '${channel}'`);
      const value = await handler(event as unknown as IpcMainInvokeEvent, ...values);
      this.webContents.deliver({ kind: 'reply', id, isKept: true, value });
    } catch (error) {
      this.webContents.deliver({ kind: 'reply', id, isKept: false, value: String(error) });
    }
  }

  /** As when the person clicks the window's close button. */
  requestClose(): void {
    const event = cancelable({});
    this.emit('close', event);
    if (!event.defaultPrevented) this.#isDestroyed = true;
  }

  show(): void {
    this.#isVisible = true;
  }
  hide(): void {
    this.#isVisible = false;
  }
  focus(): void {}
  restore(): void {}
  isVisible(): boolean {
    return this.#isVisible;
  }
  isMinimized(): boolean {
    return false;
  }
  isDestroyed(): boolean {
    return this.#isDestroyed;
  }
}
