import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { type WebSocket, WebSocketServer } from 'ws';
import { MAX_MESSAGE_BYTES } from '../../shared/wire.ts';
import { openSession, type ServedApp } from './session.ts';

export interface WebSocketTransport {
  /** The caller has decided that this handshake is welcome. */
  accept(incoming: IncomingMessage, socket: Duplex, head: Buffer): void;
  close(): void;
}

const GOING_AWAY = 1001;
const UNSUPPORTED_DATA = 1003;

const serverOptions = {
  noServer: true,
  maxPayload: MAX_MESSAGE_BYTES,
  perMessageDeflate: false,
  // A tab that does not answer the close must not hold up the end of the host.
  closeTimeout: 500,
};

const converse = (app: ServedApp, socket: WebSocket): void => {
  const session = openSession(app, {
    send: (message) => socket.send(message),
    backlogBytes: () => socket.bufferedAmount,
    close: () => socket.terminate(),
  });
  socket.on('message', (data, isBinary) => {
    if (isBinary) socket.close(UNSUPPORTED_DATA);
    else session.receive(data.toString());
  });
  // `ws` closes the connection itself after a protocol error or a message that is too long.
  socket.on('error', () => session.end());
  socket.on('close', () => session.end());
};

/** One wire message per text frame. */
export const createWebSocketTransport = (app: ServedApp): WebSocketTransport => {
  const server = new WebSocketServer(serverOptions);
  return {
    accept: (incoming, socket, head) =>
      server.handleUpgrade(incoming, socket, head, (webSocket) => converse(app, webSocket)),
    close: () => {
      for (const webSocket of server.clients) webSocket.close(GOING_AWAY);
      server.close();
    },
  };
};
