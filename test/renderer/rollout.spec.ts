import type { Page } from '@playwright/test';
import type { Scenario } from '../helpers/fakeBridge.ts';
import { command, pressOn, tabTo } from '../helpers/keys.ts';
import { expect, test } from '../helpers/rendererPage.ts';

const OPENER = 'hvs.OPENER-of-the-place';

const detail = (page: Page) => page.getByRole('complementary', { name: /^Credential / });
const places = (page: Page) => detail(page).getByRole('list', { name: 'Places', exact: true });
const changes = (page: Page) => page.getByRole('dialog').getByRole('list', { name: 'Changes' });
const addButton = (page: Page) => detail(page).getByRole('button', { name: 'Add a place…' });
const deleteNow = (page: Page) => detail(page).getByRole('button', { name: 'Delete now…' });

const callsOf = (page: Page, name: string) =>
  page.evaluate(
    (wanted) => window.fakeVault.calls.filter((call) => call.name === wanted).map(({ input }) => input),
    name,
  );

/** Text, attributes and the values of fields. */
const documentText = (page: Page): Promise<string> =>
  page.evaluate(() => {
    const fields = [...document.querySelectorAll('input, textarea')] as HTMLInputElement[];
    return document.documentElement.outerHTML + fields.map(({ value }) => value).join('\n');
  });

const oneFile: Scenario['targets'] = [
  { credential: 'ci-deploy', place: { kind: 'dotenv', path: '/srv/app/.env' } },
];

const addFile = async (page: Page): Promise<void> => {
  await addButton(page).click();
  await page.getByLabel('File', { exact: true }).fill('/srv/app/.env');
  await page.getByRole('button', { name: 'Look at it' }).click();
};

test('a place is added, what writing would change is shown, and then it is written', async ({
  page,
  open,
}) => {
  await open();
  await addButton(page).click();
  await expect(page.getByLabel('Name of the token there')).toHaveValue('NFYIO_TOKEN');
  await page.getByLabel('File', { exact: true }).fill('/srv/app/.env');
  await page.getByRole('button', { name: 'Look at it' }).click();
  await expect(changes(page).getByRole('listitem')).toHaveText(['+NFYIO_TOKENis added']);
  expect(await callsOf(page, 'target.write')).toEqual([]);

  await page.getByRole('dialog').getByRole('button', { name: 'Write now' }).click();
  await expect(page.getByRole('dialog')).toHaveCount(0);
  await expect(places(page)).toContainText('.env file /srv/app/.env');
  await expect(places(page)).toContainText('and read back');
  await expect(addButton(page)).toBeFocused();
  expect(await callsOf(page, 'target.add')).toMatchObject([
    {
      kind: 'token',
      place: { kind: 'dotenv', path: '/srv/app/.env' },
      names: { token: 'NFYIO_TOKEN' },
    },
  ]);
});

test('nothing is written where somebody would rather do it later', async ({ page, open }) => {
  await open();
  await addFile(page);
  await page.getByRole('dialog').getByRole('button', { name: 'Later' }).click();
  await expect(places(page)).toContainText('Not written yet');
  expect(await callsOf(page, 'target.write')).toEqual([]);
  await places(page).getByRole('button', { name: 'Write now' }).click();
  await expect(places(page)).toContainText('and read back');
});

test('a place that refuses says why and when it is tried again, in the list too, and is tried at once when asked', async ({
  page,
  open,
}) => {
  await open({ failing: { 'target.write': 'TARGET_REFUSED' } });
  await addFile(page);
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('button', { name: 'Write now' }).click();
  await expect(dialog.getByRole('alert')).toContainText('TARGET_REFUSED');
  await dialog.getByRole('button', { name: 'Later' }).click();

  await expect(places(page).getByRole('alert')).toContainText(/Not written; tried again on .*TARGET_REFUSED/);
  const row = page.getByRole('list', { name: 'Credentials' }).getByRole('button', { name: /ci-deploy/ });
  await expect(row).toContainText('1 place not written');
  await places(page).getByRole('button', { name: 'Try again' }).click();
  await expect(places(page)).toContainText('and read back');
  await expect(row).not.toContainText('not written');
});

test('a place that was wrong is not added, and what was typed is still there', async ({ page, open }) => {
  await open({ failing: { 'target.add': 'TARGET_MISSING' } });
  await addFile(page);
  await expect(page.getByRole('dialog').getByRole('alert')).toContainText('TARGET_MISSING');
  await expect(page.getByLabel('File', { exact: true })).toHaveValue('/srv/app/.env');
});

