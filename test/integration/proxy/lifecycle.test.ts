import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import type { ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { type AddressInfo, createServer as createNetServer, type Socket } from 'node:net';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { AppError } from '../../../src/main/lib/appError.ts';
import { projectRoot } from '../../helpers/sourceFiles.ts';
import {
  grantOf,
  keyCredential,
  localToken,
  type ProxyWorld,
  startProxyWorld,
  tokenCredential,
} from './proxyWorld.ts';
import { codeOf, parseReply, RawConnection, requestBytes, send } from './rawClient.ts';
import { valuesOf } from './recordingUpstream.ts';

let world: ProxyWorld;
beforeEach(async () => {
  world = await startProxyWorld();
});
afterEach(() => world.stop());

const bearer = { Authorization: `Bearer ${localToken}` };
const get = (target = '/api/a') => send(world.apiPort, { target, headers: bearer });

const upstreamArrival = (): Promise<ServerResponse> =>
  new Promise((resolve) => {
    world.upstream.answer = (_, outgoing) => resolve(outgoing);
  });

describe('a locked vault', () => {
  it('answers 423 before it looks at any credential', async () => {
    world.grants.locked = true;
    const api = await send(world.apiPort, { target: '/api/a' });
    const s3 = await send(world.s3Port, { target: '/demo/a' });
    expect([api.status, s3.status]).toEqual([423, 423]);
    expect(s3.body).toContain('<Code>ServiceUnavailable</Code>');
    expect(world.upstream.requests).toEqual([]);
  });

  it('ends what is running: waiting requests with 423, replies under way with an error', async () => {
    const waiting = new RawConnection(world.apiPort);
    const firstArrived = upstreamArrival();
    waiting.write(requestBytes(world.apiPort, { target: '/api/waiting', headers: bearer }));
    await firstArrived;
    const streaming = new RawConnection(world.apiPort);
    const secondArrived = upstreamArrival();
    streaming.write(requestBytes(world.apiPort, { target: '/api/streaming', headers: bearer }));
    (await secondArrived).write('beginning');
    await streaming.waitFor('beginning');
    world.grants.locked = true;
    world.proxy.abortAll();
    await Promise.all([waiting.closed, streaming.closed]);
    expect(parseReply(waiting.received).status).toBe(423);
    expect(streaming.received).not.toContain('\r\n0\r\n');
    await Promise.all(
      [...world.upstream.sockets].map((socket) => new Promise((gone) => socket.once('close', gone))),
    );
    expect(world.records.map(({ refusal }) => refusal).sort()).toEqual(['VAULT_LOCKED', 'VAULT_LOCKED']);
  });

  it('serves again on the same port after unlock, over no connection that was kept from before', async () => {
    const used: Socket[] = [];
    world.upstream.answer = (incoming, outgoing) => {
      used.push(incoming.socket);
      outgoing.end();
    };
    await get();
    await get();
    world.proxy.abortAll();
    expect((await get()).status).toBe(200);
    const [first, second, afterwards] = used;
    expect(second).toBe(first);
    expect(afterwards).not.toBe(first);
  });
});

describe('a connection that is revoked', () => {
  it('ends its waiting request and its reply under way, and no request of another connection', async () => {
    const begin = async (port: number, target: string) => {
      const tool = new RawConnection(port);
      const arrived = upstreamArrival();
      tool.write(requestBytes(port, { target, headers: bearer }));
      return { tool, outgoing: await arrived };
    };
    const waiting = await begin(world.apiPort, '/api/waiting');
    const streaming = await begin(world.apiPort, '/api/streaming');
    streaming.outgoing.write('beginning');
    await streaming.tool.waitFor('beginning');
    const { port } = await world.proxy.openPort('connection-s3', 's3', 0);
    const other = await begin(port, '/demo/a');
    world.grants.api = { ...world.grants.api, connectionId: 'another' };
    world.proxy.abortRevoked();
    await streaming.tool.closed;
    await waiting.tool.waitFor('AUTH_UNKNOWN');
    expect(parseReply(waiting.tool.received).status).toBe(403);
    expect(streaming.tool.received).not.toContain('\r\n0\r\n');
    other.outgoing.end('whole');
    await other.tool.waitFor('whole');
    expect(world.records.map(({ refusal }) => refusal).slice(0, 2)).toEqual(['AUTH_UNKNOWN', 'AUTH_UNKNOWN']);
  });
});

describe('a credential that is deleted', () => {
  it('ends the reply that came by it, and with it the right to the rest', async () => {
    const tool = new RawConnection(world.apiPort);
    const arrived = upstreamArrival();
    tool.write(requestBytes(world.apiPort, { target: '/api/streaming', headers: bearer }));
    (await arrived).write('beginning');
    await tool.waitFor('beginning');
    world.grants.api = { ...world.grants.api, credentials: [tokenCredential({ id: 'another' })] };
    world.proxy.abortRevoked();
    await tool.closed;
    expect(tool.received).not.toContain('\r\n0\r\n');
    expect((await world.nextRecord()).refusal).toBe('CREDENTIAL_GONE');
  });
});

describe('a connection that expires', () => {
  it('ends its reply under way at that moment', async () => {
    const expiresAtMs = world.clock.now() + 60_000;
    world.grants.api = { ...world.grants.api, expiresAtMs };
    const tool = new RawConnection(world.apiPort);
    const arrived = upstreamArrival();
    tool.write(requestBytes(world.apiPort, { target: '/api/streaming', headers: bearer }));
    const outgoing = await arrived;
    outgoing.write('beginning');
    await tool.waitFor('beginning');
    world.clock.advance(60_000);
    await tool.closed;
    expect(tool.received).not.toContain('\r\n0\r\n');
    expect(world.records.map(({ refusal }) => refusal)).toEqual(['CONNECTION_EXPIRED']);
  });
});

describe('stopping', () => {
  it('lets a running request finish and takes no new one', async () => {
    const arrived = upstreamArrival();
    const running = new RawConnection(world.apiPort);
    running.write(requestBytes(world.apiPort, { target: '/api/a', headers: bearer }));
    const outgoing = await arrived;
    const stopped = world.proxy.stop(10_000);
    await expect(get()).resolves.toMatchObject({ status: 0 });
    world.clock.advance(9_999);
    outgoing.end('finished');
    await running.closed;
    await stopped;
    expect(running.received).toContain('finished');
  });

  it('waits for nobody who has not asked anything', async () => {
    const silent = new RawConnection(world.apiPort);
    await once(silent.socket, 'connect');
    const idle = new RawConnection(world.apiPort);
    idle.write(
      requestBytes(world.apiPort, { target: '/api/a', headers: bearer })
        .toString()
        .replace('close', 'keep-alive'),
    );
    await idle.waitFor('upstream');
    const begun = new RawConnection(world.apiPort);
    begun.write('GET /api/a HTTP/1.1\r\nX-Begun: ');
    await get();
    // Its clock stands still: it would wait for ever.
    await world.proxy.stop(10_000);
    await Promise.all([silent.closed, idle.closed, begun.closed]);
  });

  it('ends a kept connection behind the reply that it was busy with', async () => {
    const arrived = upstreamArrival();
    const kept = new RawConnection(world.apiPort);
    kept.write(
      requestBytes(world.apiPort, { target: '/api/a', headers: bearer })
        .toString()
        .replace('close', 'keep-alive'),
    );
    const outgoing = await arrived;
    outgoing.write('beginning');
    await kept.waitFor('beginning');
    const stopped = world.proxy.stop(10_000);
    outgoing.end('the end');
    await stopped;
    await kept.closed;
    expect(kept.received).toContain('the end');
    expect(kept.error).toBeNull();
  });

  it('breaks off what does not finish in time', async () => {
    const arrived = upstreamArrival();
    const running = new RawConnection(world.apiPort);
    running.write(requestBytes(world.apiPort, { target: '/api/a', headers: bearer }));
    (await arrived).write('beginning');
    await running.waitFor('beginning');
    const stopped = world.proxy.stop(10_000);
    world.clock.advance(10_000);
    await stopped;
    await running.closed;
    expect(running.received).not.toContain('\r\n0\r\n');
  });
});

describe('stopping amid 500 replies', () => {
  it('gives out whole what ends in time, and breaks the others off', async () => {
    const replies = new Map<string, ServerResponse>();
    world.upstream.answer = (incoming, outgoing) => {
      outgoing.write('beginning ');
      replies.set(incoming.url ?? '', outgoing);
    };
    const tools = Array.from({ length: 500 }, (_, number) => {
      const tool = new RawConnection(world.apiPort);
      tool.write(requestBytes(world.apiPort, { target: `/api/${number}`, headers: bearer }));
      return tool;
    });
    await Promise.all(tools.map((tool) => tool.waitFor('beginning')));
    const stopped = world.proxy.stop(10_000);
    const isQuick = (_: unknown, number: number): boolean => number % 2 === 0;
    for (const [number] of tools.filter(isQuick).entries()) replies.get(`/api/${2 * number}`)?.end('the end');
    await Promise.all(tools.filter(isQuick).map(({ closed }) => closed));
    world.clock.advance(10_000);
    await stopped;
    await Promise.all(tools.map(({ closed }) => closed));
    const isWhole = ({ received }: RawConnection): boolean => received.endsWith('the end\r\n0\r\n\r\n');
    expect(tools.map(isWhole)).toEqual(tools.map(isQuick));
    expect(tools.filter(({ received }) => received.includes('\r\n0\r\n'))).toHaveLength(250);
  });
});

describe('a taken port', () => {
  it('is an error that names the port and this very process', async () => {
    const squatter = createNetServer();
    await new Promise<void>((resolve) => squatter.listen(0, '127.0.0.1', resolve));
    const { port } = squatter.address() as AddressInfo;
    const error = await world.proxy.listen('api', port).catch((thrown: unknown) => thrown);
    squatter.close();
    expect(error).toBeInstanceOf(AppError);
    expect((error as AppError).code).toBe('PORT_IN_USE');
    expect((error as AppError).message).toContain(String(port));
    if (process.platform === 'linux') expect((error as AppError).message).toContain(`pid ${process.pid}`);
  });

  it('is bound on 127.0.0.1 alone', async () => {
    const elsewhere = createNetServer();
    const isFree = await new Promise<boolean>((resolve) => {
      elsewhere.once('error', () => resolve(false));
      elsewhere.listen(world.apiPort, '127.0.0.2', () => resolve(true));
    });
    elsewhere.close();
    if (process.platform === 'linux') expect(isFree).toBe(true);
  });
});

describe('an error of the upstream', () => {
  it.each([401, 403, 404, 500])('%i is passed on with its body', async (status) => {
    world.upstream.answer = (_, outgoing) =>
      outgoing
        .writeHead(status, {
          'Content-Type': 'application/json',
          'X-Request-Id': 'r1',
          'Content-Length': '12',
        })
        .end('{"error":{}}');
    const reply = await get();
    expect(reply.status).toBe(status);
    expect(reply.body).toBe('{"error":{}}');
    expect(valuesOf(reply, 'x-request-id')).toEqual(['r1']);
    expect(codeOf(reply)).toBeUndefined();
  });
});

describe('an upstream that cannot be used', () => {
  it('is unreachable', async () => {
    const gone = createNetServer();
    await new Promise<void>((resolve) => gone.listen(0, '127.0.0.1', resolve));
    const { port } = gone.address() as AddressInfo;
    await new Promise<void>((resolve) => gone.close(() => resolve()));
    world.grants.api = grantOf('api', { upstream: `http://127.0.0.1:${port}` });
    expect(codeOf(await get())).toBe('UPSTREAM_UNREACHABLE');
  });

  it('is not asked in plain http beyond this machine', async () => {
    world.grants.api = grantOf('api', { upstream: 'http://app.nfyio.test' });
    expect(codeOf(await get())).toBe('UPSTREAM_TLS');
  });

  it('gets no byte of a credential without a certificate, whatever the environment says', async () => {
    const folder = join(projectRoot, 'test', 'fixtures', 'tls');
    let requests = 0;
    const impostor = createTlsServer(
      {
        key: readFileSync(join(folder, 'selfSigned.key')),
        cert: readFileSync(join(folder, 'selfSigned.crt')),
      },
      (_, outgoing) => {
        requests += 1;
        outgoing.end();
      },
    );
    await new Promise<void>((resolve) => impostor.listen(0, '127.0.0.1', resolve));
    const { port } = impostor.address() as AddressInfo;
    world.grants.api = grantOf('api', { upstream: `https://localhost:${port}` });
    const hostile = {
      NODE_TLS_REJECT_UNAUTHORIZED: '0',
      HTTPS_PROXY: world.upstream.origin,
      NODE_USE_ENV_PROXY: '1',
    };
    Object.assign(process.env, hostile);
    const reply = await get();
    for (const name of Object.keys(hostile)) delete process.env[name];
    impostor.close();
    expect(codeOf(reply)).toBe('UPSTREAM_TLS');
    expect(requests).toBe(0);
    expect(world.upstream.requests).toEqual([]);
  });

  it('is given up when it does not answer in time', async () => {
    const impatient = await startProxyWorld({ upstreamHeadersTimeoutMs: 100 });
    impatient.upstream.answer = () => undefined;
    const reply = await send(impatient.apiPort, { target: '/api/a', headers: bearer });
    await impatient.stop();
    expect(reply.status).toBe(504);
    expect(codeOf(reply)).toBe('UPSTREAM_TIMEOUT');
  });

  it('is asked again, once, when it closed a kept connection under a GET, and never under a POST', async () => {
    expect((await get('/api/first')).status).toBe(200);
    let cut = 0;
    world.upstream.answer = (incoming, outgoing) => {
      cut += 1;
      if (cut === 1) incoming.socket.destroy();
      else outgoing.end('second');
    };
    expect((await get('/api/second')).body).toBe('second');
    expect(cut).toBe(2);
    cut = 0;
    const reply = await send(world.apiPort, {
      method: 'POST',
      target: '/api/a',
      headers: bearer,
      body: '{}',
    });
    expect(reply.status).toBe(502);
    expect(cut).toBe(1);
  });
});

describe('the limits of a connection', () => {
  it.each([
    [{ readOnly: true }, 'READ_ONLY'],
    [{ route: '/api/usage/*' }, 'ROUTE_FORBIDDEN'],
    [{ methods: ['GET'] }, 'METHOD_FORBIDDEN'],
    [{ expiresAtMs: 1 }, 'CONNECTION_EXPIRED'],
    [{ credentials: [] }, 'CREDENTIAL_GONE'],
    [{ credentials: [tokenCredential({ scope: 'read' })] }, 'SCOPE_FORBIDDEN'],
    [{ credentials: [tokenCredential({ expiresAt: '2026-01-01T00:00:00.000Z' })] }, 'CREDENTIAL_EXPIRED'],
    [{ credentials: [keyCredential()] }, 'CREDENTIAL_GONE'],
  ])('%j refuse a POST with %s, on record', async (fields, code) => {
    world.grants.api = grantOf('api', { upstream: world.upstream.origin, ...fields });
    const reply = await send(world.apiPort, {
      method: 'POST',
      target: '/api/chat',
      headers: bearer,
      body: '{}',
    });
    expect(codeOf(reply)).toBe(code);
    const record = await world.nextRecord();
    expect(record).toMatchObject({
      refusal: code,
      grant: { connectionId: 'connection-api' },
      credential: null,
    });
    expect(world.upstream.requests).toEqual([]);
  });
});

describe('connections to the upstream', () => {
  it('are kept for the same credential and never shared with another one', async () => {
    await get('/api/one');
    await get('/api/two');
    expect(world.upstream.sockets.size).toBe(1);
    world.grants.api = { ...world.grants.api, credentials: [tokenCredential({ id: 'token-2' })] };
    await get('/api/three');
    expect(world.upstream.sockets.size).toBe(2);
  });
});
