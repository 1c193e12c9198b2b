import type { Page } from '@playwright/test';
import type { CallName } from '../../src/shared/contract/channels.ts';
import type { Verdict, Workspace } from '../../src/shared/contract/workspaces.ts';
import { command, pressOn } from '../helpers/keys.ts';
import { expect, test } from '../helpers/rendererPage.ts';

const capable = (token: 'good' | 'dead', verdict: Verdict): Partial<Workspace> => ({
  apiUrl: 'https://nfyio.example.test',
  capabilities: {
    checkedAt: new Date().toISOString(),
    token,
    may: {
      ...{ listTokens: verdict, createToken: verdict, listKeys: verdict, createKey: verdict },
      ...{ regenerateKey: verdict, listBuckets: verdict, createBucket: verdict },
    },
  },
});

const inputsOf = (page: Page, wanted: CallName): Promise<unknown[]> =>
  page.evaluate(
    (name) => window.fakeVault.calls.filter((one) => one.name === name).map(({ input }) => input),
    wanted,
  );

for (const [what, workspace, words] of [
  ['has no such call', capable('good', 'absent'), 'This service has no call to mint tokens'],
  [
    'lets no token do it',
    capable('good', 'forbidden'),
    'The service does not let an access token mint tokens.',
  ],
  ['knows the token as a reader', capable('good', 'read-only'), 'may only read, so it cannot mint tokens'],
  ['knows the token as bound to a route', capable('good', 'restricted'), 'is bound to another route'],
  ['refuses the token', capable('dead', 'unknown'), 'it is wrong, expired or deleted'],
  ['was given no token', { hasControlToken: false, capabilities: null }, 'has no control token'],
] as const)
  test(`a service that ${what}: minting says so, and offers import and the dashboard`, async ({
    page,
    open,
  }) => {
    await open({ workspace });
    await page.getByRole('button', { name: 'Mint token', exact: true }).click();
    const note = page.getByRole('dialog').getByRole('note');
    await expect(note).toContainText(words);
    const apiUrl = 'apiUrl' in workspace ? String(workspace.apiUrl) : 'https://app.nfyio.com';
    await expect(note.getByRole('link', { name: /Open the dashboard/ })).toHaveAttribute('href', apiUrl);
    await note.getByRole('button', { name: 'Import token' }).click();
    await expect(page.getByRole('dialog').getByRole('heading', { name: 'Import token' })).toBeVisible();
  });

test('where nothing is known to be refused, minting says nothing of it', async ({ page, open }) => {
  await open();
  await page.getByRole('button', { name: 'Create key' }).click();
  await expect(page.getByLabel('Name')).toBeVisible();
  await expect(page.getByRole('note')).toHaveCount(0);
  expect(await inputsOf(page, 'workspace.check')).toEqual([{ workspace: 'ws-1', ifOld: true }]);
});

test('what the service allows is shown, and asked again, by keyboard alone', async ({ page, open }) => {
  await open({ workspace: capable('good', 'restricted') });
  await expect(page.getByRole('heading', { name: 'Credentials' })).toBeVisible();
  await command(page, 'service allows');
  const dialog = page.getByRole('dialog', { name: 'What the service allows' });
  await expect(dialog.getByText('no, it is bound to another route').first()).toBeVisible();
  await pressOn(page, dialog.getByRole('button', { name: 'Ask again' }));
  await expect.poll(() => inputsOf(page, 'workspace.check')).toContainEqual({ workspace: 'ws-1' });
  await page.keyboard.press('Escape');
  await expect(dialog).toHaveCount(0);
});

