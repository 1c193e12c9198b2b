import { chmodSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import ICAL from 'ical.js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { DueItem } from '../../src/shared/contract/due.ts';
import { eventually } from '../helpers/eventually.ts';
import { TestHome } from '../helpers/servedVault.ts';

const home = new TestHome();
const told = join(home.folder, 'told');
const hook = join(home.folder, 'hook');
const inSandbox = ['--workspace', 'sandbox'];

interface Told {
  readonly title: string;
  readonly body: string;
  readonly credentialIds: readonly string[];
}

const noticesOf = (id: string): readonly Told[] =>
  (existsSync(told) ? readFileSync(told, 'utf8').split('\n').slice(0, -1) : [])
    .map((line): Told => JSON.parse(line))
    .filter(({ credentialIds }) => credentialIds.includes(id));
const serve = () => home.serve(['--sandbox', '--notice-command', hook]);
const importToken = async (name: string, ...more: string[]) => {
  const args = ['token', 'import', ...inSandbox, '--name', name, '--scope', 'write', '--unverified', ...more];
  return (await home.json(args, 'nfyio_at_CANARYnotKnownToTheService0001')).credential.id as string;
};
const dueOf = async (id: string): Promise<DueItem | undefined> =>
  (await home.json(['due'])).due.find((item: DueItem) => item.id === id);

beforeAll(async () => {
  // Whole lines at once: several may run at the same time.
  writeFileSync(hook, `#!/bin/sh\nread -r line; printf '%s\\n' "$line" >> '${told}'\n`);
  chmodSync(hook, 0o700);
  await serve();
});
afterAll(() => home.remove());

describe('a running host', () => {
  it('reminds of what expires on its own output and through the command, and not again after a restart', async () => {
    const expires = new Date(Date.now() + 4000).toISOString();
    const id = await importToken('NAME-THAT-IS-PRIVATE', '--expires', expires);
    expect(noticesOf(id)).toEqual([]);
    await eventually(() => expect(noticesOf(id).at(-1)?.title).toBe('An access token has expired'));
    const before = noticesOf(id);
    expect(before[0]?.title).toBe('An access token is about to expire');
    expect(home.hostOutput.join('')).toContain('An access token has expired: It expired');
    expect(home.hostOutput.join('') + readFileSync(told, 'utf8')).not.toContain('NAME-THAT-IS-PRIVATE');

    expect(await home.stop()).toBe(0);
    await serve();
    expect(await dueOf(id)).toMatchObject({ reasons: ['expiry'], snoozedUntil: null });
    expect(noticesOf(id)).toEqual(before);
  });

  it('says once that the service refuses a credential, and knows it after a restart', async () => {
    const id = await importToken('turned-away');
    const create = ['connection', 'create', ...inSandbox, '--kind', 'api', '--name', 'r', '--credential', id];
    const { connection } = await home.json(create);
    for (let count = 0; count < 3; count += 1)
      expect((await fetch(`${connection.baseUrl}/api/auth/me`)).status).toBe(401);
    await eventually(() => expect(noticesOf(id)).toHaveLength(1));
    expect(noticesOf(id)[0]?.title).toBe('An access token was refused by the service');
    expect(await dueOf(id)).toMatchObject({ reasons: ['refused'], expiresAt: null, daysLeft: null });

    expect(await home.stop()).toBe(0);
    const kept = readFileSync(join(home.home, 'reminders.json'), 'utf8');
    expect(kept).toContain(id);
    expect(kept).not.toMatch(/CANARY|turned-away|PRIVATE|sandbox/);
    await serve();
    expect(await dueOf(id)).toMatchObject({ reasons: ['refused'] });
    expect(noticesOf(id)).toHaveLength(1);
  });

  it('is snoozed, and told never to remind, and does so across a restart', async () => {
    const id = await importToken('quiet', '--expires', new Date(Date.now() + 86_400_000).toISOString());
    await home.json(['due', 'snooze', 'quiet', '--until', '3d']);
    const until = Date.parse((await dueOf(id))?.snoozedUntil ?? '');
    expect(Math.abs(until - Date.now() - 3 * 86_400_000)).toBeLessThan(60_000);
    await home.json(['due', 'snooze', id, '--until', 'never']);
    await home.stop();
    await serve();
    expect(await dueOf(id)).toMatchObject({ snoozedUntil: null, ignored: true });
    await home.json(['due', 'snooze', id, '--until', 'now', '--kind', 'token']);
    expect(await dueOf(id)).toMatchObject({ ignored: false });
  });

  it('writes a calendar that another program reads, with names and without secrets', async () => {
    const file = join(home.folder, 'expiries.ics');
    const { calendar } = await home.json(['due', '--ics', file]);
    const text = readFileSync(file, 'utf8');
    const events = new ICAL.Component(ICAL.parse(text)).getAllSubcomponents('vevent');
    expect(calendar).toEqual({ path: file, events: events.length });
    expect(events.map((event) => event.getFirstPropertyValue('summary'))).toContain(
      'Access token “quiet” of sandbox expires',
    );
    expect(text).not.toContain('CANARY');
    const again = await home.run(['due', '--ics', file, '--json']);
    expect([again.exitCode, JSON.parse(again.stderr).error.code]).toEqual([1, 'FILE_EXISTS']);
  });

  it('shows what is due in words: in the list, in status and when it starts', async () => {
    expect((await home.run(['due'])).stdout).toMatch(/token +turned-away +sandbox +refused/);
    expect((await home.run(['status'])).stdout).toMatch(/\d credentials need attention/);
    expect(home.hostOutput.join('')).toMatch(/\d credentials need attention: see `nfyio-vault due`/);
  });

  it.each([
    [2, 'INVALID_INPUT', ['due', 'snooze', 'quiet', '--until', 'yesterday']],
    [2, 'INVALID_INPUT', ['due', 'snooze', 'quiet']],
    [2, 'INVALID_INPUT', ['due', 'settings', '--steps', '7;1']],
    [2, 'INVALID_INPUT', ['due', 'settings', '--steps', '7,7']],
    [2, 'INVALID_INPUT', ['due', 'settings', '--steps', '366']],
    [2, 'INVALID_INPUT', ['due', '--ics', join(home.folder, 'calendar.txt')]],
    [2, 'INVALID_INPUT', ['due', 'nothing-like-it']],
    [1, 'CREDENTIAL_UNKNOWN', ['due', 'snooze', 'nobody', '--until', '3d']],
  ])('refuses with %i and %s: %j', async (exitCode, code, args) => {
    const result = await home.run([...args, '--json']);
    expect([result.exitCode, JSON.parse(result.stderr).error.code]).toEqual([exitCode, code]);
  });

  it('needs an open vault for the list, and none for the settings', async () => {
    await home.json(['due', 'settings', '--steps', '1,30', '--names', 'show']);
    await home.run(['lock']);
    expect((await home.run(['due', '--json'])).exitCode).toBe(3);
    expect((await home.run(['due', 'snooze', 'quiet', '--until', '3d', '--json'])).exitCode).toBe(3);
    const { settings } = await home.json(['due', 'settings']);
    expect(settings).toEqual({ stepsDays: [30, 1], showNames: true });
  });
});
