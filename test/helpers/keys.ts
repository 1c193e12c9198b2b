import { expect, type Locator, type Page } from '@playwright/test';

/** More steps than any screen has between two things. */
const MOST_TABS = 80;

/** By the tabulator until it has the focus, as somebody without a mouse gets there. */
export const tabTo = async (page: Page, target: Locator): Promise<void> => {
  await expect(target).toBeVisible();
  for (let tabs = 0; tabs < MOST_TABS; tabs += 1) {
    if (await target.evaluate((element) => element === document.activeElement)) return;
    await page.keyboard.press('Tab');
  }
  await expect(target).toBeFocused();
};

export const pressOn = async (page: Page, target: Locator, key = 'Enter'): Promise<void> => {
  await tabTo(page, target);
  await page.keyboard.press(key);
};

export const typeInto = async (page: Page, field: Locator, text: string): Promise<void> => {
  await tabTo(page, field);
  await page.keyboard.press('ControlOrMeta+a');
  await page.keyboard.type(text);
};

/** Asks the command palette for what these words fit best; typed sooner, they would be shortcuts of the screen. */
export const command = async (page: Page, words: string): Promise<void> => {
  // A key that is pressed before the window is there is nobody's.
  await expect(page.getByText('Search…', { exact: true })).toBeVisible();
  await page.keyboard.press('ControlOrMeta+k');
  await expect(page.getByPlaceholder('Type what you want to do…')).toBeFocused();
  await page.keyboard.type(words);
  await page.keyboard.press('Enter');
};
