import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { TestHome } from '../helpers/servedVault.ts';
import { projectRoot } from '../helpers/sourceFiles.ts';
import { makeBusy } from './busyVault.ts';
import { expect, go, heading, press, test } from './window.ts';

/** `npm run screenshots` takes them from here into the documents. */
const folder = join(projectRoot, 'test-results', 'gallery');

interface View {
  readonly name: string;
  /** Leads there from any screen, and ends on what only this view shows. */
  readonly reach: (page: Page) => Promise<void>;
}

const dialog = (page: Page) => page.getByRole('dialog').or(page.getByRole('alertdialog'));

const opens =
  (screen: string, button: string, title = button) =>
  async (page: Page) => {
    await go(page, screen);
    await press(page.getByRole('main'), button);
    await expect(dialog(page).getByRole('heading', { name: title })).toBeVisible();
  };

const imports = (what: string) => async (page: Page) => {
  await go(page, 'Credentials');
  await press(page, 'Import');
  await page.getByRole('menuitem', { name: what }).click();
  await expect(dialog(page).getByRole('heading', { name: what })).toBeVisible();
};

const picks = (screen: string, row: string, shows: string) => async (page: Page) => {
  await go(page, screen);
  await page.getByRole('list', { name: screen }).getByRole('button').filter({ hasText: row }).first().click();
  await expect(page.getByRole('main').getByText(shows).first()).toBeVisible();
};

const views: readonly View[] = [
  { name: 'credentials', reach: picks('Credentials', 'photo-uploads', 'Where it is used') },
  { name: 'rotation', reach: picks('Credentials', 'support-chat', 'Not written; tried again') },
  {
    name: 'add-place',
    reach: async (page) => {
      await picks('Credentials', 'ci-deploy', 'Where it is used')(page);
      await press(page.getByRole('main'), 'Add a place…');
      await dialog(page).getByLabel('Place', { exact: true }).selectOption('HashiCorp Vault');
      await expect(dialog(page).getByLabel('Token of HashiCorp Vault')).toBeVisible();
    },
  },
  {
    name: 'preview-place',
    reach: async (page) => {
      await picks('Credentials', 'usage-report', 'Not written yet')(page);
      await page.getByRole('button', { name: /^Compare… \.env/ }).click();
      await expect(dialog(page).getByRole('list', { name: 'Changes' })).toBeVisible();
    },
  },
  { name: 'connections', reach: picks('Connections', 'photo-site', 'aws --endpoint-url') },
  { name: 'connection-waiting', reach: picks('Connections', 'rclone-backup', 'Waiting for the first') },
  {
    name: 'activity',
    reach: async (page) => {
      await go(page, 'Activity');
      await expect(page.getByRole('row', { name: /launch\.jpg/ }).first()).toBeVisible();
    },
  },
  {
    name: 'activity-refusal',
    reach: async (page) => {
      await go(page, 'Activity');
      await page
        .getByRole('row', { name: /403 POST/ })
        .first()
        .click();
      await expect(page.getByText('READ_ONLY')).toBeVisible();
    },
  },
  {
    name: 'due',
    reach: async (page) => {
      await go(page, 'Due');
      await expect(page.getByRole('figure', { name: 'The next 90 days' })).toBeVisible();
    },
  },
  {
    name: 'vault',
    reach: async (page) => {
      await go(page, 'Vault');
      await expect(page.getByRole('button', { name: /^Go back to change/ }).first()).toBeVisible();
    },
  },
  { name: 'change-passphrase', reach: opens('Vault', 'Change passphrase', 'Change the passphrase') },
  { name: 'export', reach: opens('Vault', 'Export') },
  { name: 'import-file', reach: opens('Vault', 'Import from a file') },
  { name: 'mint-token', reach: opens('Credentials', 'Mint token') },
  { name: 'create-key', reach: opens('Credentials', 'Create key') },
  { name: 'import-token', reach: imports('Import token') },
  { name: 'import-key', reach: imports('Import key') },
  { name: 'connect-tool', reach: opens('Connections', 'Connect a tool') },
  {
    name: 'connect-workspace',
    reach: async (page) => {
      await page.getByRole('button', { name: /^Workspace / }).click();
      await page.getByRole('menuitem', { name: 'Connect a workspace' }).click();
      await expect(dialog(page).getByRole('heading', { name: 'Connect a workspace' })).toBeVisible();
    },
  },
  {
    name: 'delete-credential',
    reach: async (page) => {
      await picks('Credentials', 'photo-uploads', 'Where it is used')(page);
      await press(page.getByRole('main'), 'Delete…');
      await expect(dialog(page).getByRole('heading', { name: 'Delete “photo-uploads”?' })).toBeVisible();
    },
  },
  {
    name: 'palette',
    reach: async (page) => {
      await go(page, 'Credentials');
      await page.keyboard.press('Control+k');
      await expect(page.getByRole('option', { name: 'Mint token' })).toBeVisible();
    },
  },
  { name: 'shortcuts', reach: (page) => press(page, 'Keyboard shortcuts') },
  {
    name: 'show-once',
    reach: async (page) => {
      await opens('Credentials', 'Mint token')(page);
      await dialog(page).getByLabel('Name').fill('release-bot');
      await press(dialog(page), 'Mint token');
      await expect(heading(page, '“release-bot” is ready')).toBeVisible();
    },
  },
  {
    name: 'lock',
    reach: async (page) => {
      await press(page, 'Lock the vault');
      await expect(heading(page, 'The vault is locked')).toBeVisible();
    },
  },
];

const picture = (page: Page, name: string, theme: string): Promise<unknown> =>
  page.screenshot({ path: join(folder, `${name}-${theme}.png`), animations: 'disabled' });

/** Away from the view, without a trace of it in the next picture. */
const leave = async (page: Page, home: TestHome): Promise<void> => {
  if (await dialog(page).isVisible()) await page.keyboard.press('Escape');
  const keep = page.getByRole('button', { name: 'Close without copying' });
  if (await keep.isVisible()) {
    await keep.click();
    await home.json(['token', 'delete', 'release-bot']);
  }
  await page.mouse.move(0, 0);
};

const themes = ['light', 'dark'] as const;
mkdirSync(folder, { recursive: true });

test('the first run is pictured', async ({ home, browser }) => {
  const { ui } = await home.serve(['--ui'], { NFYIO_VAULT_PASSPHRASE_FILE: '' });
  const page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
  await page.goto(ui ?? '');
  for (const theme of themes) {
    await page.emulateMedia({ colorScheme: theme, reducedMotion: 'reduce' });
    await expect(heading(page, 'Welcome to nfyio Vault')).toBeVisible();
    await picture(page, 'first-run', theme);
  }
});

test.describe('a busy vault', () => {
  let home: TestHome;
  let ui: string | null;
  test.describe.configure({ mode: 'serial' });

  test.beforeAll(async () => {
    test.setTimeout(120_000);
    home = new TestHome();
    ({ ui } = await home.serve(['--ui', '--sandbox']));
    await makeBusy(home);
  });
  test.afterAll(() => home.remove());

  test('every screen and dialog is pictured, light and dark', async ({ browser }) => {
    test.setTimeout(180_000);
    const page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
    await page.goto(ui ?? '');
    for (const theme of themes) {
      await page.emulateMedia({ colorScheme: theme, reducedMotion: 'reduce' });
      await page.reload();
      for (const { name, reach } of views)
        await test.step(`${name}, ${theme}`, async () => {
          await reach(page);
          await picture(page, name, theme);
          await leave(page, home);
        });
      await home.json(['unlock']);
      await expect(heading(page, 'Credentials')).toBeVisible();
    }
  });
});
