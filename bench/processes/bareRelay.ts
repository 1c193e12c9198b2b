/** A relay of what is ready to hand: the HTTP server of Node, the client of undici, one header set, nothing looked at. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Pool } from 'undici';

const [port, token] = process.argv.slice(2) as [string, string];
/** As many as the vault has for one connection. */
const pool = new Pool(`http://127.0.0.1:${port}`, { connections: 512 });

const server = createServer((incoming, outgoing) => {
  const { url: path = '/' } = incoming;
  pool.dispatch(
    { path, method: 'GET', headers: ['authorization', `Bearer ${token}`] },
    {
      onRequestStart: () => undefined,
      onResponseStart: (_, status, headers) =>
        outgoing.writeHead(status, { 'content-length': String(headers['content-length']) }),
      onResponseData: (_, chunk) => outgoing.write(chunk),
      onResponseEnd: () => outgoing.end(),
      onResponseError: () => outgoing.destroy(),
    },
  );
});
server.listen(0, '127.0.0.1', () => process.send?.((server.address() as AddressInfo).port));
