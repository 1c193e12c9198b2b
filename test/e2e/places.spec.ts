import { readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { hosts, titleOf } from './hosts.ts';
import { expect, go, press, test, trySandbox } from './window.ts';

const before = '# of the app\nPORT=8080\nNFYIO_TOKEN="stale" # from the dashboard\nDEBUG=1\n';
const withToken = (token: string): string => before.replace('stale', token);

const dialog = (page: Page) => page.getByRole('dialog');
const detail = (page: Page) => page.getByRole('complementary', { name: /^Credential / });
const places = (page: Page) => detail(page).getByRole('list', { name: 'Places', exact: true });

for (const host of hosts)
  test(`on ${titleOf(host)}, an app that reads a .env file gets the new token, and the old one waits until it has`, async ({
    home,
    start,
  }) => {
    const { page, clipboardText } = await start(host);
    const [file, elsewhere] = [join(home.folder, '.env'), join(home.folder, 'moved.env')];
    await writeFile(file, before);
    await trySandbox(page);

    await go(page, 'Credentials');
    await press(page, 'Mint token');
    await dialog(page).getByLabel('Name').fill('app');
    await press(dialog(page), 'Mint token');
    await press(dialog(page), 'Copy');
    await expect(dialog(page).getByText('On the clipboard.')).toBeVisible();
    const token = await clipboardText();
    await press(dialog(page), 'Done');

    await press(detail(page), 'Add a place…');
    await dialog(page).getByLabel('File').fill(file);
    await press(dialog(page), 'Look at it');
    await expect(dialog(page).getByRole('listitem')).toHaveText(['~NFYIO_TOKENis replaced']);
    expect(await readFile(file, 'utf8')).toBe(before);
    await press(dialog(page), 'Write now');
    await expect(places(page)).toContainText('and read back');
    expect(await readFile(file, 'utf8')).toBe(withToken(token));

    await rename(file, elsewhere);
    await press(detail(page), 'Rotate…');
    await press(dialog(page), 'Rotate');
    const failed = detail(page).getByRole('list', { name: 'Places that were not written' });
    await expect(failed).toContainText(`.env file ${file}`);
    await expect(places(page).getByRole('alert')).toContainText('TARGET_MISSING');
    await expect(detail(page).getByRole('button', { name: 'Delete now…' })).toBeDisabled();

    await rename(elsewhere, file);
    await failed.getByRole('button', { name: 'Try again' }).click();
    await expect(failed).toHaveCount(0);
    const [, rotated = ''] = /NFYIO_TOKEN="([^"]+)"/.exec(await readFile(file, 'utf8')) ?? [];
    expect(rotated).toMatch(/^nfyio_at_/);
    expect(rotated).not.toBe(token);
    expect(await readFile(file, 'utf8')).toBe(withToken(rotated));
    await expect(detail(page).getByRole('button', { name: 'Delete now…' })).toBeEnabled();
  });
