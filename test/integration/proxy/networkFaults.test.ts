import { once } from 'node:events';
import { createServer as createTlsServer, type Server as TlsServer } from 'node:https';
import { type AddressInfo, createServer, type Server } from 'node:net';
import type { TlsOptions } from 'node:tls';
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createBackend } from '../../../src/main/backend/backend.ts';
import { createBackendDispatcher } from '../../../src/main/backend/backendDispatcher.ts';
import { AppError } from '../../../src/main/lib/appError.ts';
import { Secret } from '../../../src/main/lib/secret.ts';
import { selfSigned, TestAuthority } from '../../helpers/certificates.ts';
import { grantOf, localToken, type ProxyWorld, realToken, startProxyWorld } from './proxyWorld.ts';
import { codeOf, type RawReply, send } from './rawClient.ts';
import { valuesOf } from './recordingUpstream.ts';

const authority = new TestAuthority();
const stranger = new TestAuthority();
afterAll(() => {
  authority.remove();
  stranger.remove();
});

let world: ProxyWorld;
const opened: (Server | TlsServer)[] = [];
beforeEach(async () => {
  world = await startProxyWorld({ connectTimeoutMs: 300 }, [authority.certificate]);
});
afterEach(async () => {
  await world.stop();
  for (const server of opened.splice(0)) {
    if ('closeAllConnections' in server) server.closeAllConnections();
    server.close();
  }
});

const get = (): Promise<RawReply> =>
  send(world.apiPort, { target: '/api/a', headers: { Authorization: `Bearer ${localToken}` } });
const outcomeOf = (reply: RawReply): [status: number, code: string | undefined] => [
  reply.status,
  codeOf(reply),
];
const listen = async <Opened extends Server>(server: Opened, port = 0): Promise<number> => {
  opened.push(server);
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
};
const lead = (upstream: string): void => {
  world.grants.api = grantOf('api', { upstream });
};

/** @returns its origin, and how many requests it got */
const tlsUpstream = async (options: TlsOptions): Promise<{ origin: string; requests: string[] }> => {
  const requests: string[] = [];
  const server = createTlsServer(options, (incoming, outgoing) => {
    requests.push(incoming.headers.authorization ?? '');
    outgoing.end('upstream');
  });
  server.on('tlsClientError', () => undefined);
  return { origin: `https://localhost:${await listen(server)}`, requests };
};

const good = authority.issue('localhost');
/** What an upstream may show instead of a good certificate. */
const impostors: [string, TlsOptions][] = [
  ['a certificate that has expired', authority.issue('localhost', -1)],
  ['a certificate signed by itself', selfSigned()],
  ['a certificate of another host', authority.issue('elsewhere.test')],
  ['a certificate of another authority', stranger.issue('localhost')],
  ['TLS 1.1', { ...good, minVersion: 'TLSv1', maxVersion: 'TLSv1.1', ciphers: 'DEFAULT@SECLEVEL=0' }],
];

describe('an upstream in TLS', () => {
  it.each(['TLSv1.2', 'TLSv1.3'] as const)(
    'with a good certificate gets the request over %s',
    async (version) => {
      const { origin, requests } = await tlsUpstream({ ...good, minVersion: version, maxVersion: version });
      lead(origin);
      expect((await get()).status).toBe(200);
      expect(requests).toEqual([`Bearer ${realToken}`]);
    },
  );

  it.each(impostors)('with %s gets no request, and the tool a 502', async (_, options) => {
    const { origin, requests } = await tlsUpstream(options);
    lead(origin);
    expect(outcomeOf(await get())).toEqual([502, 'UPSTREAM_TLS']);
    expect(requests).toEqual([]);
    expect(world.logger.text).toBe('');
  });

  it.each(impostors)('with %s gets no control token either', async (_, options) => {
    const { origin, requests } = await tlsUpstream(options);
    const dispatcher = createBackendDispatcher(undefined, [authority.certificate]);
    const service = { apiUrl: origin, token: Secret.of(realToken), clock: world.clock, dispatcher };
    const failure = await createBackend(service)
      .me()
      .catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(AppError);
    expect((failure as AppError).code).toBe('BACKEND_UNREACHABLE');
    expect(requests).toEqual([]);
  });
});

describe('an upstream that', () => {
  /** Speaks no TLS; keeps what it got. */
  const plain = async (onConnection: (socket: import('node:net').Socket) => void) => {
    const got: Buffer[] = [];
    const port = await listen(
      createServer((socket) => {
        socket.on('error', () => undefined);
        socket.on('data', (piece) => got.push(piece));
        onConnection(socket);
      }),
    );
    return { origin: `https://localhost:${port}`, got: () => Buffer.concat(got).toString('latin1') };
  };

  it.each([
    ['says nothing in the handshake', () => undefined, 504, 'UPSTREAM_TIMEOUT'],
    ['resets in the handshake', (socket) => socket.resetAndDestroy(), 502, 'UPSTREAM_BROKEN'],
    ['ends in the handshake', (socket) => socket.end(), 502, 'UPSTREAM_BROKEN'],
    [
      'speaks HTTP where TLS is wanted',
      (socket) => socket.write('HTTP/1.1 200 OK\r\n\r\n'),
      502,
      'UPSTREAM_TLS',
    ],
  ] satisfies [string, (socket: import('node:net').Socket) => unknown, number, string][])(
    '%s is told with its own code, and gets no credential',
    async (_, onConnection, status, code) => {
      const upstream = await plain(onConnection);
      lead(upstream.origin);
      expect(outcomeOf(await get())).toEqual([status, code]);
      expect(upstream.got()).not.toMatch(/authorization|nfyio_at/i);
    },
  );

  it('has a name that nobody knows is unreachable', async () => {
    lead('https://nfyio.invalid');
    expect(outcomeOf(await get())).toEqual([502, 'UPSTREAM_UNREACHABLE']);
  });

  it('is not there is unreachable, and is found as soon as it is', async () => {
    const port = await listen(createServer());
    await new Promise((closed) => opened.pop()?.close(closed));
    lead(`https://localhost:${port}`);
    expect(outcomeOf(await get())).toEqual([502, 'UPSTREAM_UNREACHABLE']);
    await listen(
      createTlsServer(good, (_, outgoing) => outgoing.end('upstream')),
      port,
    );
    expect((await get()).status).toBe(200);
  });

  it.each([429, 503])('says %i and when to come again is passed as it is, and asked once', async (status) => {
    let requests = 0;
    world.upstream.answer = (_, outgoing) => {
      requests += 1;
      outgoing.writeHead(status, { 'Retry-After': '7' }).end('later');
    };
    const reply = await get();
    expect([reply.status, valuesOf(reply, 'retry-after'), requests]).toEqual([status, ['7'], 1]);
  });
});
