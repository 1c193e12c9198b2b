import { chromium } from '@playwright/test';
import { findChromium } from './findChromium.ts';

/**
 * Opens the one-time link in a Chromium window of its own, and resolves when that window is closed. The link goes
 * through a pipe: the arguments of a program can be read by every user of the machine.
 * @returns false where there is no Chromium that opens a window
 */
export const openLink = async (link: string): Promise<boolean> => {
  const executablePath = findChromium();
  if (executablePath === null) return false;
  const profile = ''; // Playwright makes one for this window and removes it afterwards.
  const context = await chromium
    .launchPersistentContext(profile, {
      executablePath,
      headless: false,
      chromiumSandbox: true,
      viewport: null,
      args: ['--app=about:blank', '--window-size=1280,800'],
      ignoreDefaultArgs: ['--enable-automation'],
    })
    .catch(() => null);
  if (context === null) return false;
  const closed = context.waitForEvent('close', { timeout: 0 });
  const page = context.pages()[0] ?? (await context.newPage());
  await page.goto(link);
  page.on('close', () => void context.close());
  await closed;
  return true;
};
