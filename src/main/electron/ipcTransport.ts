import type { BrowserWindow, IpcMain, IpcMainInvokeEvent } from 'electron';
import { type EventName, ipcChannel } from '../../shared/contract/channels.ts';
import { plainCopy } from '../../shared/plainJson.ts';
import { MAX_MESSAGE_BYTES } from '../../shared/wire.ts';
import type { Answer, Router } from '../ipc/router.ts';
import { AppError } from '../lib/appError.ts';
import { APP_ORIGIN } from './appOrigin.ts';

interface IpcTransport {
  readonly ipcMain: Pick<IpcMain, 'handle' | 'removeHandler'>;
  readonly router: Router;
  readonly window: BrowserWindow;
  subscribe(listener: (name: EventName, payload: unknown) => void): () => void;
}

/** Only the main frame of the one window, showing our own page, is listened to. */
const isOurWindow = (event: IpcMainInvokeEvent, window: BrowserWindow): boolean => {
  const { sender, senderFrame } = event;
  return (
    !window.isDestroyed() &&
    sender.id === window.webContents.id &&
    senderFrame !== null &&
    senderFrame.frameTreeNodeId === window.webContents.mainFrame.frameTreeNodeId &&
    senderFrame.origin === APP_ORIGIN
  );
};

const failure = (error: AppError): Answer => ({ ok: false, error: error.toWire() });

const readInput = (input: unknown): unknown => {
  try {
    const copy = plainCopy(input);
    if (Buffer.byteLength(JSON.stringify(copy)) <= MAX_MESSAGE_BYTES) return copy;
  } catch (cause) {
    throw new AppError('INVALID_INPUT', { detail: 'The message is not plain.', cause });
  }
  throw new AppError('INVALID_INPUT', { detail: 'The message is too large.' });
};

/** The router over Electron IPC. @returns the function that ends it */
export const serveIpc = ({ ipcMain, router, window, subscribe }: IpcTransport): (() => void) => {
  ipcMain.handle(ipcChannel.call, async (event, name: unknown, input: unknown): Promise<Answer> => {
    if (!isOurWindow(event, window)) return failure(new AppError('BROWSER_REFUSED'));
    if (typeof name !== 'string') return failure(new AppError('INVALID_INPUT'));
    try {
      return await router.answer(name, readInput(input));
    } catch (error) {
      return failure(error instanceof AppError ? error : new AppError('INTERNAL', { cause: error }));
    }
  });
  const unsubscribe = subscribe((name, payload) => {
    if (!window.isDestroyed()) window.webContents.send(ipcChannel.event, name, payload);
  });
  return () => {
    unsubscribe();
    ipcMain.removeHandler(ipcChannel.call);
  };
};
