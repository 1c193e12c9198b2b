import { once } from 'node:events';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';

const HOST = '127.0.0.1';

const listen = async (server: Server, port: number): Promise<void> => {
  server.listen({ host: HOST, port });
  await once(server, 'listening');
};

const isTaken = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && (error.code === 'EADDRINUSE' || error.code === 'EACCES');

/**
 * Listens on this machine only.
 * @param wantedPort 0, or when it is taken: a free one
 * @returns the origin, e.g. http://127.0.0.1:7473
 */
export const listenOnLoopback = async (server: Server, wantedPort: number): Promise<string> => {
  try {
    await listen(server, wantedPort);
  } catch (error) {
    if (!isTaken(error)) throw error;
    await listen(server, 0);
  }
  return `http://${HOST}:${(server.address() as AddressInfo).port}`;
};

/** Takes no more connections and ends those there are. */
export const stopListening = async (server: Server): Promise<void> => {
  if (!server.listening) return;
  const closed = once(server, 'close');
  server.close();
  server.closeAllConnections();
  await closed;
};
