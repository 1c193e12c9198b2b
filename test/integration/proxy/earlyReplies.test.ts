import { once } from 'node:events';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { grantOf, type ProxyWorld, startProxyWorld } from './proxyWorld.ts';
import { parseReply, RawConnection } from './rawClient.ts';
import { valuesOf } from './recordingUpstream.ts';

/** Answers as soon as a request begins; reads on, or not. */
class EarlyUpstream {
  reply = '';
  isReading = true;
  answered: Promise<Socket>;
  readonly #server: Server;

  constructor() {
    let tell = (_: Socket): void => undefined;
    this.answered = new Promise((resolve) => {
      tell = resolve;
    });
    this.#server = createServer((socket) => {
      socket.on('error', () => undefined);
      socket.once('data', () => {
        if (this.isReading) socket.resume();
        else socket.pause();
        socket.write(this.reply, () => tell(socket));
      });
    });
  }

  async start(): Promise<string> {
    this.#server.listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    (await this.answered).destroy();
    this.#server.close();
    await once(this.#server, 'close');
  }
}

let world: ProxyWorld;
let port: number;
let upstream: EarlyUpstream;
beforeEach(async () => {
  world = await startProxyWorld();
  port = (await world.proxy.openPort('connection-s3', 's3', 0)).port;
  upstream = new EarlyUpstream();
  world.grants.s3 = grantOf('s3', { upstream: await upstream.start() });
});
afterEach(async () => {
  await world.stop();
  await upstream.stop();
});

const SIZE = 32 * 1024 * 1024;
/** @param sent of the body, before the reply is read */
const upload = (sent: number): RawConnection => {
  const tool = new RawConnection(port);
  tool.write(`PUT /demo/a HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nContent-Length: ${SIZE}\r\n\r\n`);
  tool.write(Buffer.alloc(sent));
  return tool;
};
/** The head of the reply is with the proxy once a timer waits for the rest of it. */
const timerIsSet = async (): Promise<void> => {
  while (world.clock.pendingTimers === 0) await new Promise((turn) => setImmediate(turn));
};

describe.each([
  ['reads the upload on', true],
  ['does not read on', false],
])('an upstream that answers an upload at its first byte and %s', (_, isReading) => {
  beforeEach(() => {
    upstream.isReading = isReading;
  });

  describe.each([
    ['goes on sending', SIZE],
    ['waits', 1_000],
  ])('while the tool %s', (_, sent) => {
    it.each([
      ['with a length', 403, 'Content-Length: 5\r\n\r\nearly'],
      ['in chunks', 403, 'Transfer-Encoding: chunked\r\n\r\n5\r\nearly\r\n0\r\n\r\n'],
      ['with a length', 507, 'Content-Length: 5\r\n\r\nearly'],
      ['with a length', 200, 'Content-Length: 5\r\n\r\nearly'],
    ])('%s: its %i is passed at once, and the upstream connection ends', async (_, status, rest) => {
      upstream.reply = `HTTP/1.1 ${status} Early\r\n${rest}`;
      const tool = upload(sent);
      await tool.waitFor('early');
      expect(parseReply(tool.received).status).toBe(status);
      const upstreamSocket = await upstream.answered;
      // Who does not read does not see an end either.
      upstreamSocket.resume();
      if (!upstreamSocket.closed) await new Promise((gone) => upstreamSocket.once('close', gone));
      tool.socket.destroy();
    });

    it('up to the end of the connection, which it does not bring: its error is passed after a while', async () => {
      upstream.reply = 'HTTP/1.1 403 Early\r\nConnection: close\r\n\r\nearly';
      const tool = upload(sent);
      await timerIsSet();
      world.clock.advance(2_000);
      await tool.waitFor('early');
      expect(parseReply(tool.received).status).toBe(403);
      tool.socket.destroy();
    });

    it('in part: after a while it is given up', async () => {
      upstream.reply = 'HTTP/1.1 403 Early\r\nContent-Length: 50\r\n\r\nearly';
      const tool = upload(sent);
      await timerIsSet();
      world.clock.advance(2_000);
      await tool.waitFor('</Error>');
      const reply = parseReply(tool.received);
      expect([reply.status, valuesOf(reply, 'x-nfyio-vault-error')]).toEqual([504, ['UPSTREAM_TIMEOUT']]);
      expect(tool.received).not.toContain('early');
      tool.socket.destroy();
    });
  });
});
