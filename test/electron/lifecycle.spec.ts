import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@playwright/test';
import { type Desktop, startDesktop, startDesktopInVain, vaultOf } from './desktop.ts';
import type { SafeStorageMode } from './standIn/safeStorage.ts';

let home: string;
let machineFolder: string;
const running: Desktop[] = [];

test.beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'nfyio-vault-home-'));
  machineFolder = await mkdtemp(join(tmpdir(), 'nfyio-vault-machine-'));
});

test.afterEach(async () => {
  await Promise.all(running.splice(0).map((desktop) => desktop.stop()));
  await rm(home, { recursive: true, force: true });
  await rm(machineFolder, { recursive: true, force: true });
});

const start = async (safeStorage: SafeStorageMode = 'ok'): Promise<Desktop> => {
  const desktop = await startDesktop({ home, machineFolder, safeStorage });
  running.push(desktop);
  return desktop;
};

const stop = (desktop: Desktop): Promise<number | null> => {
  running.splice(running.indexOf(desktop), 1);
  return desktop.stop();
};

const stateOf = async ({ page }: Desktop): Promise<string> =>
  (await vaultOf(page)).evaluate(async (vault) => (await vault.call('app.status', {})).vault);

/** Resolves with 'done' or with the code of the failure. */
const attempt = async (
  { page }: Desktop,
  name: 'vault.create' | 'vault.unlock',
  passphrase?: string,
): Promise<string> =>
  (await vaultOf(page)).evaluate(
    async (vault, [call, input]) =>
      vault.call(call, input).then(
        () => 'done',
        (error: { code: string }) => error.code,
      ),
    [name, passphrase === undefined ? {} : { passphrase }] as const,
  );

test('a vault in the keychain opens by itself at the next start', async () => {
  const first = await start();
  expect(await stateOf(first)).toBe('absent');
  expect(await attempt(first, 'vault.create')).toBe('done');
  expect(await stop(first)).toBe(0);

  const second = await start();
  await expect.poll(() => stateOf(second)).toBe('unlocked');
});

test('a vault under a passphrase stays locked until it is given', async () => {
  const first = await start();
  expect(await attempt(first, 'vault.create', 'a long enough passphrase')).toBe('done');
  await stop(first);

  const second = await start();
  expect(await stateOf(second)).toBe('locked');
  expect(await attempt(second, 'vault.unlock', 'another passphrase')).toBe('WRONG_PASSPHRASE');
  expect(await attempt(second, 'vault.unlock', 'a long enough passphrase')).toBe('done');
});

for (const mode of ['busy', 're-encrypt'] as const) {
  test(`a keyring that is ${mode} loses nothing`, async () => {
    const first = await start(mode);
    expect(await attempt(first, 'vault.create')).toBe('done');
    await stop(first);
    const second = await start(mode);
    await expect.poll(() => stateOf(second), { timeout: 20_000 }).toBe('unlocked');
    await stop(second);
    // Still readable by a keyring that is at rest.
    const third = await start('ok');
    await expect.poll(() => stateOf(third)).toBe('unlocked');
  });
}

for (const mode of ['basic_text', 'public-key', 'throws'] as const) {
  test(`with a keyring that is ${mode} no vault is made in it, and a passphrase works`, async () => {
    const desktop = await start(mode);
    expect(await attempt(desktop, 'vault.create')).toBe('KEYCHAIN_UNAVAILABLE');
    expect(await stateOf(desktop)).toBe('absent');
    expect(await attempt(desktop, 'vault.create', 'a long enough passphrase')).toBe('done');
  });
}

test('a keyring that is gone leaves the vault locked and whole', async () => {
  const first = await start();
  await attempt(first, 'vault.create');
  await stop(first);
  const second = await start('throws');
  expect(await attempt(second, 'vault.unlock')).toBe('KEYCHAIN_UNAVAILABLE');
  expect(await stateOf(second)).toBe('locked');
  await stop(second);
  const third = await start();
  await expect.poll(() => stateOf(third)).toBe('unlocked');
});

for (const event of ['suspend', 'lock-screen', 'shutdown']) {
  test(`the vault locks on ${event}`, async () => {
    const desktop = await start();
    await attempt(desktop, 'vault.create');
    expect(await desktop.probe('power', event)).toBe(true);
    await expect.poll(() => stateOf(desktop)).toBe('locked');
  });
}

test('the tray opens, locks and quits', async () => {
  const desktop = await start();
  await attempt(desktop, 'vault.create');
  expect((await desktop.probe('machine')).trayItems.map(({ label, type }) => label ?? type)).toEqual([
    'Open nfyio Vault',
    'Due',
    'Lock',
    'separator',
    'Quit',
  ]);
  await desktop.probe('clickTray', 'Lock');
  await expect.poll(() => stateOf(desktop)).toBe('locked');
  running.splice(0);
  await desktop.probe('clickTray', 'Quit').catch(() => undefined);
  expect(await desktop.ended).toBe(0);
  await desktop.stop();
});

