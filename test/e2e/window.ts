import { type Browser, test as base, expect, type Locator, type Page } from '@playwright/test';
import { TestHome, testPassphrase } from '../helpers/servedVault.ts';
import type { Host, HostWindow } from './hosts.ts';

interface Fixtures {
  readonly home: TestHome;
  /** Starts a host on the home; what is left running is ended with the test. */
  readonly start: (host: Host) => Promise<HostWindow>;
}

export const test = base.extend<Fixtures>({
  // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the names of the fixtures from the pattern
  home: async ({}, use) => {
    const home = new TestHome();
    await use(home);
    await home.remove();
  },
  start: async ({ home, browser }: { home: TestHome; browser: Browser }, use) => {
    const windows: HostWindow[] = [];
    await use(async (host) => {
      test.skip(host.absent !== null, host.absent ?? '');
      const window = await host.open(home, browser);
      windows.push(window);
      return window;
    });
    for (const window of windows) await window.close();
  },
});

export const heading = (page: Page, name: string): Locator =>
  page.getByRole('heading', { name, exact: true });
export const press = (within: Page | Locator, name: string): Promise<void> =>
  within.getByRole('button', { name, exact: true }).click();
export const go = (page: Page, screen: string): Promise<void> =>
  page.getByRole('link', { name: screen, exact: true }).click();

/** Where the host has no keychain, the window asks for a passphrase. */
export const asksPassphrase = async (page: Page): Promise<boolean> => {
  await expect(heading(page, 'Welcome to nfyio Vault')).toBeVisible();
  return page.getByLabel('Passphrase').isVisible();
};

export const trySandbox = async (page: Page): Promise<void> => {
  if (await asksPassphrase(page)) {
    await page.getByLabel('Passphrase').fill(testPassphrase);
    await page.getByLabel('Repeat it').fill(testPassphrase);
  }
  await press(page, 'Try the sandbox');
  await expect(heading(page, 'Connect your first tool')).toBeVisible();
};

export { expect };
