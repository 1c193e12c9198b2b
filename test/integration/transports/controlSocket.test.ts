import { once } from 'node:events';
import { chmod, mkdir, mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { connect, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type ControlSocket, serveControlSocket } from '../../../src/main/transports/controlSocket.ts';
import { controlSocketPath } from '../../../src/main/transports/controlSocketPath.ts';
import { MAX_MESSAGE_BYTES } from '../../../src/shared/wire.ts';
import { cannedApp, silentLogger } from './cannedApp.ts';

let home: string;
let canned: ReturnType<typeof cannedApp>;
const opened: ControlSocket[] = [];

const serve = async (folder = home): Promise<ControlSocket> => {
  const control = await serveControlSocket({
    home: folder,
    app: { ...canned.app, used: () => undefined },
    logger: silentLogger,
  });
  opened.push(control);
  return control;
};

const dial = async (folder = home): Promise<Socket> => {
  const socket = connect(controlSocketPath(folder));
  await once(socket, 'connect');
  return socket;
};

/** The next messages, in the order they come. */
const read = async (socket: Socket, count: number): Promise<unknown[]> => {
  const messages: unknown[] = [];
  for await (const line of createInterface({ input: socket })) {
    messages.push(JSON.parse(line));
    if (messages.length === count) break;
  }
  return messages;
};

beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'vault-home-'));
  canned = cannedApp();
});
afterEach(async () => {
  for (const control of opened.splice(0)) control.close();
  await rm(home, { recursive: true, force: true });
});

describe('the socket', () => {
  it.each([0o000, 0o022, 0o077])('is for its owner alone under umask %i', async (umask) => {
    const before = process.umask(umask);
    try {
      await serve();
    } finally {
      process.umask(before);
    }
    expect((await stat(join(home, 'control.sock'))).mode & 0o777).toBe(0o600);
  });

  it('replaces one that a killed host left behind', async () => {
    const path = controlSocketPath(home);
    const dead = createServer().listen(path);
    await once(dead, 'listening');
    // What kill -9 leaves: the file without a listener.
    const left = join(home, 'left');
    const { link, rename } = await import('node:fs/promises');
    await link(path, left);
    dead.close();
    await once(dead, 'close');
    await rename(left, path);
    await serve();
    const socket = await dial();
    socket.write('{"id":1,"call":"echo","input":1}\n');
    expect(await read(socket, 1)).toEqual([{ id: 1, ok: true, output: { echo: 1 } }]);
  });

  it('does not remove a file that is no socket', async () => {
    await writeFile(join(home, 'control.sock'), 'mine');
    await expect(serve()).rejects.toMatchObject({ code: 'SOCKET_UNUSABLE' });
    expect(await readdir(home)).toEqual(['control.sock']);
  });

  it('is not opened in a folder that others can reach', async () => {
    await chmod(home, 0o755);
    await expect(serve()).rejects.toMatchObject({ code: 'SOCKET_UNUSABLE' });
  });

  it('moves to a short path in a private folder when the path of the home is too long', async () => {
    const deep = join(home, 'x'.repeat(100));
    await mkdir(deep, { mode: 0o700 });
    await serve(deep);
    const path = controlSocketPath(deep);
    expect(Buffer.byteLength(path)).toBeLessThanOrEqual(103);
    expect((await stat(dirname(path))).mode & 0o777).toBe(0o700);
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    const socket = await dial(deep);
    socket.write('{"id":1,"call":"echo","input":1}\n');
    expect(await read(socket, 1)).toHaveLength(1);
  });

  it('goes when listening stops, while the conversations last until the close', async () => {
    const control = await serve();
    const socket = await dial();
    control.stopListening();
    expect(await readdir(home)).toEqual([]);
    socket.write('{"id":1,"call":"echo","input":"still here"}\n');
    expect(await read(socket, 1)).toEqual([{ id: 1, ok: true, output: { echo: 'still here' } }]);
    const ended = once(socket, 'close');
    control.close();
    await ended;
  });
});

describe('the conversation', () => {
  it('takes messages in whatever pieces they come, and several at once', async () => {
    await serve();
    const socket = await dial();
    const bytes = Buffer.from(
      '{"id":1,"call":"echo","input":"é"}\n{"id":2,"call":"echo","input":2}\n{"id":3,',
    );
    for (const byte of bytes.subarray(0, 40)) socket.write(Buffer.of(byte));
    socket.write(bytes.subarray(40));
    socket.write('"call":"echo","input":3}\n');
    expect(await read(socket, 3)).toEqual(
      ['é', 2, 3].map((echo, index) => ({ id: index + 1, ok: true, output: { echo } })),
    );
  });

  it('carries events, and forgets a client that is gone', async () => {
    await serve();
    const socket = await dial();
    const heard = read(socket, 1);
    await expect.poll(() => canned.listenerCount()).toBe(1);
    canned.emit('data.changed', { topics: ['status'] });
    expect(await heard).toEqual([{ event: 'data.changed', payload: { topics: ['status'] } }]);
    socket.destroy();
    await expect.poll(() => canned.listenerCount()).toBe(0);
  });

  it.each([
    ['a line that is not JSON', 'GET / HTTP/1.1\r\n\r\n'],
    ['JSON that is no request', '{"id":1}\n'],
    ['a line that is too long', `{"id":1,"call":"echo","input":"${'x'.repeat(MAX_MESSAGE_BYTES)}"}\n`],
    ['a line that never ends', 'x'.repeat(MAX_MESSAGE_BYTES + 1)],
  ])('is closed by %s, and the host goes on', async (_, garbage) => {
    await serve();
    const socket = await dial();
    socket.on('error', () => undefined);
    socket.resume();
    const closed = once(socket, 'close');
    socket.write(garbage);
    await closed;
    expect(canned.calls).toEqual([]);
    const next = await dial();
    next.write('{"id":1,"call":"echo","input":1}\n');
    expect(await read(next, 1)).toHaveLength(1);
  });

  it('lets a client go that asks but never reads', async () => {
    await serve();
    const socket = await dial();
    socket.pause();
    const input = 'x'.repeat(500_000);
    socket.on('error', () => undefined);
    const closed = new Promise((resolve) => socket.on('close', resolve));
    for (let id = 0; id < 100; id++) socket.write(`${JSON.stringify({ id, call: 'echo', input })}\n`);
    await closed;
    await expect.poll(() => canned.listenerCount()).toBe(0);
  });
});
