import { PASSPHRASE } from '../helpers/fakeBridge.ts';
import { tabTo } from '../helpers/keys.ts';
import { expect, test } from '../helpers/rendererPage.ts';

test('the first run leads from a passphrase to a sandbox that waits for a tool', async ({ page, open }) => {
  await open({ vault: 'absent', contents: 'none' });
  await page.getByLabel('Passphrase').fill(PASSPHRASE);
  await page.getByLabel('Repeat it').fill('something else');
  await page.getByRole('button', { name: 'Try the sandbox' }).click();
  await expect(page.getByRole('alert')).toHaveText('The two passphrases are not the same.');
  await page.getByLabel('Repeat it').fill(PASSPHRASE);
  await page.getByRole('button', { name: 'Try the sandbox' }).click();

  await expect(page.getByRole('heading', { name: 'Connect your first tool' })).toBeVisible();
  await page.getByRole('button', { name: 'Connect a tool' }).click();
  await page.getByLabel('Name').fill('aws-cli');
  await page.getByRole('dialog').getByRole('button', { name: 'Connect', exact: true }).click();
  await expect(page.getByText('Waiting for the first request…')).toBeVisible();
  await expect(page.getByText('aws s3 ls')).toBeVisible();

  await page.evaluate(() => window.fakeVault.passRequest({ method: 'GET', path: '/demo', status: 200 }));
  await expect(page.getByText('It works')).toBeVisible();
  await expect(page.getByText('GET /demo')).toBeVisible();
});

test('a sandbox that does not start leaves a vault, an explanation and both doors', async ({
  page,
  open,
}) => {
  await open({ vault: 'absent', contents: 'none', failing: { 'sandbox.start': 'PORT_IN_USE' } });
  await page.getByLabel('Passphrase').fill(PASSPHRASE);
  await page.getByLabel('Repeat it').fill(PASSPHRASE);
  await page.getByRole('button', { name: 'Try the sandbox' }).click();
  await expect(page.getByRole('alert')).toContainText('PORT_IN_USE');
  await expect(page.getByText('Your vault is ready.')).toBeVisible();
  await page.getByRole('button', { name: 'Connect a workspace' }).click();
  await expect(page.getByRole('heading', { name: 'Connect a workspace' })).toBeVisible();
});

test('a keychain spares the passphrase', async ({ page, open }) => {
  await open({ vault: 'absent', contents: 'none', keychain: 'os-keychain' });
  await expect(page.getByLabel('Passphrase')).toHaveCount(0);
  await page.getByRole('button', { name: 'Connect a workspace' }).click();
  await page.getByLabel('Name').fill('production');
  await page.getByRole('dialog').getByRole('button', { name: 'Connect', exact: true }).click();
  await expect(page.getByRole('heading', { name: 'No credentials yet' })).toBeVisible();
});

test('a wrong passphrase is said and forgotten, the right one opens the vault', async ({ page, open }) => {
  await open({ vault: 'locked' });
  const passphrase = page.getByLabel('Passphrase');
  await passphrase.fill('wrong one');
  await page.getByRole('button', { name: 'Unlock' }).click();
  await expect(page.getByRole('alert')).toContainText('Wrong passphrase');
  await expect(passphrase).toHaveValue('');
  await passphrase.fill(PASSPHRASE);
  await page.keyboard.press('Enter');
  await expect(page.getByRole('heading', { name: 'ci-deploy' })).toBeVisible();
  await page.getByRole('button', { name: 'Lock the vault' }).click();
  await expect(page.getByRole('heading', { name: 'The vault is locked' })).toBeVisible();
  await expect(page.getByText('ci-deploy')).toHaveCount(0);
});

test('an older copy of the vault opens only when the person says that they want it', async ({
  page,
  open,
}) => {
  await open({ vault: 'locked', isOlder: true });
  const unlock = async (): Promise<void> => {
    await page.getByLabel('Passphrase').fill(PASSPHRASE);
    await page.getByRole('button', { name: 'Unlock' }).click();
  };
  await unlock();
  await expect(page.getByRole('alert')).toContainText('It is generation 12, the last one was 15');
  await unlock();
  await expect(page.getByRole('alert')).toBeVisible();
  await page.getByRole('checkbox', { name: 'Use this older state all the same' }).check();
  await unlock();
  await expect(page.getByRole('heading', { name: 'ci-deploy' })).toBeVisible();
});

