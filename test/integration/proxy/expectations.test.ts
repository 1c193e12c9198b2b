import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  expectedAuthorization,
  grantOf,
  type ProxyWorld,
  signedLocally,
  startProxyWorld,
} from './proxyWorld.ts';
import { RawConnection, requestBytes } from './rawClient.ts';
import { RawUpstream } from './rawUpstream.ts';
import { valuesOf } from './recordingUpstream.ts';

type Ask = (incoming: IncomingMessage, outgoing: ServerResponse) => void;

/** Decides itself what to say to `Expect: 100-continue`, and records what it then gets. */
class AskedUpstream {
  ask: Ask = (_, outgoing) => outgoing.writeContinue();
  /** As far as they have come. */
  readonly bodies: string[] = [];
  readonly expectations: (string | undefined)[] = [];
  readonly sockets = new Set<Socket>();
  readonly #server: Server;

  constructor() {
    const serve: Ask = (incoming, outgoing) => {
      const at = this.bodies.push('') - 1;
      this.expectations.push(incoming.headers.expect);
      incoming.on('data', (piece: Buffer) => {
        this.bodies[at] += piece.toString();
      });
      incoming.on('error', () => undefined);
      incoming.on('end', () => outgoing.end('stored'));
    };
    this.#server = createServer({ keepAliveTimeout: 60_000 }, serve);
    this.#server.on('checkContinue', (incoming: IncomingMessage, outgoing: ServerResponse) => {
      this.ask(incoming, outgoing);
      serve(incoming, outgoing);
    });
    this.#server.on('connection', (socket) => {
      this.sockets.add(socket);
      socket.once('close', () => this.sockets.delete(socket));
    });
  }

  get origin(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async start(): Promise<void> {
    this.#server.listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
  }

  async stop(): Promise<void> {
    for (const socket of this.sockets) socket.destroy();
    this.#server.close();
    await once(this.#server, 'close');
  }
}

let world: ProxyWorld;
let upstream: AskedUpstream;
let port: number;
beforeEach(async () => {
  // Nobody runs out of patience but where it is the point.
  world = await startProxyWorld({ continueTimeoutMs: 600_000 });
  upstream = new AskedUpstream();
  await upstream.start();
  world.grants.s3 = grantOf('s3', { upstream: upstream.origin });
  port = (await world.proxy.openPort('connection-s3', 's3', 0)).port;
});
afterEach(async () => {
  await world.stop();
  await upstream.stop();
});

const head = (target: string, framing = 'Content-Length: 4'): Buffer =>
  Buffer.from(
    `PUT ${target} HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nExpect: 100-continue\r\n${framing}\r\n\r\n`,
  );
const ask = (target: string, framing?: string): RawConnection => {
  const client = new RawConnection(port);
  client.write(head(target, framing));
  return client;
};

describe('a tool that asks before it sends', () => {
  it('is told to go on when the upstream says so, and not before', async () => {
    let goOn = (): void => undefined;
    const asked = new Promise<void>((resolve) => {
      upstream.ask = (_, outgoing) => {
        goOn = () => outgoing.writeContinue();
        resolve();
      };
    });
    const client = ask('/demo/a');
    await asked;
    expect(client.received).toBe('');
    goOn();
    await client.waitFor('HTTP/1.1 100 Continue');
    client.write('body');
    await client.waitFor('stored');
    client.socket.destroy();
    expect(upstream.bodies).toEqual(['body']);
    expect(upstream.expectations).toEqual(['100-continue']);
  });

  it('is told to go on after a while when the upstream says nothing', async () => {
    upstream.ask = () => undefined;
    const impatient = await startProxyWorld({ continueTimeoutMs: 10 });
    impatient.grants.s3 = world.grants.s3;
    port = (await impatient.proxy.openPort('connection-s3', 's3', 0)).port;
    const client = ask('/demo/a');
    await client.waitFor('HTTP/1.1 100 Continue');
    client.write('body');
    await client.waitFor('stored');
    client.socket.destroy();
    await impatient.stop();
    expect(upstream.bodies).toEqual(['body']);
  });

  it.each([200, 307, 403, 413, 503])('hears a %i at once, and its body stays where it is', async (status) => {
    upstream.ask = (_, outgoing) => outgoing.writeHead(status, { 'Content-Length': '2' }).end('no');
    const client = ask('/demo/a');
    await client.closed;
    expect(client.received).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `));
    expect(client.received).toMatch(/\r\nConnection: close\r\n[\s\S]*no$/);
    await Promise.all(
      [...upstream.sockets].map((socket) => new Promise((gone) => socket.once('close', gone))),
    );
    expect(upstream.bodies).toEqual(['']);
  });

  it('may be told no while it sends: the rest of its body goes nowhere', async () => {
    upstream.ask = (incoming, outgoing) => {
      outgoing.writeContinue();
      incoming.once('data', () => outgoing.writeHead(507, { 'Content-Length': '4' }).end('full'));
    };
    const client = ask('/demo/a', 'Content-Length: 1000000');
    await client.waitFor('HTTP/1.1 100 Continue');
    client.write('x'.repeat(1_000));
    await client.waitFor('full');
    client.write('y'.repeat(1_000));
    await Promise.all(
      [...upstream.sockets].map((socket) => new Promise((gone) => socket.once('close', gone))),
    );
    client.socket.destroy();
    expect(upstream.bodies[0]?.includes('y')).toBe(false);
  });

  it('may send in chunks', async () => {
    const client = ask('/demo/a', 'Transfer-Encoding: chunked');
    await client.waitFor('HTTP/1.1 100 Continue');
    client.write('4\r\nbody\r\n0\r\n\r\n');
    await client.waitFor('stored');
    client.socket.destroy();
    expect(upstream.bodies).toEqual(['body']);
  });

  it('is refused by the proxy itself without a word to the upstream', async () => {
    world.grants.s3 = { ...world.grants.s3, readOnly: true };
    const client = ask('/demo/a');
    await client.closed;
    expect(client.received).toMatch(/^HTTP\/1\.1 403 /);
    expect(client.received).not.toContain('100 Continue');
    expect(upstream.expectations).toEqual([]);
  });

  it('is signed as any other upload', async () => {
    world.grants.s3 = grantOf('s3', { upstream: world.upstream.origin });
    const request = await signedLocally(world, { method: 'PUT', target: '/demo/a', body: 'body' });
    const headers = { ...request.headers, expect: '100-continue' };
    const client = new RawConnection(world.s3Port);
    client.write(requestBytes(world.s3Port, { ...request, headers }));
    await client.waitFor('upstream');
    client.socket.destroy();
    const { only } = world.upstream;
    expect(only.body.toString()).toBe('body');
    expect(valuesOf(only, 'authorization')).toEqual([await expectedAuthorization(only)]);
  });

  it('that goes away takes the upstream connection with it', async () => {
    const asked = new Promise<void>((resolve) => {
      upstream.ask = () => resolve();
    });
    const client = ask('/demo/a');
    await asked;
    client.socket.destroy();
    await Promise.all(
      [...upstream.sockets].map((socket) => new Promise((gone) => socket.once('close', gone))),
    );
    expect((await world.nextRecord()).status).toBe(499);
  });
});

describe('the connection of uploads that ask', () => {
  const upload = async (target: string): Promise<string> => {
    const client = ask(target);
    await client.waitFor('HTTP/1.1 ');
    client.write('body');
    await client.waitFor('\r\n\r\nstored');
    client.socket.destroy();
    return client.received;
  };

  it('is kept for the next one', async () => {
    await upload('/demo/a');
    await upload('/demo/b');
    expect(upstream.sockets.size).toBe(1);
    expect(upstream.bodies).toEqual(['body', 'body']);
  });

  it('that breaks under the question is replaced, once', async () => {
    await upload('/demo/a');
    let asked = 0;
    upstream.ask = (incoming, outgoing) => {
      asked += 1;
      if (asked === 1) incoming.socket.destroy();
      else outgoing.writeContinue();
    };
    await upload('/demo/b');
    expect(asked).toBe(2);
  });

  it('that says something while nobody asked is not used again', async () => {
    const raw = new RawUpstream();
    await raw.start();
    world.grants.s3 = grantOf('s3', { upstream: raw.origin });
    raw.answer = ({ socket }) => {
      socket.write('HTTP/1.1 100 Continue\r\n\r\n');
      // The body is read as the head of nothing; the reply and a second one come in one piece.
      socket.once('data', () =>
        socket.write(
          'HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nstoredHTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\npoison',
        ),
      );
    };
    for (let round = 0; round < 20; round += 1) expect(await upload('/demo/a')).not.toContain('poison');
    expect(raw.connections).toBe(20);
    await raw.stop();
  });

  it('is not that of another credential', async () => {
    await upload('/demo/a');
    const [credential] = world.grants.s3.credentials;
    if (credential === undefined) throw new Error('the grant has a credential');
    world.grants.s3 = { ...world.grants.s3, credentials: [{ ...credential, id: 'key-2' }] };
    await upload('/demo/b');
    expect(upstream.sockets.size).toBe(2);
  });
});

describe('any other expectation', () => {
  it.each(['y 100-continue', '100-continue, y', 'x', '200-ok'])(
    'is answered 417: %s',
    async (expectation) => {
      const client = new RawConnection(port);
      client.write(head('/demo/a').toString().replace('100-continue', expectation));
      await client.closed;
      expect(client.received).toMatch(/^HTTP\/1\.1 417 /);
      expect(upstream.expectations).toEqual([]);
    },
  );
});
