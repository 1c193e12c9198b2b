import type { Locator, Page } from '@playwright/test';
import { CANARY_TOKEN, PASSPHRASE } from '../helpers/fakeBridge.ts';
import { command, pressOn, tabTo, typeInto } from '../helpers/keys.ts';
import { expect, test } from '../helpers/rendererPage.ts';

/**
 * What `journeys`, `due`, `rollout`, `rotation`, `secrets`, `workspaces` and the end-to-end suite do not do by keyboard
 * alone already. A pointer that touches the page here is a complaint, and fails the test.
 */
test.beforeEach(async ({ page }) => {
  await page.addInitScript(() => {
    addEventListener('pointerdown', () => console.error('A pointer was used.'), { capture: true });
  });
});

const dialog = (page: Page) => page.getByRole('dialog');
const asked = (page: Page) => page.getByRole('alertdialog');
const detail = (page: Page) => page.getByRole('complementary', { name: /^(Credential|Connection) / });
const button = (within: Page | Locator, name: string | RegExp) =>
  within.getByRole('button', { name, exact: true });
const field = (page: Page, name: string) => page.getByLabel(name, { exact: true });
const see = (page: Page, name: string | RegExp) => expect(page.getByRole('heading', { name })).toBeVisible();
const inputsOf = (page: Page, wanted: string) =>
  page.evaluate(
    (name) => window.fakeVault.calls.filter((one) => one.name === name).map(({ input }) => input),
    wanted,
  );
const proof = async (page: Page): Promise<void> => {
  await expect(field(page, 'Passphrase of the vault')).toBeFocused();
  await page.keyboard.type(PASSPHRASE);
};

test('the first start leads to a workspace that is connected', async ({ page, open }) => {
  await open({ vault: 'absent', contents: 'none' });
  await expect(field(page, 'Passphrase')).toBeFocused();
  await page.keyboard.type(PASSPHRASE);
  await typeInto(page, field(page, 'Repeat it'), PASSPHRASE);
  await pressOn(page, button(page, 'Connect a workspace'));
  await expect(field(page, 'Name')).toBeFocused();
  await page.keyboard.type('production');
  await typeInto(page, field(page, 'Control token'), 'nfyio_at_control');
  await page.keyboard.press('Enter');
  await see(page, 'No credentials yet');
  expect(await inputsOf(page, 'workspace.add')).toMatchObject([{ name: 'production' }]);
});

test('the vault is locked, and opened by the passphrase after a wrong one', async ({ page, open }) => {
  await open();
  await see(page, 'ci-deploy');
  await page.keyboard.press('l');
  await expect(field(page, 'Passphrase')).toBeFocused();
  await page.keyboard.type('wrong one');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('alert')).toContainText('Wrong passphrase');
  await expect(field(page, 'Passphrase')).toBeFocused();
  await page.keyboard.type(PASSPHRASE);
  await page.keyboard.press('Enter');
  await see(page, 'ci-deploy');
});

test('an older vault is opened by the recovery key, and only after somebody says so', async ({
  page,
  open,
}) => {
  await open({ vault: 'locked', slots: ['passphrase', 'recovery-key'], isOlder: true });
  await pressOn(page, button(page, 'Use the recovery key'));
  await expect(field(page, 'Recovery key')).toBeFocused();
  await page.keyboard.type('7Q4MZ-0KXWE');
  await page.keyboard.press('Enter');
  await pressOn(page, page.getByRole('checkbox', { name: 'Use this older state all the same' }), 'Space');
  await page.keyboard.press('Shift+Tab');
  await typeInto(page, field(page, 'Recovery key'), '7Q4MZ-0KXWE');
  await page.keyboard.press('Enter');
  await see(page, 'ci-deploy');
});

test('a key is made for one bucket, read, and not left before it is copied', async ({ page, open }) => {
  await open();
  await see(page, 'ci-deploy');
  await page.keyboard.press('k');
  await expect(field(page, 'Name')).toBeFocused();
  await page.keyboard.type('backup-job');
  await pressOn(page, page.getByRole('checkbox', { name: 'backups' }), 'Space');
  await tabTo(page, page.getByRole('radio', { name: 'Read', exact: true }));
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('Enter');
  await pressOn(page, button(dialog(page), 'Show'));
  await expect(dialog(page).getByText(CANARY_TOKEN)).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(dialog(page).getByRole('alert')).toContainText('It was not copied');
  await pressOn(page, button(dialog(page), 'Copy'));
  await expect(button(dialog(page), 'Done')).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(dialog(page)).toHaveCount(0);
  expect(await inputsOf(page, 'key.create')).toMatchObject([
    { name: 'backup-job', buckets: ['backups'], permission: 'read-write' },
  ]);
});

