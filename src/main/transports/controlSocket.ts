import { chmod, lstat, mkdir, unlink } from 'node:fs/promises';
import { createServer, type Server, type Socket } from 'node:net';
import { dirname, resolve } from 'node:path';
import { MAX_MESSAGE_BYTES } from '../../shared/wire.ts';
import { AppError, systemCode } from '../lib/appError.ts';
import type { Logger } from '../ports.ts';
import { assertPrivateSocketFolder, controlSocketPath } from './controlSocketPath.ts';
import { createLineReader } from './lineReader.ts';
import { openSession, type ServedApp } from './session.ts';

export interface ControlSocket {
  /** Removes the socket; conversations go on. To be called before the home lock is released. */
  stopListening(): void;
  /** Ends the conversations too. A client that asked for the stop learns here that it is complete. */
  close(): void;
}

/** Every command is somebody's use of the app. */
interface CommandedApp extends ServedApp {
  used(): void;
}

interface ControlSocketOptions {
  readonly home: string;
  readonly app: CommandedApp;
  readonly logger: Logger;
}

const unusable = (cause: unknown): AppError =>
  cause instanceof AppError
    ? cause
    : new AppError('SOCKET_UNUSABLE', { detail: `(${systemCode(cause) ?? 'unknown reason'})`, cause });

const converse = (app: CommandedApp, socket: Socket): void => {
  const session = openSession(app, {
    send: (message) => socket.write(`${message}\n`),
    backlogBytes: () => socket.writableLength,
    close: () => socket.destroy(),
  });
  const takeBytes = createLineReader({
    maxBytes: MAX_MESSAGE_BYTES,
    onLine: (line) => {
      app.used();
      session.receive(line);
    },
    onTooLong: () => socket.destroy(),
  });
  socket.on('data', takeBytes);
  socket.on('error', () => socket.destroy());
  socket.on('close', () => session.end());
};

const listen = (server: Server, path: string): Promise<void> =>
  new Promise((done, failed) => {
    server.once('error', failed);
    server.listen(path, () => {
      server.off('error', failed);
      done();
    });
  });

/** What a killed host left behind. Only a socket is removed, never a file that something else put there. */
const removeStale = async (path: string): Promise<void> => {
  const found = await lstat(path).catch(() => undefined);
  if (found === undefined) return;
  if (!found.isSocket()) {
    throw new AppError('SOCKET_UNUSABLE', {
      detail: `${path} is in the way and is not a socket.`,
      hint: 'Move that file away, then start again.',
    });
  }
  await unlink(path);
};

const makeFolder = async (path: string, home: string): Promise<void> => {
  // The home folder itself is made, and its mode put right, by the App.
  if (dirname(path) !== resolve(home)) await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  await assertPrivateSocketFolder(path, home);
};

/**
 * Listens for the CLI. The caller holds the lock of the home folder: that is why a socket found there is stale.
 * @throws AppError SOCKET_UNUSABLE
 */
export const serveControlSocket = async (options: ControlSocketOptions): Promise<ControlSocket> => {
  const { home, app, logger } = options;
  const path = controlSocketPath(home);
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
    converse(app, socket);
  });
  try {
    if (process.platform !== 'win32') {
      await makeFolder(path, home);
      await removeStale(path);
    }
    await listen(server, path);
    if (process.platform !== 'win32') await chmod(path, 0o600);
  } catch (error) {
    server.close();
    throw unusable(error);
  }
  server.on('error', (error) =>
    logger.log('error', 'the control socket failed', { code: systemCode(error) ?? 'unknown' }),
  );

  return {
    stopListening: () => void server.close(),
    close: () => {
      server.close();
      for (const socket of sockets) socket.end(() => socket.destroy());
    },
  };
};
