import { afterEach, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { Relay } from '../../helpers/relay.ts';
import { RunningApp } from '../../helpers/runningApp.ts';
import { temporaryFolder } from '../../helpers/temporaryFolder.ts';

let app: RunningApp;
let folder: string;
let relay: Relay;
beforeEach(async () => {
  folder = temporaryFolder();
  app = await RunningApp.onSandbox(folder);
  relay = await Relay.to((await app.call('app.status', {})).sandbox?.api ?? '');
  onTestFinished(() => relay.stop());
  const controlToken = await app.controlToken();
  await app.call('workspace.add', {
    ...{ name: 'relayed', apiUrl: relay.origin, controlToken },
  });
});
afterEach(() => app.stop());

const mint = (name: string) =>
  app.call('token.create', { workspace: 'relayed', name, scope: 'write', expireDays: 30 });
const intents = async () => (await app.call('intent.list', {})).intents;
/** Names of the tokens as the service lists them. */
const atService = async (): Promise<string[]> => {
  const authorization = relay.seen.at(-1)?.authorization ?? '';
  const reply = await fetch(`${relay.origin}/api/access-tokens?limit=100`, { headers: { authorization } });
  return (await reply.json()).data.map(({ name }: { name: string }) => name);
};
const losing = (fate: 'loseAnswer' | 'loseRequest'): void => {
  relay.fate = (method) => (method === 'POST' ? fate : 'pass');
};

describe('what was asked for and whose answer was lost', () => {
  it('is told, also after a restart, and is deleted at the service on request', async () => {
    losing('loseAnswer');
    await expect(mint('ci')).rejects.toMatchObject({ code: 'BACKEND_UNREACHABLE' });
    relay.fate = () => 'pass';
    expect(await atService()).toContain('ci');
    const [lost] = await intents();
    expect(lost).toMatchObject({ what: 'mint', kind: 'token', name: 'ci', credentialId: null });
    expect(lost?.because).toMatch(/“ci” may have been made at \d{4}-\d\d-\d\d \d\d:\d\d UTC and lost/);

    const { clock } = app;
    await app.quit();
    app = await RunningApp.onSandbox(folder, clock);
    const { notices, sandbox } = await app.call('app.status', {});
    relay.target = sandbox?.api ?? '';
    expect(notices.join()).toContain('“ci” may have been made');
    const resolved = await app.call('intent.resolve', { id: lost?.id ?? '' });
    expect(resolved).toMatchObject({ what: 'mint', deleted: [{ name: 'ci' }] });
    expect(await atService()).not.toContain('ci');
    expect(await intents()).toEqual([]);
    expect((await app.call('app.status', {})).notices.join()).not.toContain('may have been made');
  });

  it('can be left as it is', async () => {
    losing('loseAnswer');
    await expect(mint('ci')).rejects.toThrow();
    relay.fate = () => 'pass';
    await app.call('intent.dismiss', { id: (await intents())[0]?.id ?? '' });
    expect(await intents()).toEqual([]);
    expect(await atService()).toContain('ci');
    await expect(app.call('intent.resolve', { id: 'nothing' })).rejects.toMatchObject({
      code: 'INTENT_UNKNOWN',
    });
  });

  it('never came about: then nothing is deleted, least of all what has its name', async () => {
    await mint('ci');
    losing('loseRequest');
    await app.call('credential.list', {});
    await expect(mint('cd')).rejects.toThrow();
    relay.fate = () => 'pass';
    const resolved = await app.call('intent.resolve', { id: (await intents())[0]?.id ?? '' });
    expect(resolved).toEqual({ what: 'mint', deleted: [] });
    expect(await atService()).toContain('ci');
  });

  it('stands out after an answer that says too little, and not after a clear refusal', async () => {
    for (const status of [500, 503]) {
      relay.fate = (method) => (method === 'POST' ? status : 'pass');
      await expect(mint(`is ${status}`)).rejects.toThrow();
    }
    expect((await intents()).map(({ name }) => name)).toEqual(['is 500', 'is 503']);
    for (const status of [400, 401, 402, 403, 404, 409, 429]) {
      relay.fate = (method) => (method === 'POST' ? status : 'pass');
      await expect(mint(`is ${status}`)).rejects.toThrow();
    }
    app.clock.advance(10_000); // It was asked to slow down.
    relay.stop();
    await expect(mint('nobody there')).rejects.toMatchObject({ code: 'BACKEND_UNREACHABLE' });
    expect(await intents()).toHaveLength(2);
  });

  it('was made for a connection: neither is there, and it can be cleaned up', async () => {
    losing('loseAnswer');
    const connection = { workspace: 'relayed', kind: 'api', name: 'tool' } as const;
    await expect(app.call('connection.create', connection)).rejects.toThrow();
    relay.fate = () => 'pass';
    expect((await app.call('connection.list', {})).connections).toEqual([]);
    const [lost] = await intents();
    expect(lost?.name).toBe('tool (made for it)');
    await app.call('intent.resolve', { id: lost?.id ?? '' });
    expect(await atService()).not.toContain('tool (made for it)');
    await app.call('connection.create', connection);
    expect(await intents()).toEqual([]);
  });

  it('was to replace another one: rotating again cleans up first', async () => {
    await mint('ci');
    losing('loseAnswer');
    await expect(app.call('rotation.start', { credential: 'ci' })).rejects.toThrow();
    expect((await app.call('rotation.list', {})).rotations).toEqual([]);
    relay.fate = () => 'pass';
    expect((await atService()).filter((name) => name === 'ci')).toHaveLength(2);
    await app.call('rotation.start', { credential: 'ci', drainMs: 60_000 });
    expect((await atService()).filter((name) => name === 'ci')).toHaveLength(2);
    expect(await intents()).toEqual([]);
  });

  it('goes with its workspace', async () => {
    losing('loseAnswer');
    await expect(mint('ci')).rejects.toThrow();
    await app.call('workspace.remove', { workspace: 'relayed' });
    expect(await intents()).toEqual([]);
  });
});
