import { once } from 'node:events';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { localToken, type ProxyWorld, signedLocally, startProxyWorld } from './proxyWorld.ts';
import { send } from './rawClient.ts';
import { valuesOf } from './recordingUpstream.ts';

let world: ProxyWorld;
/** The host that a redirect would send us to: it must never see a byte. */
let elsewhere: Server;
let connectionsElsewhere = 0;
let elsewherePort = 0;

beforeEach(async () => {
  world = await startProxyWorld();
  connectionsElsewhere = 0;
  elsewhere = createServer((socket) => {
    connectionsElsewhere += 1;
    socket.destroy();
  }).listen(0, '127.0.0.1');
  await once(elsewhere, 'listening');
  elsewherePort = (elsewhere.address() as AddressInfo).port;
});
afterEach(async () => {
  elsewhere.close();
  await world.stop();
});

const redirectWith = (status: number, location: string): void => {
  world.upstream.answer = (_, outgoing) => outgoing.writeHead(status, { Location: location }).end();
};
const bearer = { Authorization: `Bearer ${localToken}` };
const statuses = [301, 302, 303, 307, 308];

describe.each(statuses)('a %i', (status) => {
  it.each([
    ['its own origin', () => `${world.upstream.origin}/api/b?x=1`, () => `${here()}/api/b?x=1`],
    ['its own origin without a path', () => world.upstream.origin, () => `${here()}/`],
    ['its own host without a scheme', () => `//${world.upstream.host}/api/b`, () => `${here()}/api/b`],
    ['a path', () => '/api/b', () => '/api/b'],
    ['a relative path', () => 'b?c', () => 'b?c'],
    ['another port', () => `http://127.0.0.1:${elsewherePort}/api/b`, null],
    ['another host', () => `http://localhost:${elsewherePort}/api/b`, null],
    ['another host without a scheme', () => `//127.0.0.1:${elsewherePort}/api/b`, null],
    ['another scheme', () => world.upstream.origin.replace('http:', 'https:'), null],
    ['user information', () => `http://${world.upstream.host}@127.0.0.1:${elsewherePort}/`, null],
    ['a backslash', () => `http:\\\\${world.upstream.host}/api/b`, null],
    ['nothing that is a URL', () => 'http://[::1', null],
  ] as [string, () => string, (() => string) | null][])(
    'to %s is passed on and not followed',
    async (_, locationOf, expectedOf) => {
      const location = locationOf();
      redirectWith(status, location);
      const reply = await send(world.apiPort, { target: '/api/a', headers: bearer });
      expect(reply.status).toBe(status);
      expect(valuesOf(reply, 'location')).toEqual([expectedOf?.() ?? location]);
      expect(world.upstream.requests).toHaveLength(1);
      expect(connectionsElsewhere).toBe(0);
    },
  );

  it('of S3 to another host is passed on and not signed again', async () => {
    redirectWith(status, `http://127.0.0.1:${elsewherePort}/demo/a`);
    const reply = await send(world.s3Port, await signedLocally(world, { target: '/demo/a' }));
    expect(reply.status).toBe(status);
    expect(world.upstream.requests).toHaveLength(1);
    expect(connectionsElsewhere).toBe(0);
  });
});

const here = (): string => `http://127.0.0.1:${world.apiPort}`;

describe('a redirect for a tool that came by a path capability', () => {
  it.each([
    ['its own origin', () => `${world.upstream.origin}/api/b`, () => `${here()}/~${localToken}/api/b`],
    ['a path', () => '/api/b', () => `/~${localToken}/api/b`],
    ['another host', () => 'https://elsewhere.test/api/b', () => 'https://elsewhere.test/api/b'],
    ['another host without a scheme', () => '//elsewhere.test/b', () => '//elsewhere.test/b'],
  ])('to %s keeps the capability exactly where it leads back', async (_, locationOf, expectedOf) => {
    redirectWith(302, locationOf());
    const reply = await send(world.apiPort, { target: `/~${localToken}/api/a` });
    expect(valuesOf(reply, 'location')).toEqual([expectedOf()]);
  });

  it('names the listener as the tool does', async () => {
    redirectWith(302, `${world.upstream.origin}/api/b`);
    const host = `localhost:${world.apiPort}`;
    const reply = await send(world.apiPort, { target: '/api/a', headers: bearer, host });
    expect(valuesOf(reply, 'location')).toEqual([`http://${host}/api/b`]);
  });
});
