import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { AppError, systemCode } from '../lib/appError.ts';
import type { Logger } from '../ports.ts';
import {
  cookieValues,
  isOwnPage,
  isOwnSocket,
  provenanceOf,
  sessionCookie,
  sessionCookieName,
} from './browserGate.ts';
import { BrowserSessions } from './browserSessions.ts';
import { type RendererFiles, securityHeaders } from './rendererFiles.ts';
import type { ServedApp } from './session.ts';
import { closedPage, sendFile, sendPage } from './staticFiles.ts';
import { createWebSocketTransport } from './webSocketTransport.ts';

export interface BrowserHost {
  /** e.g. http://127.0.0.1:7472 */
  readonly origin: string;
  /** A link that opens the window in one browser, once. An earlier link that was not used no longer works. */
  newLink(): string;
  close(): Promise<void>;
}

interface BrowserHostOptions {
  readonly app: ServedApp;
  readonly logger: Logger;
  readonly files: RendererFiles;
  /** Preferred port: a free one is taken instead when it is in use, as the link carries the port anyway. */
  readonly port: number;
}

const LINK_PREFIX = '/open/';
const SOCKET_PATH = '/ws';
const LOOPBACK = '127.0.0.1';

const listenOn = (server: Server, port: number): Promise<number> =>
  new Promise((done, failed) => {
    server.once('error', failed);
    server.listen({ host: LOOPBACK, port, exclusive: true }, () => {
      server.off('error', failed);
      done((server.address() as AddressInfo).port);
    });
  });

const listen = async (server: Server, port: number): Promise<number> => {
  try {
    return await listenOn(server, port);
  } catch (error) {
    if (systemCode(error) === 'EADDRINUSE') return listenOn(server, 0);
    throw new AppError('INTERNAL', { detail: `The window's port could not be opened.`, cause: error });
  }
};

const refuseUpgrade = (socket: Duplex): void => {
  socket.on('error', () => socket.destroy());
  socket.end('HTTP/1.1 403 Forbidden\r\nConnection: close\r\nContent-Length: 0\r\n\r\n');
};

/** Serves the window to browsers of this machine that came through a one-time link. */
export const serveBrowserHost = async (options: BrowserHostOptions): Promise<BrowserHost> => {
  const { app, logger, files } = options;
  const sessions = new BrowserSessions();
  const webSockets = createWebSocketTransport(app);
  const server = createServer();
  const port = await listen(server, options.port);
  const origin = `http://${LOOPBACK}:${port}`;
  const headers = new Headers(securityHeaders(`'self' ws://${LOOPBACK}:${port}`));

  const hasSession = (incoming: IncomingMessage): boolean =>
    cookieValues(incoming.headers.cookie, sessionCookieName(port)).some((token) => sessions.isOpen(token));

  const openLink = (incoming: IncomingMessage, response: ServerResponse): void => {
    const token = sessions.exchange(incoming.url?.slice(LINK_PREFIX.length) ?? '');
    if (token === undefined) {
      sendPage(response, incoming.method, closedPage);
      return;
    }
    response.writeHead(303, { Location: '/', 'Set-Cookie': sessionCookie(port, token), 'Content-Length': 0 });
    response.end();
  };

  server.on('request', (incoming, response) => {
    response.setHeaders(headers);
    if (!isOwnPage(provenanceOf(incoming), port)) {
      logger.log('info', 'a request to the window came from elsewhere and was refused');
      sendPage(response, incoming.method, closedPage);
    } else if (incoming.method === 'GET' && incoming.url?.startsWith(LINK_PREFIX)) {
      openLink(incoming, response);
    } else if (hasSession(incoming)) {
      sendFile(incoming, response, files);
    } else {
      sendPage(response, incoming.method, closedPage);
    }
  });

  server.on('upgrade', (incoming, socket, head) => {
    const isWelcome =
      incoming.url === SOCKET_PATH && isOwnSocket(provenanceOf(incoming), port) && hasSession(incoming);
    if (isWelcome) webSockets.accept(incoming, socket, head);
    else refuseUpgrade(socket);
  });

  return {
    origin,
    newLink: () => `${origin}${LINK_PREFIX}${sessions.newLinkToken()}`,
    close: () =>
      new Promise((done) => {
        server.close(() => done());
        webSockets.close();
        server.closeAllConnections();
      }),
  };
};
