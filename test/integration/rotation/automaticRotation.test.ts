import { afterEach, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { eventually } from '../../helpers/eventually.ts';
import { Relay } from '../../helpers/relay.ts';
import { RunningApp } from '../../helpers/runningApp.ts';
import { temporaryFolder } from '../../helpers/temporaryFolder.ts';

const DAY_MS = 86_400_000;

let app: RunningApp;
let relay: Relay;
beforeEach(async () => {
  app = await RunningApp.onSandbox(temporaryFolder());
  relay = await Relay.to((await app.call('app.status', {})).sandbox?.api ?? '');
  onTestFinished(() => relay.stop());
  const controlToken = await app.controlToken();
  await app.call('workspace.add', { name: 'w', apiUrl: relay.origin, controlToken });
  await app.call('token.create', { workspace: 'w', name: 'ci', scope: 'read', expireDays: 30 });
});
afterEach(() => app.stop());

const ci = async () =>
  (await app.call('credential.list', { kind: 'token' })).credentials.find(({ name }) => name === 'ci');
const mints = (): number => relay.seen.filter(({ method }) => method === 'POST').length;
const notRotated = () => app.notifier.notices.filter(({ title }) => title.includes('could not be rotated'));

describe('a token that is to be rotated by itself seven days before it expires', () => {
  it('is, and so is the one after it', async () => {
    const first = await ci();
    const { credential } = await app.call('rotation.schedule', { credential: 'ci', daysBefore: 7 });
    expect(credential).toEqual({ ...first, rotateDaysBefore: 7 });
    app.clock.advance(23 * DAY_MS - 60_000);
    expect(mints()).toBe(1);
    app.clock.advance(60_000);
    await eventually(async () => expect((await ci())?.uid).not.toBe(first?.uid));
    const second = await ci();
    expect(second).toMatchObject({ rotateDaysBefore: 7, scope: 'read' });
    await eventually(async () => {
      app.clock.advance(3_600_000);
      expect((await app.call('rotation.list', {})).rotations).toEqual([]);
    });
    expect(mints()).toBe(2);
    app.clock.advance(23 * DAY_MS);
    await eventually(async () => expect((await ci())?.uid).not.toBe(second?.uid));
    expect(mints()).toBe(3);
    expect(notRotated()).toEqual([]);
  });

  it('that cannot be is told once a day, and asked for once a day', async () => {
    await app.call('rotation.schedule', { credential: 'ci', daysBefore: 7 });
    relay.fate = (method) => (method === 'POST' ? 402 : 'pass');
    app.clock.advance(23 * DAY_MS);
    await eventually(() => expect(notRotated()).toHaveLength(1));
    expect(notRotated()[0]?.body).toContain('It is tried again within a day.');
    expect(JSON.stringify(notRotated())).not.toContain('“ci”');
    for (let hour = 1; hour < 24; hour += 1) {
      app.clock.advance(3_600_000);
      await app.call('app.status', {});
    }
    expect(mints()).toBe(2);
    relay.fate = () => 'pass';
    const before = await ci();
    app.clock.advance(3_600_000);
    await eventually(async () => expect((await ci())?.uid).not.toBe(before?.uid));
  });

  it('that could not be a day before it expires is tried again before it does', async () => {
    await app.call('rotation.schedule', { credential: 'ci', daysBefore: 1 });
    const before = await ci();
    relay.fate = (method) => (method === 'POST' ? 402 : 'pass');
    app.clock.advance(29 * DAY_MS);
    await eventually(() => expect(notRotated()).toHaveLength(1));
    relay.fate = () => 'pass';
    app.clock.advance(12 * 3_600_000);
    await eventually(async () => expect((await ci())?.uid).not.toBe(before?.uid));
    expect(notRotated()).toHaveLength(1);
  });

  it('that is deleted, or not to be rotated any more, while it waits for another one is left alone', async () => {
    const names = ['ci', 'stopped', 'deleted', 'last'] as const;
    for (const credential of names) {
      if (credential !== 'ci')
        await app.call('token.create', { workspace: 'w', name: credential, scope: 'read', expireDays: 30 });
      await app.call('rotation.schedule', { credential, daysBefore: 7 });
    }
    const idOf = async (wanted: string) =>
      (await app.call('credential.list', {})).credentials.find(({ name }) => name === wanted)?.id;
    const [stopped, last] = [await idOf('stopped'), await idOf('last')];
    relay.fate = (method) => (method === 'POST' && mints() === 5 ? 'slow' : 'pass');
    app.clock.advance(23 * DAY_MS);
    await eventually(() => expect(mints()).toBe(5));
    await app.call('credential.delete', { id: 'deleted' });
    await app.call('rotation.schedule', { credential: 'stopped', daysBefore: null });
    relay.endSlow();
    await eventually(async () => expect(await idOf('last')).not.toBe(last));
    expect(await idOf('stopped')).toBe(stopped);
    expect(mints()).toBe(6);
    expect(notRotated()).toHaveLength(1);
  });

  it('is not while the vault is locked, but right after', async () => {
    await app.call('rotation.schedule', { credential: 'ci', daysBefore: 7 });
    const before = await ci();
    await app.call('vault.lock', {});
    app.clock.advance(25 * DAY_MS);
    expect(mints()).toBe(1);
    await app.call('vault.unlock', {});
    await eventually(async () => expect((await ci())?.uid).not.toBe(before?.uid));
  });

  it('is with the next unlock, and nothing is said, when a lock came in between', async () => {
    await app.call('rotation.schedule', { credential: 'ci', daysBefore: 7 });
    const before = await ci();
    relay.fate = (method) => {
      if (method === 'POST') {
        relay.fate = () => 'pass';
        void app.call('vault.lock', {});
      }
      return 'pass';
    };
    app.clock.advance(23 * DAY_MS);
    await eventually(() => expect(mints()).toBe(2));
    await app.call('vault.unlock', {});
    await eventually(async () => expect((await ci())?.uid).not.toBe(before?.uid));
    expect(notRotated()).toEqual([]);
    expect((await app.call('intent.list', {})).intents).toEqual([]);
  });

  it('is not any more when that is taken back, nor if it never expires', async () => {
    await app.call('rotation.schedule', { credential: 'ci', daysBefore: 7 });
    const { credential } = await app.call('rotation.schedule', { credential: 'ci', daysBefore: null });
    expect(credential).not.toHaveProperty('rotateDaysBefore');
    app.clock.advance(29 * DAY_MS);
    expect(mints()).toBe(1);
    const pasted = {
      name: 'pasted',
      scope: 'read',
      token: 'nfyio_at_neverexpires0000',
      unverified: true,
    } as const;
    await app.call('token.import', { workspace: 'w', ...pasted });
    await expect(
      app.call('rotation.schedule', { credential: 'pasted', daysBefore: 7 }),
    ).rejects.toMatchObject({ code: 'INVALID_INPUT' });
  });
});