test('a refused first request says why where the person is waiting', async ({ page, open }) => {
  await open();
  await page.getByRole('link', { name: 'Connections' }).click();
  await page.evaluate(() =>
    window.fakeVault.passRequest({
      method: 'PUT',
      path: '/invoices/a',
      status: 403,
      refusal: 'BUCKET_FORBIDDEN',
    }),
  );
  await expect(page.getByText('The last request was refused')).toBeVisible();
  await expect(page.getByText('The bucket is not among those')).toBeVisible();
});

test('activity arrives live, waits while paused, and is filtered by words', async ({ page, open }) => {
  await open();
  await page.getByRole('link', { name: 'Activity' }).click();
  const rows = page.getByRole('grid', { name: 'Requests' });
  await page.evaluate(() => window.fakeVault.passRequest({ path: '/photos/live.png' }));
  await expect(rows.getByText('/photos/live.png')).toBeVisible();

  await page.getByRole('button', { name: 'Pause' }).click();
  await page.evaluate(() => window.fakeVault.passRequest({ path: '/photos/held.png' }));
  await expect(page.getByRole('button', { name: 'Resume 1 new' })).toBeVisible();
  await expect(rows.getByText('/photos/held.png')).toHaveCount(0);
  await page.getByRole('button', { name: 'Resume' }).click();
  await expect(rows.getByText('/photos/held.png')).toBeVisible();

  await page.getByRole('searchbox', { name: 'Filter activity' }).fill('status:4xx bucket:invoices');
  await expect(rows.getByText('/invoices/2025.pdf').first()).toBeVisible();
  await expect(rows.getByText('/photos/live.png')).toHaveCount(0);
});

test('ten thousand requests are drawn as a few dozen rows', async ({ page, open }) => {
  await open();
  await page.getByRole('link', { name: 'Activity' }).click();
  await page.evaluate(() => {
    for (let index = 0; index < 10_000; index += 1) window.fakeVault.passRequest({ path: `/bulk/${index}` });
  });
  await expect(page.getByText('/bulk/9999')).toBeVisible();
  expect(await page.getByRole('row').count()).toBeLessThan(60);
});

test('the grid is walked by arrow keys, and Escape backs out', async ({ page, open }) => {
  await open();
  await page.getByRole('link', { name: 'Activity' }).click();
  await tabTo(page, page.getByRole('grid', { name: 'Requests' }));
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('ArrowDown');
  await expect(page.getByRole('row', { selected: true })).toContainText('team offsite.heic');
  await expect(page.getByRole('complementary', { name: 'Request' })).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(page.getByRole('complementary', { name: 'Request' })).toHaveCount(0);
});

test('what can be clicked can be typed', async ({ page, open }) => {
  await open();
  await expect(page.getByRole('heading', { name: 'ci-deploy' })).toBeVisible();
  await page.keyboard.press('Control+k');
  await page.keyboard.type('xyzzy');
  await expect(page.getByText('Nothing fits.')).toBeVisible();
  await page.keyboard.press('Escape');
  await page.keyboard.press('Control+k');
  await page.keyboard.type('connect a tool');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('dialog').getByRole('heading', { name: 'Connect a tool' })).toBeVisible();
  await page.keyboard.press('Escape');
  await page.keyboard.press('3');
  await expect(page.getByRole('heading', { name: 'Activity' })).toBeVisible();
});

test('deleting and revoking ask first', async ({ page, open }) => {
  await open();
  const names = () => page.evaluate(() => window.fakeVault.calls.map(({ name }) => name));
  await page.getByRole('button', { name: 'Delete…' }).click();
  await page.getByRole('alertdialog').getByRole('button', { name: 'Cancel' }).click();
  expect(await names()).not.toContain('credential.delete');
  await page.getByRole('button', { name: 'Delete…' }).click();
  await page.getByRole('alertdialog').getByRole('button', { name: 'Delete' }).click();
  await expect(page.getByRole('heading', { name: 'support-chat' })).toBeVisible();
  expect(await names()).toContain('credential.delete');
});