test('a secret is knowingly left unread', async ({ page, open }) => {
  await open();
  await see(page, 'ci-deploy');
  await page.keyboard.press('t');
  await expect(field(page, 'Name')).toBeFocused();
  await page.keyboard.type('unread');
  await page.keyboard.press('Enter');
  await expect(button(dialog(page), 'Copy')).toBeFocused();
  await page.keyboard.press('Escape');
  await pressOn(page, button(dialog(page), 'Close without copying'));
  await expect(dialog(page)).toHaveCount(0);
  expect(await inputsOf(page, 'reveal.take')).toEqual([]);
});

test('a token is imported through the menu, unverified', async ({ page, open }) => {
  await open();
  await pressOn(page, button(page, 'Import'));
  await expect(page.getByRole('menuitem', { name: 'Import token' })).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(field(page, 'Name')).toBeFocused();
  await page.keyboard.type('pasted');
  await typeInto(page, field(page, 'Token'), 'nfyio_at_pasted');
  await pressOn(page, page.getByRole('checkbox', { name: 'Import without asking the service' }), 'Space');
  await page.keyboard.press('Enter');
  await see(page, 'pasted');
  expect(await inputsOf(page, 'token.import')).toMatchObject([
    { name: 'pasted', token: 'nfyio_at_pasted', unverified: true },
  ]);
});

test('a key is imported', async ({ page, open }) => {
  await open();
  await see(page, 'ci-deploy');
  await command(page, 'import key');
  await expect(field(page, 'Name')).toBeFocused();
  await page.keyboard.type('pasted-key');
  await typeInto(page, field(page, 'Access key id'), 'AKIAPASTED');
  await typeInto(page, field(page, 'Secret access key'), 'pasted/secret');
  await typeInto(page, field(page, 'Buckets'), 'photos');
  await page.keyboard.press('Enter');
  await see(page, 'pasted-key');
});

test('a credential is found by arrow keys, and deleted', async ({ page, open }) => {
  await open();
  const rows = page.getByRole('list', { name: 'Credentials' }).getByRole('button');
  await tabTo(page, rows.first());
  await page.keyboard.press('ArrowDown');
  await see(page, 'support-chat');
  await pressOn(page, button(detail(page), 'Delete…'));
  await expect(button(asked(page), 'Delete')).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(asked(page)).toHaveCount(0);
  await expect(rows.filter({ hasText: 'support-chat' })).toHaveCount(0);
  await expect(rows.filter({ hasText: 'ci-deploy' })).toBeFocused();
});

test('a rotation is set to go by itself, then begun, and finished before its time', async ({
  page,
  open,
}) => {
  await open();
  await tabTo(page, page.getByLabel('By itself'));
  await page.keyboard.type('7 days');
  await expect(page.getByLabel('By itself')).toHaveValue('7');
  await command(page, 'rotate ci-deploy');
  await pressOn(page, button(dialog(page), 'Rotate'));
  await pressOn(page, button(detail(page), 'Delete now…'));
  await expect(button(asked(page), 'Delete now')).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(asked(page)).toHaveCount(0);
  await expect(page.getByRole('list', { name: 'Steps of replacing ci-deploy' })).toHaveCount(0);
});

test('what has done its work leaves the focus close by, on nothing that Enter would set going', async ({
  page,
  open,
}) => {
  await open({ targets: [{ credential: 'ci-deploy', place: { kind: 'dotenv', path: '/srv/app/.env' } }] });
  await pressOn(page, button(detail(page), /^Remove…/));
  await page.keyboard.press('Enter');
  await expect(page.getByRole('list', { name: 'Places' })).toHaveCount(0);
  await page.keyboard.press('Enter');
  await expect(dialog(page)).toHaveCount(0);
  await page.keyboard.press('Tab');
  await expect(button(detail(page), 'Add a place…')).toBeFocused();

  await command(page, 'rotate ci-deploy');
  await pressOn(page, button(dialog(page), 'Rotate'));
  await pressOn(page, button(detail(page), 'Take it back'));
  await see(page, 'Taken back');
  await page.keyboard.press('Enter');
  await expect(asked(page)).toHaveCount(0);
  await page.keyboard.press('Tab');
  await expect(button(detail(page), 'Delete now…')).toBeFocused();
});

