import { mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import {
  type BrowserWindow,
  ClipboardItem,
  clipboard,
  dialog,
  app as electronApp,
  ipcMain,
  powerMonitor,
  protocol,
  safeStorage,
  session,
  shell,
} from 'electron';
import type { EventPayload } from '../shared/contract/contract.ts';
import { type App, createApp } from './app.ts';
import { appScheme, serveAppProtocol } from './electron/appProtocol.ts';
import { createElectronClipboard } from './electron/electronClipboard.ts';
import { createElectronNotifier } from './electron/electronNotifier.ts';
import { createElectronPreferences } from './electron/electronPreferences.ts';
import { serveIpc } from './electron/ipcTransport.ts';
import { onLinuxScreenLock } from './electron/linuxScreenLock.ts';
import { lockDownApp, lockDownSession } from './electron/lockdown.ts';
import { setMenu } from './electron/menu.ts';
import { quitInOrder } from './electron/orderlyQuit.ts';
import { lockOnPowerEvents } from './electron/powerEvents.ts';
import { openSafeStorage } from './electron/safeStorageWrapper.ts';
import { createTray } from './electron/tray.ts';
import { createWindow, loadWindow, showWindow } from './electron/window.ts';
import { AppError } from './lib/appError.ts';
import { openDocumentFile } from './node/documentFile.ts';
import { outliveFileSizeLimit } from './node/fileSizeLimit.ts';
import { defaultHome } from './node/homeFolder.ts';
import { hostPorts } from './node/hostPorts.ts';
import { sweepMemoryOnLock } from './node/memorySweep.ts';
import { openFileLimit } from './node/openFileLimit.ts';
import { createStreamLogger } from './node/streamLogger.ts';
import { systemClock } from './node/systemClock.ts';
import { openSystemKeyring } from './node/systemKeyring.ts';
import type { Clipboard } from './ports.ts';
import { serveControlSocket } from './transports/controlSocket.ts';
import { loadRendererFiles, securityHeaders } from './transports/rendererFiles.ts';

const builtFolder = join(import.meta.dirname, '..');
const logger = createStreamLogger({ clock: systemClock, level: 'info' });
const home = resolve(process.env.NFYIO_VAULT_HOME || defaultHome());

const portOf = (variable: string): number | undefined => {
  const given = process.env[variable];
  if (given === undefined) return undefined;
  const port = Number(given);
  if (Number.isInteger(port) && port >= 0 && port <= 65_535) return port;
  throw new AppError('INVALID_INPUT', { detail: `${variable} is not a port.` });
};

/** Chromium's own profile lives below the home, so that one home means one instance. */
const placeProfile = (): void => {
  const profile = join(home, 'window');
  mkdirSync(profile, { recursive: true, mode: 0o700 });
  electronApp.setPath('userData', profile);
};

const openApp = async (systemClipboard: Clipboard): Promise<App> => {
  const { apiPort, s3Port, sandboxPorts } = hostPorts({
    apiPort: portOf('NFYIO_VAULT_API_PORT'),
    s3Port: portOf('NFYIO_VAULT_S3_PORT'),
  });
  const app = createApp(
    {
      clock: systemClock,
      preferences: createElectronPreferences(home),
      keychain: await openSafeStorage(safeStorage, process.platform, systemClock),
      keyring: await openSystemKeyring(),
      reminderStore: openDocumentFile(home, 'reminders'),
      notifier: createElectronNotifier(),
      clipboard: systemClipboard,
      logger,
    },
    {
      home,
      version: electronApp.getVersion(),
      openFiles: openFileLimit(),
      host: 'desktop',
      ...{ apiPort, s3Port, sandboxPorts },
      onStopRequested: () => electronApp.quit(),
    },
  );
  sweepMemoryOnLock(app, systemClock);
  await app.start();
  return app;
};

/** In memory only: nothing that the window shows reaches a cache on the disk. */
const openWindow = async (): Promise<BrowserWindow> => {
  const windowSession = session.fromPartition('window', { cache: false });
  lockDownSession(windowSession);
  serveAppProtocol(windowSession.protocol, {
    find: await loadRendererFiles(join(builtFolder, 'renderer')),
    headers: securityHeaders("'none'"),
  });
  return createWindow(join(builtFolder, 'preload/index.cjs'), windowSession);
};

/** A vault that this keychain sealed opens by itself; any other waits for its passphrase. */
const unlockByKeychain = async ({ router }: App): Promise<void> => {
  const status = await router.answer('app.status', {});
  const isLocked = status.ok && (status.output as { vault: string }).vault === 'locked';
  if (isLocked) await router.answer('vault.unlock', {});
};

const hasStatus = (payload: unknown): boolean =>
  (payload as EventPayload<'data.changed'>).topics.includes('status');

const attentionOf = async ({ router }: App): Promise<number> => {
  const status = await router.answer('app.status', {});
  return status.ok ? (status.output as { attention: number }).attention : 0;
};

let runningApp: App | null = null;

const run = async (): Promise<void> => {
  await electronApp.whenReady();
  const systemClipboard = createElectronClipboard({
    clipboard,
    createItem: (parts) => new ClipboardItem(parts),
    platform: process.platform,
    clock: systemClock,
  });
  const app = await openApp(systemClipboard);
  runningApp = app;
  const controlSocket = await serveControlSocket({ home, app, logger });
  const window = await openWindow();
  const endIpc = serveIpc({ ipcMain, router: app.router, window, subscribe: app.subscribe });
  const lock = (): void => void app.router.answer('vault.lock', {});
  const open = (): void => showWindow(window);

  quitInOrder(electronApp, window, async () => {
    // No new work, running work ends, the home is free, and only then are the askers told.
    endIpc();
    controlSocket.stopListening();
    await systemClipboard.clear().catch(() => undefined);
    await app.stop();
    controlSocket.close();
  });
  electronApp.on('second-instance', open);
  electronApp.on('activate', open);

  setMenu(process.platform);
  const tray = createTray({ open, openDue: () => app.showDue(), lock, quit: () => electronApp.quit() });
  electronApp.on('quit', () => tray.destroy());
  app.subscribe((name, payload) => {
    if (name === 'due.asked') open();
    if (name === 'data.changed' && hasStatus(payload)) void attentionOf(app).then(tray.showAttention);
  });
  lockOnPowerEvents(powerMonitor, lock);
  if (process.platform === 'linux') electronApp.on('quit', onLinuxScreenLock(lock));
  await Promise.all([unlockByKeychain(app), loadWindow(window)]);
};

const giveUp = (error: unknown): void => {
  const { message, hint } = error instanceof AppError ? error : new AppError('INTERNAL', { cause: error });
  logger.log('error', 'the desktop host could not start', {
    code: error instanceof AppError ? error.code : 'INTERNAL',
    kind: error instanceof Error ? error.name : typeof error,
  });
  dialog.showErrorBox('nfyio Vault could not start', `${message}\n\n${hint}`);
  electronApp.exit(1);
};

electronApp.enableSandbox();
outliveFileSizeLimit();
protocol.registerSchemesAsPrivileged([appScheme]);
lockDownApp(electronApp, shell, (url) => runningApp?.isDashboard(url) ?? false);
try {
  placeProfile();
  // Without additional data: what a second start says is not listened to, it only brings the window to the front.
  if (electronApp.requestSingleInstanceLock()) run().catch(giveUp);
  else electronApp.quit();
} catch (error) {
  giveUp(new AppError('HOME_UNUSABLE', { detail: `${home} cannot be used.`, cause: error }));
}
