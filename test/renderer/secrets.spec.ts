import type { Page } from '@playwright/test';
import { CANARY_TOKEN } from '../helpers/fakeBridge.ts';
import { pressOn } from '../helpers/keys.ts';
import { expect, expectAccessible, test } from '../helpers/rendererPage.ts';

const dialog = (page: Page) => page.getByRole('dialog');

const mint = async (page: Page): Promise<void> => {
  await page.getByRole('button', { name: 'Mint token' }).click();
  await page.getByLabel('Name').fill('release-bot');
  await dialog(page).getByRole('button', { name: 'Mint token' }).click();
  await expect(dialog(page).getByRole('heading', { name: '“release-bot” is ready' })).toBeVisible();
};

/** Text, attributes and the values of fields: everything a script in the page could read without asking. */
const documentText = (page: Page): Promise<string> =>
  page.evaluate(() => {
    const fields = [...document.querySelectorAll('input, textarea')] as HTMLInputElement[];
    return document.documentElement.outerHTML + fields.map(({ value }) => value).join('\n');
  });

const callsOf = (page: Page, name: string): Promise<number> =>
  page.evaluate((wanted) => window.fakeVault.calls.filter((call) => call.name === wanted).length, name);

test('a minted token is not even asked for until it is to be shown, and is in the page only while it is shown', async ({
  page,
  open,
}) => {
  await open();
  await mint(page);
  expect(await callsOf(page, 'reveal.take')).toBe(0);
  expect(await documentText(page)).not.toContain(CANARY_TOKEN);

  await dialog(page).getByRole('button', { name: 'Show' }).click();
  await expect(dialog(page).getByText(CANARY_TOKEN)).toBeVisible();
  await expectAccessible(page);
  await dialog(page).getByRole('button', { name: 'Hide' }).click();
  await expect(dialog(page).getByText(CANARY_TOKEN)).toHaveCount(0);
  expect(await documentText(page)).not.toContain(CANARY_TOKEN);

  await dialog(page).getByRole('button', { name: 'Show' }).click();
  await expect(dialog(page).getByText(CANARY_TOKEN)).toBeVisible();
  await dialog(page).getByRole('button', { name: 'Copy' }).click();
  await dialog(page).getByRole('button', { name: 'Done' }).click();
  await expect(dialog(page)).toHaveCount(0);
  expect(await documentText(page)).not.toContain(CANARY_TOKEN);
  expect(await callsOf(page, 'reveal.take')).toBe(1);
});

test('a secret on the screen is masked as soon as the window loses the focus', async ({ page, open }) => {
  await open();
  await mint(page);
  await dialog(page).getByRole('button', { name: 'Show' }).click();
  await expect(dialog(page).getByText(CANARY_TOKEN)).toBeVisible();
  await page.evaluate(() => window.dispatchEvent(new Event('blur')));
  await expect(dialog(page).getByText(CANARY_TOKEN)).toHaveCount(0);
});

test('a window that is left alone for a minute forgets the secret and says so', async ({ page, open }) => {
  await page.clock.install();
  await open();
  await mint(page);
  await dialog(page).getByRole('button', { name: 'Show' }).click();
  await page.evaluate(() => window.dispatchEvent(new Event('blur')));
  await page.clock.runFor(61_000);
  await expect(dialog(page).getByText('Forgotten, because this window was left alone.')).toBeVisible();
  await expect(dialog(page).getByRole('button', { name: 'Show' })).toBeDisabled();
});

test('locking takes the dialog and its secret away', async ({ page, open }) => {
  await open();
  await mint(page);
  await dialog(page).getByRole('button', { name: 'Show' }).click();
  await expect(dialog(page).getByText(CANARY_TOKEN)).toBeVisible();
  await page.evaluate(() => window.fakeVault.emit('vault.changed', { state: 'locked' }));
  await expect(page.getByRole('heading', { name: 'The vault is locked' })).toBeVisible();
  expect(await documentText(page)).not.toContain(CANARY_TOKEN);
});