test('a workspace whose token has died gets another one, and minting has nothing against it any more', async ({
  page,
  open,
}) => {
  await open({ workspace: capable('dead', 'unknown') });
  await page.getByRole('button', { name: 'Mint token', exact: true }).click();
  await page.getByRole('note').getByRole('button', { name: 'Give a control token' }).click();
  const field = page.getByRole('textbox', { name: 'Control token' });
  await expect(field).toBeFocused();
  await page.keyboard.type('nfyio_at_next');
  await page.keyboard.press('Enter');
  await expect(page.getByText('has a new control token')).toBeVisible();
  expect(await inputsOf(page, 'workspace.setControlToken')).toEqual([
    { workspace: 'ws-1', controlToken: 'nfyio_at_next' },
  ]);
  await page.getByRole('button', { name: 'Mint token', exact: true }).click();
  await expect(page.getByLabel('Name')).toBeVisible();
  await expect(page.getByRole('note')).toHaveCount(0);
});

test('a bucket is created, and deleted after its name was typed, by keyboard alone', async ({
  page,
  open,
}) => {
  await open();
  await expect(page.getByRole('heading', { name: 'Credentials' })).toBeVisible();
  await command(page, 'Buckets');
  await expect(page.getByLabel('New bucket')).toBeFocused();
  await page.keyboard.type('invoices');
  await page.keyboard.press('Enter');
  const bin = page.getByRole('button', { name: 'Delete bucket invoices…' });
  await pressOn(page, bin);
  const erase = page.getByRole('button', { name: 'Delete bucket', exact: true });
  await expect(page.getByLabel('Type the name of the bucket')).toBeFocused();
  await page.keyboard.type('invoice');
  await expect(erase).toBeDisabled();
  await page.keyboard.press('Enter');
  expect(await inputsOf(page, 'bucket.delete')).toEqual([]);
  await page.keyboard.type('s');
  await expect(erase).toBeEnabled();
  await page.keyboard.press('Enter');
  await expect(page.getByRole('button', { name: 'Delete bucket photos…' })).toBeVisible();
  await expect(bin).toHaveCount(0);
  expect(await inputsOf(page, 'bucket.delete')).toEqual([{ workspace: 'ws-1', name: 'invoices' }]);
});

test('a refused token is stored only after somebody says so', async ({ page, open }) => {
  await open({ contents: 'empty', failing: { 'token.import': 'CREDENTIAL_REFUSED' } });
  await page.getByRole('button', { name: 'Import token' }).first().click();
  await page.getByLabel('Name').fill('pasted');
  await page.getByLabel('Token', { exact: true }).fill('nfyio_at_pasted');
  const submit = page.getByRole('dialog').getByRole('button', { name: 'Import token' });
  await submit.click();
  await expect(page.getByRole('alert')).toContainText('CREDENTIAL_REFUSED');
  await page.getByLabel('Import without asking the service').check();
  await submit.click();
  await expect.poll(() => inputsOf(page, 'token.import')).toHaveLength(2);
  const [first, second] = await inputsOf(page, 'token.import');
  expect([first, second]).toEqual([
    expect.not.objectContaining({ unverified: expect.anything() }),
    expect.objectContaining({ unverified: true }),
  ]);
});

test('a bucket that an imported key does not see is named, at once and later', async ({ page, open }) => {
  await open({ contents: 'empty' });
  await page.getByRole('button', { name: 'Import key' }).first().click();
  await page.getByLabel('Name').fill('pasted');
  await page.getByLabel('Access key id').fill('AKIAPASTED');
  await page.getByLabel('Secret access key').fill('secret');
  await page.getByLabel('Buckets').fill('photos, invoices');
  await page.getByRole('dialog').getByRole('button', { name: 'Import key' }).click();
  const words = 'The key does not see the bucket “invoices”.';
  await expect(page.getByLabel('Credential pasted').getByText(words)).toBeVisible();
  await expect(page.locator('[data-sonner-toast]')).toContainText(words);
});

test('each workspace wears its own accent, dialogs too', async ({ page, open }) => {
  await open();
  const button = page.getByRole('button', { name: 'Mint token', exact: true });
  const colour = () => button.evaluate((element) => getComputedStyle(element).backgroundColor);
  await expect(button).toBeVisible();
  const first = await colour();
  await page.getByRole('button', { name: /^Workspace acme-production/ }).click();
  await page.getByRole('menuitemradio', { name: 'sandbox' }).click();
  await expect.poll(colour).not.toBe(first);
});
