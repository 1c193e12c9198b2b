import type { Page } from '@playwright/test';
import type { VaultBridge } from '../../src/shared/contract/contract.ts';
import { expect, expectAccessible, test, themes, wear } from '../helpers/rendererPage.ts';

const mark = (page: Page, name: string) =>
  page
    .getByRole('figure', { name: 'The next 90 days' })
    .getByRole('button', { name: new RegExp(`^${name} `) });
const row = (page: Page, name: string) => page.getByRole('row').filter({ hasText: name });
const callsOf = (page: Page, name: string) =>
  page.evaluate(
    (wanted) => window.fakeVault.calls.filter((call) => call.name === wanted).map(({ input }) => input),
    name,
  );
const idOf = (page: Page, name: string) =>
  page.evaluate(async (wanted) => {
    const { vault } = window as unknown as { vault: VaultBridge };
    const { credentials } = await vault.call('credential.list', {});
    return credentials.find((one) => one.name === wanted)?.id ?? '';
  }, name);
const badge = (page: Page) => page.getByRole('navigation', { name: 'Screens' }).locator('a + span');

test.beforeEach(async ({ page, open }) => {
  await wear(page, 'light');
  await open();
  await page.getByRole('link', { name: 'Due', exact: true }).click();
});

test('a picture comes first: every credential of the next 90 days is a mark, in order of time', async ({
  page,
}) => {
  const figure = page.getByRole('figure', { name: 'The next 90 days' });
  await expect(figure.getByRole('button')).toHaveCount(5);
  const places = await Promise.all(
    ['usage-report', 'ci-deploy', 'nightly-backup', 'support-chat', 'analytics-reader'].map(
      async (name) => (await mark(page, name).boundingBox())?.x ?? Number.NaN,
    ),
  );
  expect(places).toEqual(places.toSorted((one, other) => one - other));
  const table = page.getByRole('table', { name: 'Needs attention' });
  expect((await figure.boundingBox())?.y).toBeLessThan((await table.boundingBox())?.y ?? 0);
  await expect(table.getByRole('row')).toHaveCount(5);
  await expect(row(page, 'photo-uploads')).toContainText('It only read in the last 30 days');
});

