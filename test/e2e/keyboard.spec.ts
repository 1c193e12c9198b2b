import type { Locator } from '@playwright/test';
import { tabTo } from '../helpers/keys.ts';
import { runCommand, testPassphrase } from '../helpers/servedVault.ts';
import { hosts, titleOf } from './hosts.ts';
import { asksPassphrase, expect, heading, test } from './window.ts';

for (const host of hosts)
  test(`on ${titleOf(host)}, a person without a mouse gets from the first start to a green request`, async ({
    start,
  }) => {
    const { page, clipboardText } = await start(host);
    const { keyboard } = page;
    const button = (name: string): Locator => page.getByRole('button', { name, exact: true });

    if (await asksPassphrase(page)) {
      await expect(page.getByLabel('Passphrase')).toBeFocused();
      await keyboard.type(testPassphrase);
      await keyboard.press('Tab');
      await keyboard.type(testPassphrase);
    }
    await tabTo(page, button('Try the sandbox'));
    await keyboard.press('Enter');
    await expect(heading(page, 'Connect your first tool')).toBeVisible();

    await keyboard.press('t');
    await expect(page.getByLabel('Name')).toBeFocused();
    await keyboard.type('typed-token');
    await keyboard.press('Enter');
    await expect(button('Copy')).toBeFocused();
    await keyboard.press('Enter');
    await expect(button('Done')).toBeFocused();
    expect(await clipboardText()).toMatch(/^nfyio_at_/);
    await keyboard.press('Enter');
    await expect(page.getByRole('dialog')).toHaveCount(0);

    await keyboard.press('Control+k');
    await keyboard.type('connect a tool');
    await keyboard.press('Enter');
    await expect(page.getByLabel('Name')).toBeFocused();
    await keyboard.type('typed-tool');
    await keyboard.press('Enter');
    await expect(page.getByText('Waiting for the first request…')).toBeVisible();

    await tabTo(page, page.getByRole('tab', { name: 'AWS CLI' }));
    const selected = page.getByRole('tab', { selected: true });
    for (let name = 'AWS CLI'; name !== 'curl'; name = await selected.innerText()) {
      await keyboard.press('ArrowRight');
      await expect(selected).not.toHaveText(name);
    }
    await tabTo(page, button('Copy curl snippet'));
    await keyboard.press('Enter');
    await expect.poll(clipboardText).toContain('--aws-sigv4');
    expect(await runCommand('/bin/sh', ['-c', await clipboardText()])).toMatchObject({ exitCode: 0 });
    await expect(page.getByText('It works')).toBeVisible();

    await keyboard.press('3');
    await tabTo(page, page.getByRole('grid', { name: 'Requests' }));
    await keyboard.press('ArrowDown');
    await expect(page.getByRole('row', { selected: true })).toContainText('typed-tool');
    await keyboard.press('Escape');
    await keyboard.press('l');
    await expect(heading(page, 'The vault is locked')).toBeVisible();
  });