test('a place is removed once it is said that what was written stays there', async ({ page, open }) => {
  await open({ targets: oneFile });
  await places(page).getByRole('button', { name: 'Remove…' }).click();
  const asked = page.getByRole('alertdialog', { name: 'Remove this place?' });
  await expect(asked).toContainText('What was written stays there');
  await asked.getByRole('button', { name: 'Remove' }).click();
  await expect(asked).toBeHidden();
  await expect(places(page)).toHaveCount(0);
  expect(await callsOf(page, 'target.remove')).toHaveLength(1);
});

test('who deletes a credential is told that it stays in its places', async ({ page, open }) => {
  await open({ targets: oneFile });
  await detail(page).getByRole('button', { name: 'Delete…' }).click();
  await expect(page.getByRole('alertdialog')).toContainText(
    'written to 1 place outside the vault stays there',
  );
});

for (const [how, close] of [
  ['cancelled', (page: Page) => page.getByRole('button', { name: 'Cancel' }).click()],
  ['sent', (page: Page) => page.getByRole('button', { name: 'Look at it' }).click()],
] as const)
  test(`what opens a place is hidden while it is typed, and gone from the page when the form is ${how}`, async ({
    page,
    open,
  }) => {
    await open();
    await addButton(page).click();
    await page.getByLabel('Place', { exact: true }).selectOption('HashiCorp Vault');
    await page.getByRole('textbox', { name: 'Address' }).fill('https://vault.example.test');
    await page.getByLabel('Path').fill('apps/web');
    const opener = page.getByLabel('Token of HashiCorp Vault');
    await opener.fill(OPENER);
    await expect(opener).toHaveAttribute('type', 'password');
    expect(await documentText(page)).toContain(OPENER);
    await close(page);
    await expect(opener).toHaveCount(0);
    expect(await documentText(page)).not.toContain(OPENER);
    expect(JSON.stringify(await callsOf(page, 'target.add')).includes(OPENER)).toBe(how === 'sent');
  });

test('another kind of place begins with an empty form: what opens the one is not sent to the other', async ({
  page,
  open,
}) => {
  await open();
  await addButton(page).click();
  const kind = page.getByLabel('Place', { exact: true });
  await kind.selectOption('HashiCorp Vault');
  await page.getByLabel('Token of HashiCorp Vault').fill(OPENER);
  await kind.selectOption('GitHub Actions');
  await expect(page.getByLabel('GitHub token')).toHaveValue('');
  expect(await documentText(page)).not.toContain(OPENER);
});

test('the key of AWS is asked for field by field, and the key of Google as one file', async ({
  page,
  open,
}) => {
  await open();
  await addButton(page).click();
  await page.getByLabel('Place', { exact: true }).selectOption('AWS Secrets Manager');
  await page.getByLabel('Region').fill('eu-central-1');
  await page.getByLabel('Secret', { exact: true }).fill('apps/web');
  await page.getByLabel('AWS access key id').fill('AKIAEXAMPLE');
  await page.getByLabel('AWS secret access key').fill(OPENER);
  await page.getByRole('button', { name: 'Look at it' }).click();
  await page.getByRole('button', { name: 'Later' }).click();

  await addButton(page).click();
  await page.getByLabel('Place', { exact: true }).selectOption('Google Secret Manager');
  await page.getByLabel('Project').fill('acme');
  await page.getByLabel('Secret', { exact: true }).fill('apps-web');
  await page.getByLabel('Service account key').fill('{\n  "type": "service_account"\n}');
  await page.getByRole('button', { name: 'Look at it' }).click();
  await expect(changes(page)).toBeVisible();

  const sent = (await callsOf(page, 'target.add')) as { readonly access: string }[];
  expect(sent.map(({ access }) => JSON.parse(access))).toEqual([
    { accessKeyId: 'AKIAEXAMPLE', secretAccessKey: OPENER },
    { type: 'service_account' },
  ]);
});

