import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Vault } from '../../../src/main/vault/vault.ts';
import type { Accent } from '../../../src/shared/contract/workspaces.ts';
import { FakeClock } from '../../helpers/fakeClock.ts';
import { FakeKeychain } from '../../helpers/fakeKeychain.ts';
import { MemoryLogger } from '../../helpers/memoryLogger.ts';
import { data, PlayedBackend } from '../../helpers/playedBackend.ts';
import { RunningApp } from '../../helpers/runningApp.ts';

const names = ['ours', 'theirs'] as const;
type Name = (typeof names)[number];

const services: Readonly<Record<Name, PlayedBackend>> = {
  ours: new PlayedBackend(),
  theirs: new PlayedBackend(),
};
const tokenOf = (name: Name): string => `nfyio_at_${name}0123456789abcdef`;
let running: RunningApp;
let credentialIds: Record<Name, string>;

beforeEach(async () => {
  running = await RunningApp.open();
  credentialIds = { ours: '', theirs: '' };
  for (const name of names) {
    const service = services[name];
    service.answers = { 'GET /api/usage': data({ of: name }) };
    await service.start();
    await running.call('workspace.add', { name, apiUrl: service.url, s3Url: service.url });
    const { credential } = await running.call('token.import', {
      ...{ workspace: name, name: 'token', scope: 'read', token: tokenOf(name), unverified: true },
    });
    credentialIds[name] = credential.id;
  }
});
afterEach(async () => {
  await running.stop();
  for (const service of Object.values(services)) {
    await service.stop();
    service.requests.length = 0;
  }
});

const connect = (workspace: Name, change: object = {}) =>
  ({ workspace, kind: 'api', name: `tool of ${workspace}`, ...change }) as const;
const ask = async (baseUrl: string): Promise<number> => {
  const reply = await fetch(`${baseUrl}/api/usage`);
  await reply.text();
  return reply.status;
};
const received = (name: Name) => services[name].requests.map(({ authorization }) => authorization);

describe('a credential', () => {
  it('is not to be had for a connection of another workspace, by its id or by its name', async () => {
    await running.call('credential.list', { workspace: 'theirs' });
    const byId = connect('ours', { credentials: [credentialIds.theirs] });
    expect((await running.failure('connection.create', byId)).code).toBe('CREDENTIAL_UNKNOWN');
    // Both have that name: the one of the workspace is meant.
    const byName = await running.call('connection.create', connect('ours', { credentials: ['token'] }));
    expect(byName.connection.credentialIds).toEqual([credentialIds.ours]);
    const unnamed = await running.call('connection.create', connect('theirs'));
    expect(unnamed.connection.credentialIds).toEqual([credentialIds.theirs]);
  });

  it('goes to the service of its own workspace and to no other', async () => {
    for (const name of names) {
      const { local } = await running.call('connection.create', connect(name));
      expect(await ask(local.kind === 'api' ? local.baseUrl : '')).toBe(200);
    }
    for (const name of names) expect(received(name)).toEqual([`Bearer ${tokenOf(name)}`]);
  });

  it('does not even by a record that binds it so', async () => {
    const { connection, local } = await running.call('connection.create', connect('ours'));
    await running.app.stop();
    const vault = new Vault({ folder: running.home, clock: new FakeClock(), logger: new MemoryLogger() });
    await vault.open();
    await vault.unlock(new FakeKeychain());
    const record = vault.records('connection').find(({ id }) => id === connection.id);
    const forged = { ...(record?.meta as object), credentialIds: [credentialIds.theirs] };
    await vault.commit([{ op: 'put', kind: 'connection', id: connection.id, meta: forged }]);
    vault.lock();
    await vault.settled();

    running = await RunningApp.start(running.home);
    await running.call('vault.unlock', {});
    const { api } = await running.call('app.status', {});
    const { pathname } = new URL(local.kind === 'api' ? local.baseUrl : '');
    expect(await ask(`${api}${pathname}`)).toBe(403);
    for (const name of names) expect(received(name)).toEqual([]);
  });
});

describe('workspaces', () => {
  it('have accents that differ while there are enough of them, and are not given away by a removal', async () => {
    for (const name of ['third', 'fourth', 'fifth'])
      await running.call('workspace.add', { name, s3Url: services.ours.url });
    const accents = async (): Promise<Accent[]> =>
      (await running.call('workspace.list', {})).workspaces.map(({ accent }) => accent);
    const all = await accents();
    expect(new Set(all).size).toBe(5);
    await running.call('workspace.remove', { workspace: 'third' });
    expect(await accents()).toEqual(all.filter((_, index) => index !== 2));
  });

  it('lead the desktop to their dashboard, and to nothing else', async () => {
    const { url } = services.ours;
    const links = [
      `${url}/`,
      `${url}/login`,
      `${url}.example.com/`,
      `${url}@example.com/`,
      'https://example.com/',
    ];
    expect(links.filter((link) => running.app.isDashboard(link))).toEqual([`${url}/`]);
  });
});