test('a chosen theme outlives the window', async ({ page, open }) => {
  await page.emulateMedia({ colorScheme: 'light' });
  await open();
  await page.getByRole('button', { name: 'Theme' }).click();
  await page.getByRole('menuitemradio', { name: 'Dark' }).click();
  await page.reload();
  await expect(page.getByRole('heading', { name: 'ci-deploy' })).toBeVisible();
  const scheme = await page.evaluate(() => getComputedStyle(document.documentElement).colorScheme);
  expect(scheme).toBe('dark');
});

for (const name of [
  '<img src=x onerror=alert(1)>',
  '"><script>alert(1)</script>',
  '{{7*7}} javascript:alert(1)',
])
  test(`a name like ${name} is only ever text`, async ({ page, open }) => {
    page.on('dialog', () => {
      throw new Error('a name was executed');
    });
    await open({ contents: 'empty' });
    await page.getByRole('button', { name: 'Import token' }).click();
    await page.getByLabel('Name').fill(name);
    await page.getByLabel('Token', { exact: true }).fill('x');
    await page.getByRole('dialog').getByRole('button', { name: 'Import token' }).click();
    await expect(page.getByRole('heading', { name })).toBeVisible();
  });

test('a presigned URL is made, copied, and gone as soon as what it was made of changes', async ({
  page,
  open,
}) => {
  await open();
  await page.getByRole('link', { name: 'Connections', exact: true }).click();
  await page.getByRole('button', { name: 'Presigned URL…' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByText('Upload', { exact: true }).click();
  await dialog.getByLabel('Bucket').fill('backups');
  await dialog.getByLabel('Key').fill('a/b.txt');
  await dialog.getByLabel('Works for (seconds)').fill('60');
  await dialog.getByRole('button', { name: 'Make URL' }).click();
  await dialog.getByRole('button', { name: 'Copy presigned URL' }).click();
  await expect(dialog.getByRole('button', { name: 'Copied' })).toBeVisible();
  const asked = await page.evaluate(
    () => window.fakeVault.calls.find(({ name }) => name === 'connection.presign')?.input,
  );
  expect(asked).toMatchObject({
    ...{ method: 'PUT', bucket: 'backups', key: 'a/b.txt' },
    ...{ expiresSeconds: 60, outside: false },
  });
  expect(await page.evaluate(() => window.fakeVault.clipboard.at(-1))).toContain('/backups/a/b.txt?X-Amz-');
  await dialog.getByLabel('Key').fill('a/c.txt');
  await expect(dialog.getByText('X-Amz-Signature')).toHaveCount(0);

  await page.evaluate(() => window.fakeVault.failNext('connection.presign', 'READ_ONLY'));
  await dialog.getByRole('button', { name: 'Make URL' }).click();
  await expect(dialog.getByRole('alert')).toContainText('READ_ONLY');
});

test('a presigned URL for outside is asked for, says what it is, and is copied without being shown', async ({
  page,
  open,
}) => {
  await open();
  await page.getByRole('link', { name: 'Connections', exact: true }).click();
  await page.getByRole('button', { name: 'Presigned URL…' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Bucket').fill('backups');
  await dialog.getByLabel('Key').fill('a.txt');
  await dialog.getByLabel('For use outside this machine').check();
  await dialog.getByRole('button', { name: 'Make URL' }).click();
  await expect(dialog.getByText('from anywhere')).toContainText('ends early, with the key behind');
  await expect(dialog).not.toContainText('X-Amz-Signature=5f4c2a');
  await dialog.getByRole('button', { name: 'Copy presigned URL' }).click();
  await expect(dialog.getByRole('button', { name: 'Copied' })).toBeVisible();
  expect(await page.evaluate(() => window.fakeVault.clipboard.at(-1))).toMatch(
    /^https:\/\/s3\.nfyio\.com\/backups\/a\.txt\?.*X-Amz-Signature=5f4c2a$/,
  );

  await dialog.getByLabel('For use outside this machine').uncheck();
  await expect(dialog.getByText('X-Amz-Signature')).toHaveCount(0);
});