test('a key is regenerated although requests run too long', async ({ page, open }) => {
  await open({ regenerating: 'busy' });
  await see(page, 'ci-deploy');
  await command(page, 'renew nightly-backup');
  await pressOn(page, button(dialog(page), 'Regenerate'));
  await pressOn(page, button(dialog(page), 'Regenerate anyway'));
  await expect(dialog(page)).toHaveCount(0);
  expect(await inputsOf(page, 'key.regenerate')).toHaveLength(2);
});

test('a key is replaced by a second one', async ({ page, open }) => {
  await open();
  await see(page, 'ci-deploy');
  await command(page, 'renew nightly-backup');
  await tabTo(page, dialog(page).getByRole('radio', { name: 'Regenerate' }));
  await page.keyboard.press('ArrowRight');
  await pressOn(page, button(dialog(page), 'Replace'));
  await expect(page.getByRole('list', { name: 'Steps of replacing nightly-backup' })).toBeVisible();
});

test('a key that may do too much is replaced by one that reads', async ({ page, open }) => {
  await open();
  await see(page, 'ci-deploy');
  await page.keyboard.press('4');
  await pressOn(page, button(page, 'Replace photo-uploads'));
  await expect(field(page, 'Name')).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(button(dialog(page), 'Copy')).toBeFocused();
  expect(await inputsOf(page, 'key.create')).toMatchObject([{ permission: 'read' }]);
});

test('lost answers are cleaned up, or left', async ({ page, open }) => {
  const lost = { what: 'mint', kind: 'token', because: 'Its answer was lost.', try: 'Delete it.' } as const;
  await open({
    intents: [
      { ...lost, name: 'one' },
      { ...lost, name: 'other' },
    ],
  });
  const notes = page.getByRole('list', { name: 'Lost answers' });
  await pressOn(page, button(notes, 'Delete it').first());
  await expect(notes.getByRole('listitem')).toHaveCount(1);
  await pressOn(page, button(notes, 'Leave it'));
  await expect(notes).toHaveCount(0);
  expect(await inputsOf(page, 'intent.resolve')).toHaveLength(1);
  expect(await inputsOf(page, 'intent.dismiss')).toHaveLength(1);
});

test('a connection is made narrow, its snippet copied, and revoked', async ({ page, open }) => {
  await open();
  await see(page, 'ci-deploy');
  await page.keyboard.press('c');
  await expect(field(page, 'Name')).toBeFocused();
  await page.keyboard.type('typed-tool');
  await pressOn(page, page.getByRole('checkbox', { name: 'Read-only' }), 'Space');
  await pressOn(page, page.getByText('Narrow it further'));
  await pressOn(page, page.getByRole('checkbox', { name: 'photos' }), 'Space');
  await pressOn(page, button(dialog(page), 'Connect'));
  await see(page, 'typed-tool');
  await tabTo(page, page.getByRole('tab', { name: 'AWS CLI' }));
  await page.keyboard.press('ArrowRight');
  await pressOn(page, button(page, 'Copy boto3 snippet'));
  await expect.poll(() => page.evaluate(() => window.fakeVault.clipboard.at(-1))).toContain('# boto3');
  await pressOn(page, button(detail(page), 'Revoke…'));
  await expect(button(asked(page), 'Revoke')).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(page.getByText('typed-tool', { exact: true })).toHaveCount(0);
  expect(await inputsOf(page, 'connection.create')).toMatchObject([{ readOnly: true, buckets: ['photos'] }]);
  expect(await inputsOf(page, 'connection.revoke')).toHaveLength(1);
});

