import type { Page } from '@playwright/test';
import { expect, test } from '../helpers/rendererPage.ts';

interface ShownNotification {
  readonly title: string;
  readonly body: string;
  readonly tag: string;
  click(): void;
}
interface FakeNotifications {
  asked: number;
  readonly shown: ShownNotification[];
}
declare global {
  interface Window {
    fakeNotifications: FakeNotifications;
  }
}

/** Plays the browser: a `Notification` that is visibly fake, with the permission that a person gives. */
const fakeNotifications = (page: Page, first: NotificationPermission, answer: NotificationPermission) =>
  page.addInitScript(
    ([permission, given]) => {
      const state: FakeNotifications = { asked: 0, shown: [] };
      window.fakeNotifications = state;
      class FakeNotification extends EventTarget {
        static permission = permission;
        static requestPermission(): Promise<NotificationPermission> {
          state.asked += 1;
          FakeNotification.permission = given;
          return Promise.resolve(given);
        }
        constructor(title: string, { body = '', tag = '' }: NotificationOptions) {
          super();
          state.shown.push({ title, body, tag, click: () => this.dispatchEvent(new Event('click')) });
        }
        close(): void {}
      }
      Object.assign(window, { Notification: FakeNotification });
    },
    [first, answer] as const,
  );

const notice = {
  title: 'An access key is about to expire',
  body: '“cï 龍” <b>expires</b> in 7 days.',
  credentialIds: ['c1', 'c2'],
  actions: ['snooze' as const, 'open' as const],
};
const raise = (page: Page) =>
  page.evaluate((raised) => window.fakeVault.emit('notice.raised', { notice: raised }), notice);
const shown = (page: Page) =>
  page.evaluate(() => window.fakeNotifications.shown.map(({ title, body, tag }) => ({ title, body, tag })));
const openDue = (page: Page) => page.getByRole('link', { name: 'Due', exact: true }).click();
const askButton = (page: Page) => page.getByRole('button', { name: 'Show notifications' });

test('the page asks for permission when it is clicked, never by itself', async ({ page, open }) => {
  await fakeNotifications(page, 'default', 'granted');
  await open();
  await openDue(page);
  await raise(page);
  expect(await page.evaluate(() => window.fakeNotifications.asked)).toBe(0);
  expect(await shown(page)).toEqual([]);
  await askButton(page).click();
  await expect(askButton(page)).toHaveCount(0);
  expect(await page.evaluate(() => window.fakeNotifications.asked)).toBe(1);
  await raise(page);
  expect(await shown(page)).toEqual([{ title: notice.title, body: notice.body, tag: 'c1 c2' }]);
});

test('a click on the notification shows what is due', async ({ page, open }) => {
  await fakeNotifications(page, 'granted', 'granted');
  await open();
  await raise(page);
  await page.evaluate(() => window.fakeNotifications.shown.at(-1)?.click());
  await expect(page.getByRole('heading', { name: 'Due', exact: true })).toBeVisible();
});

test('where it is refused, nothing is shown and nothing is asked again', async ({ page, open }) => {
  await fakeNotifications(page, 'denied', 'denied');
  await open();
  await openDue(page);
  await raise(page);
  await expect(askButton(page)).toHaveCount(0);
  expect(await shown(page)).toEqual([]);
});

test('a browser without notifications shows the window all the same', async ({ page, open }) => {
  await page.addInitScript(() => {
    Reflect.deleteProperty(window, 'Notification');
  });
  await open();
  await openDue(page);
  await raise(page);
  await expect(page.getByRole('table', { name: 'Needs attention' })).toBeVisible();
  await expect(askButton(page)).toHaveCount(0);
});

test('Chromium itself takes what we give it', async ({ page, context, open }) => {
  await context.grantPermissions(['notifications']);
  await page.addInitScript(() => {
    const Real = window.Notification;
    const seen: string[] = [];
    Object.assign(window, {
      seen,
      Notification: class extends Real {
        constructor(title: string, options?: NotificationOptions) {
          super(title, options);
          seen.push(`${this.title}: ${this.body} (${this.tag})`);
        }
      },
    });
  });
  await open();
  await openDue(page);
  await raise(page);
  expect(await page.evaluate(() => (window as unknown as { seen: string[] }).seen)).toEqual([
    `${notice.title}: ${notice.body} (c1 c2)`,
  ]);
});