test('a program is given as its arguments, and a profile is offered for keys alone', async ({
  page,
  open,
}) => {
  await open();
  await addButton(page).click();
  const kinds = page.getByLabel('Place', { exact: true });
  await expect(kinds.getByRole('option', { name: /profile/ })).toHaveCount(0);
  await kinds.selectOption('A program of yours');
  await page.getByLabel('Program and its arguments').fill('/usr/bin/store\n--app=the web\n');
  await page.getByRole('button', { name: 'Look at it' }).click();
  await page.getByRole('button', { name: 'Later' }).click();
  await page
    .getByRole('list', { name: 'Credentials' })
    .getByRole('button', { name: /photo-uploads/ })
    .click();
  await addButton(page).click();
  await kinds.selectOption('A profile of ~/.aws/credentials');
  await page.getByLabel('File', { exact: true }).fill('/home/ada/.aws/credentials');
  await page.getByRole('button', { name: 'Look at it' }).click();
  await expect(changes(page)).toBeVisible();
  expect(await callsOf(page, 'target.add')).toMatchObject([
    { place: { kind: 'command', command: ['/usr/bin/store', '--app=the web'] } },
    { place: { kind: 'awsProfile', path: '/home/ada/.aws/credentials', profile: 'default' } },
  ]);
});

test('a rotation says before where it writes, and deletes nothing before every place has the new secret', async ({
  page,
  open,
}) => {
  await open({ targets: oneFile, failing: { 'target.write': 'TARGET_UNREACHABLE' } });
  await detail(page).getByRole('button', { name: 'Rotate…' }).click();
  const dialog = page.getByRole('dialog');
  await expect(dialog.getByRole('note')).toContainText('written to 1 place outside the vault');
  await expect(dialog.getByRole('note')).toContainText('.env file /srv/app/.env');
  await dialog.getByRole('button', { name: 'Rotate', exact: true }).click();

  const now = detail(page).locator('[aria-current=step]');
  await expect(now).toContainText('1 place outside the vault has the new one');
  await expect(now).toContainText('0 of 1 written');
  await expect(deleteNow(page)).toBeDisabled();
  await expect(deleteNow(page)).toHaveAccessibleDescription(/Nothing is deleted before all are/);

  await places(page).getByRole('button', { name: 'Write now' }).click();
  const failed = detail(page).getByRole('list', { name: 'Places that were not written' });
  await expect(failed).toContainText('.env file /srv/app/.env');
  await failed.getByRole('button', { name: 'Try again' }).click();
  await expect(failed).toHaveCount(0);
  await expect(now).toContainText('The old one is let go');
  await expect(deleteNow(page)).toBeEnabled();
});

test('everything about places is done by keyboard alone', async ({ page, open }) => {
  const { keyboard } = page;
  const dialog = page.getByRole('dialog');
  await open({ failing: { 'target.write': 'TARGET_UNREACHABLE' } });
  await command(page, 'add a place for ci-deploy');
  await expect(page.getByLabel('Place', { exact: true })).toBeFocused();
  await keyboard.type('GitHub');
  await tabTo(page, page.getByLabel('Owner'));
  await keyboard.type('acme');
  await tabTo(page, page.getByLabel('Repository'));
  await keyboard.type('web');
  await tabTo(page, page.getByLabel('GitHub token'));
  await keyboard.type(OPENER);
  await keyboard.press('Enter');
  await expect(changes(page)).toContainText('is there, and cannot be read');
  await pressOn(page, dialog.getByRole('button', { name: 'Write now' }));
  await expect(dialog.getByRole('alert')).toContainText('TARGET_UNREACHABLE');
  await keyboard.press('Escape');
  await expect(dialog).toHaveCount(0);

  await pressOn(page, places(page).getByRole('button', { name: 'Try again' }));
  await expect(places(page)).toContainText('cannot be read back');
  await pressOn(page, places(page).getByRole('button', { name: 'Compare…' }));
  await expect(changes(page)).toContainText('NFYIO_TOKEN');
  await keyboard.press('Escape');
  await expect(places(page).getByRole('button', { name: 'Compare…' })).toBeFocused();

  await pressOn(page, detail(page).getByRole('button', { name: 'Rotate…' }));
  await pressOn(page, dialog.getByRole('button', { name: 'Rotate', exact: true }));
  await pressOn(page, places(page).getByRole('button', { name: 'Write now' }));
  await expect(deleteNow(page)).toBeEnabled();

  await pressOn(page, places(page).getByRole('button', { name: 'Remove…' }));
  await expect(page.getByRole('alertdialog').getByRole('button', { name: 'Remove' })).toBeFocused();
  await keyboard.press('Enter');
  await expect(places(page)).toHaveCount(0);
});