test('a secret that was not copied is not closed by accident', async ({ page, open }) => {
  await open();
  await mint(page);
  await page.keyboard.press('Escape');
  await expect(page.getByRole('alert')).toContainText('It was not copied');
  await page.keyboard.press('Escape');
  await expect(dialog(page)).toBeVisible();
  await dialog(page).getByRole('button', { name: 'Close without copying' }).click();
  await expect(dialog(page)).toHaveCount(0);
  expect(await callsOf(page, 'reveal.take')).toBe(0);
});

test('"Copied" is said only when the clipboard has it', async ({ page, open }) => {
  await open();
  await mint(page);
  await page.evaluate(() => window.fakeVault.failNext('clipboard.copy', 'INTERNAL'));
  await dialog(page).getByRole('button', { name: 'Copy' }).click();
  await expect(dialog(page).getByRole('alert')).toContainText('It was not copied or shown');
  await expect(dialog(page).getByRole('button', { name: 'Copied' })).toHaveCount(0);
  await dialog(page).getByRole('button', { name: 'Copy' }).click();
  await expect(dialog(page).getByRole('button', { name: 'Copied' })).toBeVisible();
  await expect(dialog(page).getByText(/cleared in 0:(30|29)/)).toBeVisible();
  expect(await page.evaluate(() => window.fakeVault.clipboard)).toEqual([CANARY_TOKEN]);
  expect(await callsOf(page, 'reveal.take')).toBe(1);
});

test('where the page writes the clipboard itself, it clears it half a minute later', async ({
  page,
  open,
  context,
}) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  await page.clock.install();
  await open({ clipboard: 'page' });
  await mint(page);
  await dialog(page).getByRole('button', { name: 'Copy' }).click();
  await expect(dialog(page).getByRole('button', { name: 'Copied' })).toBeVisible();
  expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(CANARY_TOKEN);
  await page.clock.runFor(31_000);
  await expect(dialog(page).getByText('The clipboard has been cleared.')).toBeVisible();
  expect(await page.evaluate(() => navigator.clipboard.readText())).toBe('');
});

test('a secret that can no longer be read is explained', async ({ page, open }) => {
  await open({ failing: { 'reveal.take': 'REVEAL_GONE' } });
  await mint(page);
  await dialog(page).getByRole('button', { name: 'Show' }).click();
  await expect(dialog(page).getByRole('alert')).toContainText('REVEAL_GONE');
});

test('from the button to the copied token and back, by keyboard alone', async ({ page, open }) => {
  await open();
  const start = page.getByRole('button', { name: 'Mint token' });
  await pressOn(page, start);
  await expect(page.getByLabel('Name')).toBeFocused();
  await page.keyboard.type('release-bot');
  await page.keyboard.press('Tab');
  await page.keyboard.press('ArrowRight');
  await expect(page.getByRole('radio', { name: 'Write' })).toBeChecked();
  await page.keyboard.press('Enter');
  await expect(dialog(page).getByRole('button', { name: 'Copy', exact: true })).toBeFocused();
  await page.keyboard.press('Shift+Tab');
  await page.keyboard.press('Shift+Tab');
  await expect(dialog(page).getByRole('button', { name: 'Show' })).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(dialog(page).getByText(CANARY_TOKEN)).toBeVisible();
  await page.keyboard.press('Tab');
  await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  await expect(dialog(page).getByRole('button', { name: 'Done' })).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(dialog(page)).toHaveCount(0);
  await expect(start).toBeFocused();
});

test('a pasted token goes to the vault and stays nowhere in the page', async ({ page, open }) => {
  await open({ contents: 'empty' });
  await page.getByRole('button', { name: 'Import token' }).click();
  await page.getByLabel('Name').fill('from-dashboard');
  await page.getByLabel('Token', { exact: true }).fill(`${CANARY_TOKEN}\n`);
  await dialog(page).getByRole('button', { name: 'Import token' }).click();
  await expect(page.getByRole('heading', { name: 'from-dashboard' })).toBeVisible();
  expect(await documentText(page)).not.toContain(CANARY_TOKEN);
  const sent = await page.evaluate(
    () => window.fakeVault.calls.find(({ name }) => name === 'token.import')?.input,
  );
  expect(sent).toMatchObject({ token: CANARY_TOKEN, scope: 'read' });
});