test('what is being replaced already asks for nothing', async ({ page }) => {
  await row(page, 'ci-deploy').getByRole('button', { name: 'Replace ci-deploy' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Rotate', exact: true }).click();
  await expect(page.getByRole('main').getByText('ci-deploy (being replaced)')).toBeVisible();
  await page.getByRole('link', { name: 'Due', exact: true }).click();
  await expect(page.getByRole('figure', { name: 'The next 90 days' })).toBeVisible();
  await expect(page.getByRole('main').getByText('being replaced')).toHaveCount(0);
});

test('a mark is clicked to rotate its credential', async ({ page }) => {
  await mark(page, 'support-chat').click();
  await page.getByRole('menuitem', { name: 'Replace…' }).click();
  const dialog = page.getByRole('dialog', { name: 'Rotate “support-chat”' });
  await dialog.getByLabel('Delete the old one').selectOption('When nothing has used it for an hour');
  await dialog.getByRole('button', { name: 'Rotate', exact: true }).click();
  await expect(page.getByRole('list', { name: 'Steps of replacing support-chat' })).toBeVisible();
  const id = await page.evaluate(() => {
    const [rotated] = window.fakeVault.calls.filter(({ name }) => name === 'rotation.start');
    return rotated?.input;
  });
  expect(id).toMatchObject({ drainMs: 3_600_000 });
});

test('a key that may do more than it is used for is replaced by one that reads', async ({ page }) => {
  await row(page, 'photo-uploads').getByRole('button', { name: 'Replace photo-uploads' }).click();
  const dialog = page.getByRole('dialog');
  await expect(dialog.getByRole('radio', { name: 'Read', exact: true })).toBeChecked();
  await expect(dialog.getByRole('checkbox', { name: 'photos' })).toBeChecked();
  await dialog.getByRole('button', { name: 'Create key' }).click();
  await expect(page.getByRole('heading', { name: '“photo-uploads 2” is ready' })).toBeVisible();
  expect(await callsOf(page, 'key.create')).toEqual([
    { workspace: 'ws-1', name: 'photo-uploads 2', buckets: ['photos', 'thumbnails'], permission: 'read' },
  ]);
});

test('a snooze and an ignoring are said, quiet the badge, and are taken back', async ({ page }) => {
  await expect(badge(page)).toHaveText('4');
  await row(page, 'ci-deploy').getByRole('button', { name: 'More for ci-deploy' }).click();
  await page.getByRole('menuitem', { name: 'Remind me tomorrow' }).click();
  await expect(row(page, 'ci-deploy')).toContainText('You are reminded again on');
  await expect(badge(page)).toHaveText('3');
  await mark(page, 'usage-report').click();
  await page.getByRole('menuitem', { name: 'Never remind me of it' }).click();
  await expect(row(page, 'usage-report')).toContainText('You are not reminded of it.');
  await expect(badge(page)).toHaveText('2');
  await row(page, 'usage-report').getByRole('button', { name: 'More for usage-report' }).click();
  await page.getByRole('menuitem', { name: 'Remind me again' }).click();
  await expect(badge(page)).toHaveText('3');
});

test('everything is done by keyboard alone', async ({ page }) => {
  await page.keyboard.press('1');
  await expect(page.getByRole('heading', { name: 'Credentials', exact: true })).toBeVisible();
  await page.keyboard.press('4');
  const tabTo = async (name: RegExp) => {
    for (let step = 0; step < 60; step += 1) {
      const focused = await page.evaluate(() => document.activeElement?.getAttribute('aria-label') ?? '');
      if (name.test(focused)) return;
      await page.keyboard.press('Tab');
    }
    throw new Error(`The focus never came to ${name}.`);
  };
  await tabTo(/^usage-report expired/);
  await page.keyboard.press('Enter');
  await expect(page.getByRole('menuitem', { name: 'Replace…' })).toBeFocused();
  await page.keyboard.press('Escape');
  await expect(mark(page, 'usage-report')).toBeFocused();
  await tabTo(/^More for ci-deploy$/);
  await page.keyboard.press('Enter');
  await expect(page.getByRole('menuitem', { name: 'Replace…' })).toBeFocused();
  for (const name of ['Show the credential', 'Remind me tomorrow', 'Remind me in 3 days']) {
    await page.keyboard.press('ArrowDown');
    await expect(page.getByRole('menuitem', { name })).toBeFocused();
  }
  await page.keyboard.press('Enter');
  await expect(row(page, 'ci-deploy')).toContainText('You are reminded again on');
  expect(await callsOf(page, 'due.snooze')).toEqual([
    { credential: await idOf(page, 'ci-deploy'), until: '3d' },
  ]);
  await page.keyboard.press('Control+k');
  await page.keyboard.type('Replace nightly');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('dialog', { name: 'Renew “nightly-backup”' })).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(page.getByRole('dialog')).toHaveCount(0);
});

for (const theme of themes) {
  test(`the menu of a credential breaks no rule, ${theme}`, async ({ page }) => {
    await row(page, 'ci-deploy').getByRole('button', { name: 'More for ci-deploy' }).click();
    await page.getByRole('menuitem', { name: 'Never remind me of it' }).click();
    await row(page, 'photo-uploads').getByRole('button', { name: 'More for photo-uploads' }).click();
    await expect(page.getByRole('menuitem', { name: 'Replace by one that reads…' })).toBeVisible();
    await wear(page, theme);
    await expectAccessible(page);
    await page.screenshot({ path: `test-results/screenshots/${theme}/due-menu.png` });
  });

  test(`the dialog that replaces a credential breaks no rule, ${theme}`, async ({ page }) => {
    await row(page, 'photo-uploads').getByRole('button', { name: 'Replace photo-uploads' }).click();
    await expect(page.getByRole('dialog').getByText('It takes the place of')).toBeVisible();
    await wear(page, theme);
    await expectAccessible(page);
    await page.screenshot({ path: `test-results/screenshots/${theme}/dialog-replace-key.png` });
  });
}

test('the calendar is written where it is told', async ({ page }) => {
  await page.getByRole('button', { name: 'Calendar file' }).click();
  await page.getByRole('textbox', { name: 'File' }).fill('/home/ada/expiries.ics');
  await expectAccessible(page);
  await page.keyboard.press('Enter');
  await expect(page.getByText('5 expiries are in /home/ada/expiries.ics')).toBeVisible();
  expect(await callsOf(page, 'due.calendar')).toEqual([{ path: '/home/ada/expiries.ics' }]);
});

test('the steps and the naming are chosen in the settings', async ({ page }) => {
  await page.getByRole('link', { name: 'Vault', exact: true }).click();
  await page.getByLabel('30 days before').check();
  await page.getByLabel('3 days before').uncheck();
  await page.getByLabel('Notifications name credentials').check();
  await expect
    .poll(async () => (await callsOf(page, 'reminder.configure')).at(-1))
    .toEqual({
      stepsDays: [14, 7, 1, 0, 30],
      showNames: true,
    });
});

test('an answered notification leads here, and to the dialog that it asked for', async ({ page }) => {
  await page.getByRole('link', { name: 'Activity', exact: true }).click();
  await page.evaluate(() => window.fakeVault.emit('due.asked', { replace: null }));
  await expect(page.getByRole('heading', { name: 'Due', exact: true })).toBeVisible();
  const replace = await idOf(page, 'ci-deploy');
  await page.evaluate((id) => window.fakeVault.emit('due.asked', { replace: id }), replace);
  await expect(page.getByRole('dialog', { name: 'Rotate “ci-deploy”' })).toBeVisible();
});
