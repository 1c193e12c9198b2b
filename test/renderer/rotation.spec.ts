import type { Locator, Page } from '@playwright/test';
import { command, pressOn } from '../helpers/keys.ts';
import { expect, expectAccessible, test, themes, wear } from '../helpers/rendererPage.ts';

const callsOf = (page: Page, name: string) =>
  page.evaluate(
    (wanted) => window.fakeVault.calls.filter((call) => call.name === wanted).map(({ input }) => input),
    name,
  );
const detail = (page: Page) => page.getByRole('complementary', { name: /^Credential / });
const steps = (page: Page) => page.getByRole('list', { name: 'Steps of replacing ci-deploy' });
const row = (page: Page, name: RegExp) =>
  page.getByRole('list', { name: 'Credentials' }).getByRole('button', { name });
const rotate = async (page: Page): Promise<void> => {
  await row(page, /ci-deploy/).click();
  await detail(page).getByRole('button', { name: 'Rotate…' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Rotate', exact: true }).click();
};

test('a token is rotated: what happens is visible as steps, and names the connections', async ({
  page,
  open,
}) => {
  await open();
  await rotate(page);
  expect(await callsOf(page, 'rotation.start')).toMatchObject([{ drainMs: 600_000 }]);
  await expect(steps(page).getByRole('listitem')).toHaveCount(4);
  await expect(steps(page)).toContainText('Connections use the new one (done)');
  await expect(steps(page)).toContainText('ci');
  await expect(steps(page).locator('[aria-current=step]')).toContainText('It is deleted on');
});

test('it is taken back, until the old one is deleted', async ({ page, open }) => {
  await open();
  await rotate(page);
  await detail(page).getByRole('button', { name: 'Take it back' }).click();
  await expect(detail(page).getByRole('heading', { name: 'Taken back' })).toBeVisible();
  await expect(detail(page).getByRole('button', { name: 'Take it back' })).toHaveCount(0);
  expect(await callsOf(page, 'rotation.undo')).toHaveLength(1);
});

test('the old one is deleted at once where somebody says so twice', async ({ page, open }) => {
  await open();
  await rotate(page);
  await detail(page).getByRole('button', { name: 'Delete now…' }).click();
  const asked = page.getByRole('alertdialog');
  await expect(asked).toContainText('Nothing runs with it');
  await asked.getByRole('button', { name: 'Delete now' }).click();
  await expect(asked).toBeHidden();
  expect(await callsOf(page, 'rotation.finish')).toHaveLength(1);
  await expect(row(page, /being replaced/)).toHaveCount(0);
});

test('nothing is offered of the old one that would be refused: no tool, no place, no deletion beside its own', async ({
  page,
  open,
}) => {
  await open();
  await rotate(page);
  await expect(detail(page).getByRole('button', { name: 'Connect a tool' })).toBeVisible();
  await expect(detail(page).getByRole('button', { name: 'Delete…' })).toHaveCount(0);
  await row(page, /being replaced/).click();
  await expect(detail(page).getByRole('button', { name: 'Delete now…' })).toBeVisible();
  for (const name of ['Connect a tool', 'Add a place…', 'Delete…'])
    await expect(detail(page).getByRole('button', { name }), name).toHaveCount(0);
  await command(page, 'connect a tool');
  const dialog = page.getByRole('dialog', { name: 'Connect a tool' });
  await dialog.getByText('REST API', { exact: true }).click();
  const choices = dialog.getByLabel('Signs with').getByRole('option');
  await expect(choices.filter({ hasText: 'ci-deploy' })).toHaveCount(1);
});

test('everything of it is done by keyboard alone', async ({ page, open }) => {
  await open();
  await command(page, 'rotate ci-deploy');
  const dialog = page.getByRole('dialog', { name: 'Rotate “ci-deploy”' });
  await pressOn(page, dialog.getByRole('button', { name: 'Rotate', exact: true }));
  await pressOn(page, detail(page).getByRole('button', { name: 'Take it back' }));
  await expect(detail(page).getByRole('heading', { name: 'Taken back' })).toBeVisible();
});

test('what can be done about it is found by typing, too', async ({ page, open }) => {
  await open();
  await rotate(page);
  await command(page, 'delete now: the old ci-deploy');
  const asked = page.getByRole('alertdialog');
  await expect(asked).toContainText('Nothing runs with it');
  await pressOn(page, asked.getByRole('button', { name: 'Cancel' }));
  await command(page, 'take back: ci-deploy');
  await expect(detail(page).getByRole('heading', { name: 'Taken back' })).toBeVisible();
  expect(await callsOf(page, 'rotation.undo')).toHaveLength(1);
  expect(await callsOf(page, 'rotation.finish')).toHaveLength(0);
});

const renew = async (page: Page, way?: 'Replace'): Promise<Locator> => {
  await row(page, /nightly-backup/).click();
  await detail(page).getByRole('button', { name: 'Renew…' }).click();
  const dialog = page.getByRole('dialog', { name: 'Renew “nightly-backup”' });
  if (way !== undefined) await dialog.getByText(way, { exact: true }).first().click();
  return dialog;
};

test('a key is regenerated, and it is said what that cost the tools', async ({ page, open }) => {
  await open();
  const dialog = await renew(page);
  await dialog.getByRole('button', { name: 'Regenerate' }).click();
  await expect(page.getByText('12 requests waited, 184 ms at the longest.')).toBeVisible();
  expect(await callsOf(page, 'key.regenerate')).toMatchObject([{ onLongRequests: 'ask' }]);
});

test('requests that run too long are named, and the person chooses', async ({ page, open }) => {
  await open({ regenerating: 'busy' });
  const dialog = await renew(page);
  await dialog.getByRole('button', { name: 'Regenerate' }).click();
  await expect(dialog.getByRole('list', { name: 'Running requests' })).toContainText('rclone backup');
  await expect(dialog.getByRole('button', { name: 'Wait again' })).toBeVisible();
  await expectAccessible(page);
  await dialog.getByRole('button', { name: 'Regenerate anyway' }).click();
  await expect(dialog).toBeHidden();
  expect(await callsOf(page, 'key.regenerate')).toMatchObject([
    { onLongRequests: 'ask' },
    { onLongRequests: 'goOn' },
  ]);
});

test('a key is replaced by a second one where transfers must not stop', async ({ page, open }) => {
  await open();
  const dialog = await renew(page, 'Replace');
  await dialog.getByRole('button', { name: 'Replace' }).click();
  await expect(page.getByRole('list', { name: 'Steps of replacing nightly-backup' })).toBeVisible();
});

test('a new secret that could not be kept is shown once, with the truth', async ({ page, open }) => {
  await open({ regenerating: 'unsealed' });
  const dialog = await renew(page);
  await dialog.getByRole('button', { name: 'Regenerate' }).click();
  await expect(page.getByText('The vault could not keep it')).toBeVisible();
  await expect(page.getByRole('heading', { name: 'Copy “nightly-backup” now' })).toBeVisible();
  await expect(page.getByText('This is the only copy')).toBeVisible();
});

test('a credential is set to be rotated by itself, and not any more', async ({ page, open }) => {
  await open();
  await row(page, /ci-deploy/).click();
  const byItself = detail(page).getByLabel('By itself');
  await expect(byItself).toHaveValue('never');
  await byItself.selectOption('7 days before it expires');
  await expect(byItself).toHaveValue('7');
  await byItself.selectOption('Never');
  await expect(byItself).toHaveValue('never');
  expect(await callsOf(page, 'rotation.schedule')).toMatchObject([{ daysBefore: 7 }, { daysBefore: null }]);
});

const lost = {
  what: 'mint',
  kind: 'token',
  name: 'ci-deploy',
  because: 'A token named “ci-deploy” may have been made at 14:02, and its answer was lost.',
  try: 'Delete what it may have left at the service.',
} as const;

test('an answer that was lost is said where credentials are, and is cleaned up with one click', async ({
  page,
  open,
}) => {
  await open({ intents: [lost] });
  const notes = page.getByRole('list', { name: 'Lost answers' });
  await expect(notes).toContainText('may have been made at 14:02');
  await notes.getByRole('button', { name: 'Delete it' }).click();
  await expect(notes).toHaveCount(0);
  expect(await callsOf(page, 'intent.resolve')).toHaveLength(1);
});

test('a failure to clean up is said, and the note stays', async ({ page, open }) => {
  await open({ intents: [lost], failing: { 'intent.resolve': 'BACKEND_UNREACHABLE' } });
  const notes = page.getByRole('list', { name: 'Lost answers' });
  await notes.getByRole('button', { name: 'Delete it' }).click();
  await expect(notes.getByRole('alert')).toContainText('BACKEND_UNREACHABLE');
  await expect(notes.getByRole('button', { name: 'Leave it' })).toBeVisible();
});

for (const theme of themes)
  test(`a rotation and a lost answer are accessible in the ${theme} theme`, async ({ page, open }) => {
    await wear(page, theme);
    await open({ intents: [lost] });
    await rotate(page);
    await expect(steps(page)).toBeVisible();
    await expectAccessible(page);
  });