/** A token that is about to expire in two seconds, and has expired in four. */
const importShortLived = async ({ page }: Desktop): Promise<string> =>
  (await vaultOf(page)).evaluate(async (vault) => {
    const { workspace } = await vault.call('workspace.add', { name: 'w', s3Url: 'http://127.0.0.1:9' });
    const { credential } = await vault.call('token.import', {
      workspace: workspace.id,
      name: 'NAME-THAT-IS-PRIVATE',
      scope: 'read',
      token: 'nfyio_at_shortLived0123456789',
      expiresAt: new Date(Date.now() + 4000).toISOString(),
    });
    return credential.id;
  });

test('a reminder is a notification that is answered, and the tray and the badge count what is due', async () => {
  const desktop = await start();
  await attempt(desktop, 'vault.create');
  const id = await importShortLived(desktop);
  await expect.poll(async () => (await desktop.probe('machine')).trayToolTip).toBe('nfyio Vault: 1 due');
  expect(await desktop.probe('badgeCount')).toBe(1);
  const notifications = async () => (await desktop.probe('machine')).notifications;
  await expect.poll(async () => (await notifications()).length).toBeGreaterThan(0);
  const [first] = await notifications();
  expect(first?.title).toBe('An access token is about to expire');
  expect(JSON.stringify(first)).not.toContain('PRIVATE');

  await desktop.probe('closeWindow');
  await desktop.probe('answerNotification', 0);
  await expect(desktop.page.getByRole('dialog', { name: 'Rotate “NAME-THAT-IS-PRIVATE”' })).toBeVisible();
  expect(await desktop.probe('window')).toMatchObject({ isVisible: true });
  await desktop.page.keyboard.press('Escape');

  await desktop.page.getByRole('link', { name: 'Vault', exact: true }).click();
  await desktop.probe('answerNotification', null);
  await expect(desktop.page.getByRole('heading', { name: 'Due', exact: true })).toBeVisible();

  await desktop.probe('answerNotification', 1);
  await expect.poll(() => desktop.probe('badgeCount')).toBe(0);
  expect((await desktop.probe('machine')).trayToolTip).toBe('nfyio Vault');
  const due = await (await vaultOf(desktop.page)).evaluate((vault) => vault.call('due.list', {}));
  expect(due.due).toMatchObject([{ id, isIgnored: false, snoozedUntil: expect.any(String) }]);
});

test('the tray leads to what is due', async () => {
  const desktop = await start();
  await attempt(desktop, 'vault.create');
  await importShortLived(desktop);
  await desktop.page.getByRole('link', { name: 'Vault', exact: true }).click();
  await desktop.probe('closeWindow');
  await desktop.probe('clickTray', 'Due (1)');
  await expect(desktop.page.getByRole('heading', { name: 'Due', exact: true })).toBeVisible();
  expect(await desktop.probe('window')).toMatchObject({ isVisible: true });
});

test('closing the window keeps the loopback; a second start brings the window back', async () => {
  const desktop = await start();
  // Shown once its first frame is ready, a moment after the page exists.
  await expect.poll(async () => (await desktop.probe('window')).isVisible).toBe(true);
  await desktop.probe('closeWindow');
  expect(await desktop.probe('window')).toMatchObject({ isVisible: false });
  const { api } = await (await vaultOf(desktop.page)).evaluate((vault) => vault.call('app.status', {}));
  expect((await fetch(`${api}/api/auth/me`)).status).toBe(423);
  await desktop.probe('secondInstance');
  expect(await desktop.probe('window')).toMatchObject({ isVisible: true });
});

test('what is copied is hidden from clipboard histories and gone after a lock', async () => {
  const desktop = await start();
  await attempt(desktop, 'vault.create');
  const vault = await vaultOf(desktop.page);
  await vault.evaluate((bridge) => bridge.call('clipboard.copy', { text: 'copied words' }));
  const { clipboardText, clipboardTypes } = await desktop.probe('machine');
  expect(clipboardText).toBe('copied words');
  expect(clipboardTypes.some((type) => /osclipboard/.test(type))).toBe(true);
  await vault.evaluate((bridge) => bridge.call('vault.lock', {}));
  await expect.poll(async () => (await desktop.probe('machine')).clipboardText).toBe('');
});

test('a home that another host holds is left alone, and the person is told who holds it', async () => {
  await start();
  const { code, output } = await startDesktopInVain({ home, machineFolder });
  expect(code).toBe(1);
  expect(output).toMatch(/error box: nfyio Vault could not start: .*\d+/);
});

test('nothing that the window showed is written to the profile', async () => {
  const desktop = await start();
  const passphrase = 'a passphrase to be found nowhere';
  await attempt(desktop, 'vault.create', passphrase);
  const output = desktop.output();
  await stop(desktop);
  expect(output).not.toContain(passphrase);
  for (const entry of await readdir(home, { recursive: true, withFileTypes: true })) {
    if (entry.isFile())
      expect(await readFile(join(entry.parentPath, entry.name), 'latin1')).not.toContain(passphrase);
  }
});
