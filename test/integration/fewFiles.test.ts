import { createServer, request } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { TestHome } from '../helpers/servedVault.ts';

const home = new TestHome();
const upstream = createServer((incoming, outgoing) =>
  incoming.resume().on('end', () => outgoing.end('stored')),
);
let endpoint: string;

beforeAll(async () => {
  await new Promise<void>((resolve) => upstream.listen(0, '127.0.0.1', resolve));
  const { port } = upstream.address() as AddressInfo;
  await home.serve([], {}, [], 'ulimit -n 64');
  const here = ['--workspace', 'here', '--name', 'a-name'];
  await home.json(['workspace', 'add', '--name', 'here', '--s3-url', `http://127.0.0.1:${port}`]);
  await home.json(
    ['key', 'import', ...here, '--bucket', '*', '--permission', 'read-write', '--unverified'],
    JSON.stringify({
      accessKeyId: 'AKIAFEWFILES00000001',
      secretAccessKey: 'few/files+0123456789abcdefghijklmnopqrst',
    }),
  );
  const create = ['connection', 'create', ...here, '--kind', 's3', '--open', '--port', '0'];
  ({ endpoint } = (await home.json(create)).connection);
});
afterAll(async () => {
  await home.remove();
  upstream.closeAllConnections();
  await new Promise((resolve) => upstream.close(resolve));
});

/** @returns the status, or 0 where the connection was not taken */
const put = (name: string): Promise<number> =>
  new Promise((resolve) => {
    const outgoing = request(`${endpoint}/demo/${name}`, { method: 'PUT', agent: false });
    outgoing.once('response', (incoming) => resolve(incoming.resume().statusCode ?? 0));
    outgoing.once('error', () => resolve(0));
    outgoing.end('body');
  });

it('a host that may open 64 files serves what it can, turns the rest away and recovers', async () => {
  for (let round = 0; round < 3; round += 1) {
    const statuses = await Promise.all(Array.from({ length: 200 }, (_, at) => put(`${round}-${at}`)));
    expect(statuses.filter((status) => ![200, 503, 0].includes(status))).toEqual([]);
    expect(statuses).toContain(200);
    await expect.poll(() => put('afterwards')).toBe(200);
  }
});

it('a tool that takes all it can get does not keep others out for good', async () => {
  const { hostname, port } = new URL(endpoint);
  const hoard = Array.from({ length: 200 }, () =>
    connect(Number(port), hostname).on('error', () => undefined),
  );
  await Promise.all(
    hoard.map((socket) => new Promise((seen) => socket.once('connect', seen).once('close', seen))),
  );
  expect([503, 0]).toContain(await put('kept-out'));
  for (const socket of hoard) socket.destroy();
  await expect.poll(() => put('afterwards')).toBe(200);
  expect(await home.stop()).toBe(0);
});
