import { once } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { TestHome } from '../helpers/servedVault.ts';

/** The session bus of a Linux is there, and does not answer: the library that reads keyrings would wait for it. */

let home: TestHome;
let bus: Server;
const sockets = new Set<Socket>();

const listen = async (path: string, onData: (socket: Socket) => void): Promise<NodeJS.ProcessEnv> => {
  bus = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined).on('data', () => onData(socket));
  });
  bus.listen(path);
  await once(bus, 'listening');
  return { DBUS_SESSION_BUS_ADDRESS: `unix:path=${path}` };
};

afterEach(async () => {
  await home.remove();
  for (const socket of sockets) socket.destroy();
  bus.close();
});

describe.skipIf(process.platform !== 'linux')('a session bus that does not answer', () => {
  it.each<[string, (socket: Socket) => void]>([
    ['takes every connection and says nothing', () => undefined],
    ['lets everybody in and answers no call', (socket) => void socket.write(`OK ${'0'.repeat(32)}\r\n`)],
    ['says something else without an end', (socket) => void socket.write('x'.repeat(100_000))],
  ])('%s: the host starts without it, and every command is answered', async (_, onData) => {
    home = new TestHome();
    const env = await listen(join(home.folder, 'bus'), onData);
    sockets.clear();
    await home.serve(['--sandbox'], env);
    expect(sockets.size).toBeGreaterThan(0);
    await home.json(['lock']);
    await home.json(['unlock']);
    expect((await home.json(['status'])).locked).toBe(false);
    const { exitCode, stderr } = await home.run(['vault', 'add-keychain', '--json']);
    expect([exitCode, JSON.parse(stderr).error.code]).toEqual([3, 'KEYCHAIN_UNAVAILABLE']);
    expect(await home.stop()).toBe(0);
  });
});