test('a presigned URL is made and copied', async ({ page, open }) => {
  await open();
  await see(page, 'ci-deploy');
  await page.keyboard.press('2');
  await pressOn(page, button(detail(page), 'Presigned URL…'));
  await expect(field(page, 'Bucket')).toBeFocused();
  await page.keyboard.type('backups');
  await typeInto(page, field(page, 'Key'), 'a.txt');
  await page.keyboard.press('Enter');
  await pressOn(page, button(dialog(page), 'Copy presigned URL'));
  await expect.poll(() => page.evaluate(() => window.fakeVault.clipboard.at(-1))).toContain('/backups/a.txt');
  await page.keyboard.press('Escape');
  await expect(dialog(page)).toHaveCount(0);
});

test('another workspace is chosen in the menu, and removed', async ({ page, open }) => {
  await open();
  await pressOn(page, button(page, /^Workspace acme-production/));
  await expect(page.getByRole('menuitemradio', { name: 'acme-production' })).toBeFocused();
  await page.keyboard.press('ArrowDown');
  await expect(page.getByRole('menuitemradio', { name: 'sandbox' })).toBeFocused();
  await page.keyboard.press('Enter');
  const menu = button(page, /^Workspace sandbox/);
  await expect(menu).toBeFocused();
  await page.keyboard.press('Enter');
  await page.keyboard.press('End');
  await expect(page.getByRole('menuitem', { name: /^Remove “sandbox”/ })).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(button(asked(page), 'Remove')).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(button(page, /^Workspace acme-production/)).toBeVisible();
  expect(await inputsOf(page, 'workspace.remove')).toEqual([{ workspace: 'ws-2' }]);
});

test('the ways to open the vault are changed', async ({ page, open }) => {
  await open({ keychain: 'os-keychain', slots: ['passphrase'] });
  await see(page, 'ci-deploy');
  await page.keyboard.press('5');
  await pressOn(page, button(page, 'Change passphrase'));
  await proof(page);
  await typeInto(page, field(page, 'New passphrase'), 'another one, and longer');
  await typeInto(page, field(page, 'The same again'), 'another one, and longer');
  await page.keyboard.press('Enter');
  await expect(dialog(page)).toHaveCount(0);

  await pressOn(page, button(page, 'Use the keychain'));
  await proof(page);
  await page.keyboard.press('Enter');
  await expect(dialog(page)).toHaveCount(0);
  await pressOn(page, button(page, /^Remove .*keychain/i));
  await proof(page);
  await page.keyboard.press('Enter');
  await expect(asked(page)).toHaveCount(0);
  await expect(button(page, 'Use the keychain')).toBeVisible();
});

test('a recovery key is made, shown and copied', async ({ page, open }) => {
  await open();
  await see(page, 'ci-deploy');
  await command(page, 'make a recovery key');
  await proof(page);
  await page.keyboard.press('Enter');
  await pressOn(page, button(dialog(page), 'Show'));
  await expect(dialog(page).getByText('7Q4MZ-')).toBeVisible();
  await pressOn(page, button(dialog(page), 'Copy'));
  await expect(button(dialog(page), 'Done')).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(dialog(page)).toHaveCount(0);
});

test('an earlier state is gone back to, and then all are deleted', async ({ page, open }) => {
  await open();
  await see(page, 'ci-deploy');
  await page.keyboard.press('5');
  await pressOn(page, button(page, 'Go back to change 38'));
  await proof(page);
  await page.keyboard.press('Enter');
  await expect(asked(page)).toHaveCount(0);
  await pressOn(page, button(page, 'Delete all earlier states'));
  await proof(page);
  await page.keyboard.press('Enter');
  await expect(page.getByRole('list', { name: 'Earlier states' })).toHaveCount(0);
  expect(await inputsOf(page, 'vault.restoreBackup')).toMatchObject([{ name: 'vault.nfyv.2' }]);
});

test('when it locks and of what it reminds is set', async ({ page, open }) => {
  await open();
  await see(page, 'ci-deploy');
  await page.keyboard.press('5');
  await tabTo(page, page.getByLabel('Without use of this app for'));
  await page.keyboard.type('15');
  await expect(page.getByLabel('Without use of this app for')).toHaveValue('15');
  await pressOn(page, page.getByRole('checkbox', { name: 'Requests of tools count as use' }), 'Space');
  await pressOn(page, page.getByRole('checkbox', { name: '30 days before' }), 'Space');
  await expect
    .poll(() => inputsOf(page, 'lock.configure'))
    .toEqual([
      { idleMinutes: 15, connectionsKeepOpen: false },
      { idleMinutes: 15, connectionsKeepOpen: true },
    ]);
  await expect.poll(() => inputsOf(page, 'reminder.configure')).toHaveLength(1);
});

