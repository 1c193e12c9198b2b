import type { Page } from '@playwright/test';
import { testPassphrase } from '../helpers/servedVault.ts';
import { hosts, titleOf } from './hosts.ts';
import { asksPassphrase, expect, heading, press, test, trySandbox } from './window.ts';

const unlockByPassphrase = async (page: Page): Promise<void> => {
  const passphrase = page.getByLabel('Passphrase');
  await passphrase.fill('not the passphrase');
  await press(page, 'Unlock');
  await expect(page.getByRole('alert')).toContainText('Wrong passphrase');
  await expect(passphrase).toHaveValue('');
  await passphrase.fill(testPassphrase);
  await page.keyboard.press('Enter');
};

for (const host of hosts)
  test(`on ${titleOf(host)}, a locked vault signs nothing, gives nothing away, and opens for its owner`, async ({
    home,
    start,
  }) => {
    const { page } = await start(host);
    const hasPassphrase = await asksPassphrase(page);
    await trySandbox(page);
    const { endpoint } = await home.connect('s3', 'a-tool', '--open', '--port', '0');
    const ask = async (): Promise<number> => (await fetch(`${endpoint}/demo`)).status;
    await expect(heading(page, 'a-tool')).toBeVisible();
    expect(await ask()).toBe(200);

    await press(page, 'Lock the vault');
    await expect(heading(page, 'The vault is locked')).toBeVisible();
    expect(await ask()).toBe(423);
    expect(await page.locator('body').innerText()).not.toContain('a-tool');

    if (hasPassphrase) await unlockByPassphrase(page);
    else await page.getByRole('button', { name: /^Unlock with / }).click();
    await expect(heading(page, 'a-tool')).toBeVisible();
    expect(await ask()).toBe(200);
  });

for (const host of hosts)
  test(`on ${titleOf(host)}, what was made is there after a restart`, async ({ home, start }) => {
    const first = await start(host);
    const hasPassphrase = await asksPassphrase(first.page);
    await trySandbox(first.page);
    const mint = ['token', 'create', '--workspace', 'sandbox', '--name', 'kept', '--scope', 'read'];
    await home.json([...mint, '--days', '30']);
    await first.close();

    const { page } = await start(host);
    if (hasPassphrase) await unlockByPassphrase(page);
    await expect(heading(page, 'kept')).toBeVisible();
  });
