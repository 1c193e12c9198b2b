import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { type IncomingMessage, request, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { letTimePassUntil, localToken, type ProxyWorld, startProxyWorld } from './proxyWorld.ts';
import { parseReply, RawConnection, requestBytes, send } from './rawClient.ts';
import { valuesOf } from './recordingUpstream.ts';

let world: ProxyWorld;
let openS3Port: number;
beforeEach(async () => {
  world = await startProxyWorld();
  openS3Port = (await world.proxy.openPort('connection-s3', 's3', 0)).port;
});
afterEach(() => world.stop());

const bearer = { Authorization: `Bearer ${localToken}` };
const MIB = 1024 * 1024;

/** Resolves with the next request as the upstream sees it, before its body is read. */
const nextArrival = (): Promise<{ incoming: IncomingMessage; outgoing: ServerResponse }> =>
  new Promise((resolve) => {
    world.upstream.answer = (incoming, outgoing) => resolve({ incoming, outgoing });
  });

const allUpstreamSocketsGone = async (): Promise<void> => {
  // Not `once`: it rejects when the socket closes with an error, which is as good here.
  const gone = (socket: Socket): Promise<void> =>
    new Promise((resolve) => (socket.closed ? resolve() : socket.once('close', () => resolve())));
  await Promise.all([...world.upstream.sockets].map(gone));
};

describe('an upload that the upstream breaks off while it takes nothing', () => {
  it('is read to its end, so that the next request on the connection of its tool is answered', async () => {
    const arrival = nextArrival();
    const tool = new RawConnection(openS3Port);
    const body = Buffer.alloc(32 * MIB);
    const host = `Host: 127.0.0.1:${openS3Port}`;
    tool.write(`PUT /demo/a HTTP/1.1\r\n${host}\r\nContent-Length: ${body.length}\r\n\r\n`);
    tool.write(body);
    const { incoming } = await arrival;
    await standsStill(tool.socket);
    incoming.socket.resetAndDestroy();
    await tool.waitFor('HTTP/1.1 502');
    world.upstream.answer = (_, outgoing) => outgoing.end('the next one');
    tool.write(`GET /demo/b HTTP/1.1\r\n${host}\r\n\r\n`);
    await tool.waitFor('the next one');
  });
});

/** Nobody takes anything of it any more. */
const standsStill = async (socket: Socket): Promise<void> => {
  let before = -1;
  for (let same = 0; same < 50; same += 1) {
    if (socket.writableLength !== before) same = 0;
    before = socket.writableLength;
    await new Promise((turn) => setImmediate(turn));
  }
};

describe('a reply that comes bit by bit', () => {
  it('is passed on before it has ended', async () => {
    const arrival = nextArrival();
    const client = new RawConnection(world.apiPort);
    client.write(requestBytes(world.apiPort, { target: '/api/events', headers: bearer }));
    const { outgoing } = await arrival;
    outgoing.writeHead(200, { 'Content-Type': 'text/event-stream' });
    outgoing.flushHeaders();
    await client.waitFor('text/event-stream');
    outgoing.write('data: one\n\n');
    await client.waitFor('data: one');
    expect(client.received).not.toContain('data: two');
    outgoing.end('data: two\n\n');
    await client.closed;
    expect(client.received).toContain('data: two');
    expect((await world.nextRecord()).bytesOut).toBe(22);
  });

  it('keeps the status text and the headers in their order, case and number', async () => {
    world.upstream.answer = (_, outgoing) => {
      outgoing.sendDate = false;
      outgoing.writeHead(203, 'Quite Right', [
        'ETag',
        '"abc"',
        'x-Amz-Meta-B',
        '1',
        'X-amz-meta-a',
        '2',
        'Link',
        '<a>',
        'Link',
        '<b>',
        'Content-Length',
        '2',
        'Set-Cookie',
        'session=1',
        'Access-Control-Allow-Origin',
        '*',
        'X-Hop',
        'x',
        'Connection',
        'close, x-hop',
      ]);
      outgoing.end('ok');
    };
    const reply = await send(world.apiPort, { target: '/api/a', headers: bearer });
    expect(reply.statusLine).toBe('HTTP/1.1 203 Quite Right');
    expect(reply.headers.filter(([name]) => name !== 'Connection')).toEqual([
      ['ETag', '"abc"'],
      ['x-Amz-Meta-B', '1'],
      ['X-amz-meta-a', '2'],
      ['Link', '<a>'],
      ['Link', '<b>'],
      ['Content-Length', '2'],
    ]);
    expect(reply.body).toBe('ok');
  });

  it.each([
    ['HEAD', 200, '11'],
    ['GET', 204, undefined],
    ['GET', 304, undefined],
  ])('has no body for %s with %i', async (method, status, length) => {
    world.upstream.answer = (_, outgoing) =>
      outgoing.writeHead(status, length === undefined ? {} : { 'Content-Length': length }).end();
    const reply = await send(world.apiPort, { method, target: '/api/a', headers: bearer });
    expect(reply.status).toBe(status);
    expect(valuesOf(reply, 'content-length')).toEqual(length === undefined ? [] : [length]);
    expect(reply.body).toBe('');
  });
});

describe('a connection that breaks', () => {
  it('on the side of the tool during a download takes the upstream connection with it', async () => {
    const arrival = nextArrival();
    const client = new RawConnection(world.apiPort);
    client.write(requestBytes(world.apiPort, { target: '/api/a', headers: bearer }));
    const { outgoing } = await arrival;
    outgoing.write('beginning');
    await client.waitFor('beginning');
    client.socket.destroy();
    await letTimePassUntil(world, allUpstreamSocketsGone());
    expect(await world.nextRecord()).toMatchObject({ status: 200, refusal: null });
  });

  it('on the side of the tool before the reply takes the upstream connection with it', async () => {
    const arrival = nextArrival();
    const client = new RawConnection(world.apiPort);
    client.write(requestBytes(world.apiPort, { target: '/api/a', headers: bearer }));
    await arrival;
    client.socket.destroy();
    await letTimePassUntil(world, allUpstreamSocketsGone());
    expect(await world.nextRecord()).toMatchObject({ status: 499, refusal: null });
  });

  it('on the side of the tool during an upload never looks like a complete upload', async () => {
    const arrival = nextArrival();
    const client = new RawConnection(openS3Port);
    const head = {
      method: 'PUT',
      target: '/demo/a',
      headers: { 'Content-Length': '1000' },
      body: 'x'.repeat(500),
    };
    client.write(requestBytes(openS3Port, head));
    const { incoming } = await arrival;
    incoming.resume();
    await once(incoming, 'data');
    client.socket.destroy();
    await allUpstreamSocketsGone();
    expect(world.upstream.only.isComplete).toBe(false);
  });

  it.each([
    ['with a length', { 'Content-Length': '1000' }],
    ['in chunks', {}],
  ])('on the side of the upstream amid a reply %s is an error for the tool', async (_, headers) => {
    const arrival = nextArrival();
    const client = new RawConnection(world.apiPort);
    client.write(requestBytes(world.apiPort, { target: '/api/a', headers: bearer }));
    const { outgoing } = await arrival;
    outgoing.writeHead(200, headers);
    outgoing.write('beginning');
    await client.waitFor('beginning');
    outgoing.destroy();
    await client.closed;
    expect(client.received).not.toContain('\r\n0\r\n');
    expect(parseReply(client.received).body.length).toBeLessThan(1000);
    expect(await world.nextRecord()).toMatchObject({ status: 200, refusal: 'UPSTREAM_BROKEN' });
  });

  it('on the side of the upstream amid chunks is a reset for a tool in HTTP/1.0, which knows no other mark', async () => {
    const arrival = nextArrival();
    const tool = new RawConnection(world.apiPort);
    tool.write(
      requestBytes(world.apiPort, { target: '/api/a', headers: bearer }).toString().replace('1.1', '1.0'),
    );
    const { outgoing } = await arrival;
    outgoing.write('beginning');
    await tool.waitFor('beginning');
    outgoing.destroy();
    await tool.closed;
    expect(tool.error).toMatchObject({ code: 'ECONNRESET' });
    expect(await world.nextRecord()).toMatchObject({ status: 200, refusal: 'UPSTREAM_BROKEN' });
  });

  it.each([
    ['with a length', 'Content-Length: 10\r\n\r\nhalf'],
    ['in chunks', 'Transfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n'],
    ['up to the end of the connection', '\r\nhalf'],
  ])(
    'under a reply %s that waits for its turn ends the connection behind the one before',
    async (_, half) => {
      const first = nextArrival();
      const tool = new RawConnection(world.apiPort);
      const ask = (target: string): void =>
        tool.write(
          `GET ${target} HTTP/1.1\r\nHost: 127.0.0.1:${world.apiPort}\r\nAuthorization: ${bearer.Authorization}\r\n\r\n`,
        );
      ask('/api/a');
      const { outgoing } = await first;
      outgoing.writeHead(200, { 'Content-Length': '10' });
      outgoing.write('begin');
      await tool.waitFor('begin');
      const second = nextArrival();
      ask('/api/b');
      const { socket } = (await second).incoming;
      socket.write(`HTTP/1.1 200 OK\r\n${half}`);
      const isTaken = (): boolean =>
        world.proxy.requestsWith('token-1').running.some(({ bytesOut }) => bytesOut === 4);
      while (!isTaken()) await new Promise((turn) => setImmediate(turn));
      socket.resetAndDestroy();
      expect(await world.nextRecord()).toMatchObject({ path: '/api/b', refusal: 'UPSTREAM_BROKEN' });
      outgoing.end('- end');
      await tool.closed;
      expect(parseReply(tool.received).body).toBe('begin- end');
    },
  );

  it('on the side of the upstream before the reply is a 502 with a reason', async () => {
    world.upstream.answer = (incoming) => incoming.socket.destroy();
    const reply = await send(world.apiPort, { target: '/api/a', headers: bearer });
    expect(reply.status).toBe(502);
    expect(valuesOf(reply, 'x-nfyio-vault-error')).toEqual(['UPSTREAM_BROKEN']);
  });

  it('an upstream that does not speak HTTP is a 502 with a reason', async () => {
    world.upstream.answer = (incoming) => incoming.socket.end('SSH-2.0-OpenSSH_9.9\r\n\r\n');
    const reply = await send(world.apiPort, { target: '/api/a', headers: bearer });
    expect(reply.status).toBe(502);
    expect(valuesOf(reply, 'x-nfyio-vault-error')).toEqual(['UPSTREAM_BROKEN']);
  });
});

describe('back-pressure', () => {
  it('stops the upstream from sending when the tool does not read', async () => {
    const total = 256 * MIB;
    let written = 0;
    const stalled = new Promise<void>((resolve) => {
      world.upstream.answer = async (_, outgoing) => {
        outgoing.writeHead(200, { 'Content-Length': String(total) });
        const piece = Buffer.alloc(MIB);
        while (written < total) {
          written += piece.length;
          if (outgoing.write(piece)) continue;
          // Nothing drained in the time that would carry the whole body over the loopback.
          const drained = once(outgoing, 'drain').then(() => true);
          const patience = new Promise<false>((give) => setTimeout(() => give(false), 1_000).unref());
          if (!(await Promise.race([drained, patience]))) return resolve();
        }
        outgoing.end();
        resolve();
      };
    });
    const client = new RawConnection(world.apiPort);
    client.socket.pause();
    client.write(requestBytes(world.apiPort, { target: '/api/big', headers: bearer }));
    await stalled;
    client.socket.destroy();
    expect(written).toBeLessThan(64 * MIB);
  });

  it('stops the tool from sending when the upstream does not read', async () => {
    const total = 256 * MIB;
    const arrival = nextArrival();
    const client = new RawConnection(openS3Port);
    client.write(
      requestBytes(openS3Port, {
        method: 'PUT',
        target: '/demo/big',
        headers: { 'Content-Length': String(total) },
      }),
    );
    const piece = Buffer.alloc(MIB);
    client.write(piece);
    await arrival;
    for (let written = MIB; written < total; written += piece.length) {
      if (client.socket.write(piece)) continue;
      const drained = once(client.socket, 'drain').then(() => true);
      const patience = new Promise<false>((give) => setTimeout(() => give(false), 1_000).unref());
      if (!(await Promise.race([drained, patience]))) break;
    }
    const accepted = client.socket.bytesWritten - client.socket.writableLength;
    client.socket.destroy();
    expect(accepted).toBeLessThan(64 * MIB);
  });

  it('carries a body of 64 MiB whole in both directions', async () => {
    const body = randomBytes(64 * MIB);
    const sha256 = createHash('sha256').update(body).digest('hex');
    world.upstream.answer = (incoming, outgoing) => {
      const hash = createHash('sha256');
      incoming.on('data', (piece: Buffer) => hash.update(piece));
      incoming.on('end', () => outgoing.writeHead(200, { 'X-Sha256': hash.digest('hex') }).end(body));
      incoming.resume();
    };
    const outgoing = request({ port: openS3Port, host: '127.0.0.1', path: '/demo/big', method: 'PUT' });
    outgoing.setHeader('Content-Length', body.length);
    outgoing.end(body);
    const [incoming] = (await once(outgoing, 'response')) as [IncomingMessage];
    const hash = createHash('sha256');
    for await (const piece of incoming) hash.update(piece as Buffer);
    expect(incoming.headers['x-sha256']).toBe(sha256);
    expect(hash.digest('hex')).toBe(sha256);
  });
});

describe('a refusal while the tool is still sending', () => {
  it('is seen by the tool, and the connection serves the next request', async () => {
    world.grants.s3 = { ...world.grants.s3, readOnly: true };
    const client = new RawConnection(openS3Port);
    const host = `Host: 127.0.0.1:${openS3Port}`;
    client.write(`PUT /demo/a HTTP/1.1\r\n${host}\r\nContent-Length: 10\r\n\r\nhello`);
    await client.waitFor('</Error>');
    client.write(`worldGET /demo/b HTTP/1.1\r\n${host}\r\nConnection: close\r\n\r\n`);
    await client.closed;
    expect(client.received).toMatch(/^HTTP\/1\.1 403 /);
    expect(client.received).toContain('HTTP/1.1 200 ');
    expect(world.upstream.only.target).toBe('/demo/b');
  });

  it('ends the connection when the tool goes on for too long', async () => {
    world.grants.s3 = { ...world.grants.s3, readOnly: true };
    const client = new RawConnection(openS3Port);
    client.write(
      `PUT /demo/a HTTP/1.1\r\nHost: 127.0.0.1:${openS3Port}\r\nContent-Length: 1000000\r\n\r\nhello`,
    );
    await client.waitFor('</Error>');
    await world.nextRecord();
    world.clock.advance(2_001);
    await client.closed;
    expect(client.received).toMatch(/^HTTP\/1\.1 403 /);
  });
});

describe('an upstream that answers before it has read the upload', () => {
  it.each([200, 403, 413])('with %i is heard by the tool', async (status) => {
    world.upstream.answer = (_, outgoing) =>
      outgoing.writeHead(status, { 'Content-Length': '5' }).end('early');
    const outgoing = request({ port: openS3Port, host: '127.0.0.1', path: '/demo/big', method: 'PUT' });
    outgoing.on('error', () => undefined);
    outgoing.setHeader('Content-Length', 8 * MIB);
    outgoing.end(Buffer.alloc(8 * MIB));
    const [incoming] = (await once(outgoing, 'response')) as [IncomingMessage];
    const pieces: Buffer[] = [];
    for await (const piece of incoming) pieces.push(piece as Buffer);
    expect(incoming.statusCode).toBe(status);
    expect(Buffer.concat(pieces).toString()).toBe('early');
  });
});