test('the vault is exported, sealed and in clear, and its expiries as a calendar', async ({ page, open }) => {
  await open();
  await see(page, 'ci-deploy');
  await command(page, 'export');
  await typeInto(page, field(page, 'File'), '/home/ada/vault.nfyv');
  await typeInto(page, field(page, 'Passphrase for the file'), 'for the file alone');
  await typeInto(page, field(page, 'The same again'), 'for the file alone');
  await typeInto(page, field(page, 'Passphrase of the vault'), PASSPHRASE);
  await page.keyboard.press('Enter');
  await expect(dialog(page)).toHaveCount(0);

  await command(page, 'export');
  await tabTo(page, dialog(page).getByRole('radio', { name: 'Sealed' }));
  await page.keyboard.press('ArrowRight');
  await typeInto(page, field(page, 'File'), '/home/ada/vault.json');
  await typeInto(page, field(page, 'Type “write my secrets in clear”'), 'write my secrets in clear');
  await typeInto(page, field(page, 'Passphrase of the vault'), PASSPHRASE);
  await page.keyboard.press('Enter');
  await expect(dialog(page)).toHaveCount(0);

  await command(page, 'calendar file');
  await typeInto(page, field(page, 'File'), '/home/ada/expiries.ics');
  await page.keyboard.press('Enter');
  await expect(dialog(page)).toHaveCount(0);
  expect(await inputsOf(page, 'export.sealed')).toHaveLength(1);
  expect(await inputsOf(page, 'export.plain')).toHaveLength(1);
  expect(await inputsOf(page, 'due.calendar')).toHaveLength(1);
});

test('a file is looked into, chosen from, imported, and rid of its secret', async ({ page, open }) => {
  await open();
  await see(page, 'ci-deploy');
  await command(page, 'import from a file');
  await expect(field(page, 'File')).toBeFocused();
  await page.keyboard.type('/home/ada/.aws/credentials');
  await page.keyboard.press('Enter');
  await pressOn(page, page.getByRole('checkbox', { name: /^new-profile/ }), 'Space');
  await pressOn(page, page.getByRole('checkbox', { name: /^conflict-profile/ }), 'Space');
  await typeInto(page, field(page, 'Another name for “conflict-profile”'), 'renamed');
  await page.keyboard.press('Enter');
  await see(page, 'Take the secret out of the file?');
  await tabTo(page, dialog(page).getByRole('radio', { name: 'Replace it' }));
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('Enter');
  await expect(dialog(page)).toHaveCount(0);
  expect(await inputsOf(page, 'import.apply')).toMatchObject([
    { chosen: [{ id: 'new' }, { id: 'conflict', name: 'renamed' }] },
  ]);
  expect(await inputsOf(page, 'import.replaceSource')).toMatchObject([{ how: 'remove' }]);
});

test('activity is paused, filtered and read', async ({ page, open }) => {
  await open();
  await see(page, 'ci-deploy');
  await page.keyboard.press('3');
  await page.keyboard.press('p');
  await expect(button(page, /^Resume/)).toBeVisible();
  await page.keyboard.press('/');
  await page.keyboard.type('status:403 connection:ci');
  await tabTo(page, page.getByRole('grid', { name: 'Requests' }));
  await page.keyboard.press('ArrowDown');
  await expect(page.getByText('Give tools that write a connection')).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(page.getByRole('complementary', { name: 'Request' })).toHaveCount(0);
});

test('the theme and the list of keys are a key away', async ({ page, open }) => {
  await open();
  await see(page, 'ci-deploy');
  await command(page, 'theme dark');
  await expect(page.locator('html')).toHaveAttribute('data-theme', 'dark');
  await page.keyboard.press('?');
  await see(page, 'Keyboard shortcuts');
  await page.keyboard.press('Escape');
  await expect(dialog(page)).toHaveCount(0);
});
