import type { Page } from '@playwright/test';
import type { Workspace } from '../../src/shared/contract/workspaces.ts';
import { PASSPHRASE, type Scenario } from '../helpers/fakeBridge.ts';
import { expect, expectAccessible, test, themes, wear } from '../helpers/rendererPage.ts';

interface View {
  readonly name: string;
  readonly scenario?: Partial<Scenario>;
  /** Leads there, and ends on something that only this view shows. */
  readonly reach: (page: Page) => Promise<void>;
}

const go = (page: Page, screen: string) => page.getByRole('link', { name: screen, exact: true }).click();
const press = (page: Page, name: string) => page.getByRole('button', { name, exact: true }).first().click();
const see = (page: Page, name: string) => expect(page.getByRole('heading', { name })).toBeVisible();
const seeDialog = (page: Page, name: string) =>
  expect(
    page.getByRole('dialog').or(page.getByRole('alertdialog')).getByRole('heading', { name }),
  ).toBeVisible();

const chooseInWorkspaceMenu = async (page: Page, item: string): Promise<void> => {
  await page.getByRole('button', { name: /^Workspace acme-production/ }).click();
  await page.getByRole('menuitem', { name: item }).click();
};

/** An older service of one's own, which knows no calls for tokens and keys. */
const refusing: Partial<Workspace> = {
  apiUrl: 'https://nfyio.example.test',
  capabilities: {
    checkedAt: new Date().toISOString(),
    token: 'good',
    may: {
      ...{ listTokens: 'absent', createToken: 'absent', listKeys: 'absent', createKey: 'absent' },
      ...{ regenerateKey: 'absent', listBuckets: 'allowed', createBucket: 'unknown' },
    },
  },
};

/** One in every state. */
const places: Scenario['targets'] = [
  {
    credential: 'ci-deploy',
    place: { kind: 'dotenv', path: '/srv/app/.env' },
    state: { kind: 'current', writtenAt: '2026-11-29T10:00:00.000Z', isVerified: true },
  },
  {
    credential: 'ci-deploy',
    place: { kind: 'command', command: ['/usr/local/bin/store-secret'] },
    state: { kind: 'current', writtenAt: '2026-11-29T10:00:00.000Z', isVerified: false },
  },
  {
    credential: 'ci-deploy',
    place: {
      ...{ kind: 'githubActions', owner: 'acme', repository: 'web' },
      ...{ environment: null, apiUrl: null },
    },
  },
  {
    credential: 'ci-deploy',
    place: {
      ...{ kind: 'vaultKv', url: 'https://vault.example.test', namespace: null },
      ...{ mount: 'secret', path: 'apps/web' },
    },
    state: {
      kind: 'failed',
      error: {
        code: 'TARGET_REFUSED',
        message: 'A place that must learn the new secret refused it.',
        hint: 'Check what opens that place and what it allows, and add the target anew with that.',
      },
      retryAt: '2026-11-30T10:00:00.000Z',
    },
  },
];

const reachVault = async (page: Page): Promise<void> => {
  await go(page, 'Vault');
  await expect(page.getByRole('button', { name: 'Go back to change 38' })).toBeVisible();
  await expect(page.getByLabel('Without use of this app for')).toBeVisible();
};

const views: readonly View[] = [
  {
    name: 'first-run',
    scenario: { vault: 'absent', contents: 'none' },
    reach: (page) => see(page, 'Welcome to nfyio Vault'),
  },
  {
    name: 'first-run-keychain',
    scenario: { vault: 'absent', contents: 'none', keychain: 'os-keychain' },
    reach: (page) => expect(page.getByText('Protected by the keychain of this system')).toBeVisible(),
  },
  {
    name: 'first-run-problem',
    scenario: { vault: 'absent', contents: 'none' },
    reach: async (page) => {
      await page.getByLabel('Passphrase').fill('short');
      await press(page, 'Try the sandbox');
      await expect(page.getByRole('alert')).toContainText('at least 8 characters');
    },
  },
  { name: 'lock', scenario: { vault: 'locked' }, reach: (page) => see(page, 'The vault is locked') },
  {
    name: 'lock-keychain',
    scenario: { vault: 'locked', keychain: 'os-keychain' },
    reach: (page) =>
      expect(page.getByRole('button', { name: 'Unlock with the keychain of this system' })).toBeVisible(),
  },
  {
    name: 'lock-wrong-passphrase',
    scenario: { vault: 'locked' },
    reach: async (page) => {
      await page.getByLabel('Passphrase').fill('not this one');
      await press(page, 'Unlock');
      await expect(page.getByRole('alert')).toContainText('Wrong passphrase');
    },
  },
  {
    name: 'lock-older',
    scenario: { vault: 'locked', isOlder: true },
    reach: async (page) => {
      await page.getByLabel('Passphrase').fill(PASSPHRASE);
      await press(page, 'Unlock');
      await expect(page.getByRole('alert')).toContainText('generation 12');
      await expect(
        page.getByRole('checkbox', { name: 'Use this older state all the same' }),
      ).not.toBeChecked();
    },
  },
  { name: 'credentials', reach: (page) => see(page, 'ci-deploy') },
  {
    name: 'credentials-empty',
    scenario: { contents: 'empty' },
    reach: (page) => see(page, 'No credentials yet'),
  },
  {
    name: 'connections',
    reach: async (page) => {
      await go(page, 'Connections');
      await expect(page.getByText('It works')).toBeVisible();
    },
  },
  {
    name: 'connection-waiting',
    reach: async (page) => {
      await go(page, 'Connections');
      await page.getByRole('button', { name: /^legacy-exporter|legacy-exporter/ }).click();
      await expect(page.getByText('Waiting for the first request…')).toBeVisible();
    },
  },
  {
    name: 'connections-empty',
    scenario: { contents: 'empty' },
    reach: async (page) => {
      await go(page, 'Connections');
      await see(page, 'Connect your first tool');
    },
  },
  {
    name: 'activity',
    reach: async (page) => {
      await go(page, 'Activity');
      await expect(page.getByRole('grid', { name: 'Requests' })).toBeVisible();
    },
  },
  {
    name: 'activity-refusal',
    reach: async (page) => {
      await go(page, 'Activity');
      await page.getByRole('searchbox', { name: 'Filter activity' }).fill('status:403 connection:ci');
      await page
        .getByRole('row', { name: /deploy/ })
        .first()
        .click();
      await expect(page.getByText('Give tools that write a connection')).toBeVisible();
    },
  },
  {
    name: 'activity-empty',
    scenario: { contents: 'empty' },
    reach: async (page) => {
      await go(page, 'Activity');
      await see(page, 'Nothing has passed yet');
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
    name: 'due-empty',
    scenario: { contents: 'empty' },
    reach: async (page) => {
      await go(page, 'Due');
      await see(page, 'Nothing is due');
    },
  },
  {
    name: 'dialog-mint-token',
    reach: async (page) => {
      await press(page, 'Mint token');
      await seeDialog(page, 'Mint token');
    },
  },
  {
    name: 'dialog-mint-token-failed',
    scenario: { failing: { 'token.create': 'BACKEND_UNREACHABLE' } },
    reach: async (page) => {
      await press(page, 'Mint token');
      await page.getByLabel('Name').fill('ci');
      await page.getByRole('dialog').getByRole('button', { name: 'Mint token' }).click();
      await expect(page.getByRole('alert')).toContainText('BACKEND_UNREACHABLE');
    },
  },
  {
    name: 'dialog-show-once',
    reach: async (page) => {
      await press(page, 'Create key');
      await page.getByLabel('Name').fill('backup-job');
      await page.getByText('backups', { exact: true }).click();
      await page.getByRole('dialog').getByRole('button', { name: 'Create key' }).click();
      await seeDialog(page, '“backup-job” is ready');
    },
  },
  {
    name: 'dialog-create-key',
    reach: async (page) => {
      await press(page, 'Create key');
      await expect(page.getByRole('dialog').getByText('thumbnails')).toBeVisible();
    },
  },
  ...(['teal', 'magenta', 'sky', 'slate'] as const).map(
    (accent): View => ({
      name: `accent-${accent}`,
      scenario: { workspace: { accent } },
      reach: async (page) => {
        await press(page, 'Mint token');
        await seeDialog(page, 'Mint token');
      },
    }),
  ),
  {
    name: 'dialog-mint-token-refused',
    scenario: { workspace: refusing },
    reach: async (page) => {
      await press(page, 'Mint token');
      await expect(page.getByRole('note')).toContainText('has no call to mint tokens');
    },
  },
  {
    name: 'dialog-service',
    scenario: { workspace: refusing },
    reach: async (page) => {
      await chooseInWorkspaceMenu(page, 'What the service allows');
      await seeDialog(page, 'What the service allows');
    },
  },
  {
    name: 'dialog-control-token',
    reach: async (page) => {
      await chooseInWorkspaceMenu(page, 'What the service allows');
      await press(page, 'Give a control token…');
      await seeDialog(page, 'Give a control token');
    },
  },
  {
    name: 'dialog-buckets',
    reach: async (page) => {
      await chooseInWorkspaceMenu(page, 'Buckets');
      await expect(page.getByRole('button', { name: 'Delete bucket photos…' })).toBeVisible();
    },
  },
  {
    name: 'dialog-delete-bucket',
    reach: async (page) => {
      await chooseInWorkspaceMenu(page, 'Buckets');
      await press(page, 'Delete bucket photos…');
      await seeDialog(page, 'Delete bucket “photos”?');
    },
  },
  {
    name: 'credential-unverified',
    scenario: { contents: 'empty' },
    reach: async (page) => {
      await press(page, 'Import token');
      await page.getByLabel('Name').fill('pasted');
      await page.getByLabel('Token', { exact: true }).fill('nfyio_at_pasted');
      await page.getByLabel('Import without asking the service').check();
      await page.getByRole('dialog').getByRole('button', { name: 'Import token' }).click();
      await expect(page.getByLabel('Credential pasted').getByText('not seen to work yet')).toBeVisible();
    },
  },
  {
    name: 'dialog-import-token',
    scenario: { contents: 'empty' },
    reach: async (page) => {
      await press(page, 'Import token');
      await seeDialog(page, 'Import token');
    },
  },
  {
    name: 'dialog-import-key',
    scenario: { contents: 'empty' },
    reach: async (page) => {
      await press(page, 'Import key');
      await seeDialog(page, 'Import key');
    },
  },
  {
    name: 'dialog-connect-workspace',
    reach: async (page) => {
      await page.getByRole('button', { name: /^Workspace acme-production/ }).click();
      await page.getByRole('menuitem', { name: 'Connect a workspace' }).click();
      await seeDialog(page, 'Connect a workspace');
    },
  },
  {
    name: 'menu-workspaces',
    reach: async (page) => {
      await page.getByRole('button', { name: /^Workspace acme-production/ }).click();
      await expect(page.getByRole('menuitemradio', { name: 'sandbox' })).toBeVisible();
    },
  },
  {
    name: 'dialog-connect-tool',
    scenario: { contents: 'full' },
    reach: async (page) => {
      await go(page, 'Connections');
      await press(page, 'Connect a tool');
      await seeDialog(page, 'Connect a tool');
    },
  },
  {
    name: 'dialog-connect-tool-open-port',
    reach: async (page) => {
      await go(page, 'Connections');
      await press(page, 'Connect a tool');
      await page.getByText('Narrow it further').click();
      await page.getByLabel('Open a port without authentication').check();
      await expect(page.getByText('Every program on this machine')).toBeVisible();
    },
  },
  {
    name: 'dialog-delete-credential',
    reach: async (page) => {
      await press(page, 'Delete…');
      await seeDialog(page, 'Delete “ci-deploy”?');
    },
  },
  {
    name: 'credential-places',
    scenario: { targets: places },
    reach: async (page) => {
      await expect(page.getByRole('list', { name: 'Places' }).getByRole('listitem')).toHaveCount(4);
      await page.getByRole('button', { name: 'Add a place…' }).scrollIntoViewIfNeeded();
    },
  },
  {
    name: 'rotation-pending-places',
    scenario: { targets: places, failing: { 'target.write': 'TARGET_REFUSED' } },
    reach: async (page) => {
      await press(page, 'Rotate…');
      await expect(page.getByRole('note')).toContainText('written to 4 places');
      await page.getByRole('dialog').getByRole('button', { name: 'Rotate', exact: true }).click();
      await page.getByRole('button', { name: /^Write now GitHub/ }).click();
      await expect(page.getByRole('list', { name: 'Places that were not written' })).toBeVisible();
      await page.getByRole('button', { name: 'Delete now…' }).scrollIntoViewIfNeeded();
    },
  },
  {
    name: 'dialog-add-place',
    reach: async (page) => {
      await press(page, 'Add a place…');
      await page.getByLabel('Place', { exact: true }).selectOption('HashiCorp Vault');
      await expect(page.getByLabel('Token of HashiCorp Vault')).toBeVisible();
    },
  },
  {
    name: 'dialog-add-place-aws',
    reach: async (page) => {
      await press(page, 'Add a place…');
      await page.getByLabel('Place', { exact: true }).selectOption('AWS Secrets Manager');
      await expect(page.getByLabel('AWS secret access key')).toBeVisible();
    },
  },
  {
    name: 'dialog-add-place-program',
    reach: async (page) => {
      await press(page, 'Add a place…');
      await page.getByLabel('Place', { exact: true }).selectOption('A program of yours');
      await expect(page.getByLabel('Program and its arguments')).toBeVisible();
    },
  },
  {
    name: 'dialog-preview-place',
    scenario: { targets: places },
    reach: async (page) => {
      await page.getByRole('button', { name: /^Compare… GitHub/ }).click();
      await expect(page.getByRole('list', { name: 'Changes' })).toContainText('cannot be read');
    },
  },
  {
    name: 'dialog-remove-place',
    scenario: { targets: places },
    reach: async (page) => {
      await page.getByRole('button', { name: /^Remove… GitHub/ }).click();
      await seeDialog(page, 'Remove this place?');
    },
  },
  {
    name: 'dialog-presign',
    reach: async (page) => {
      await go(page, 'Connections');
      await press(page, 'Presigned URL…');
      await page.getByLabel('Bucket', { exact: true }).fill('backups');
      await page.getByLabel('Key', { exact: true }).fill('reports/2026.pdf');
      await page.getByRole('dialog').getByRole('button', { name: 'Make URL' }).click();
      await expect(page.getByText('X-Amz-Signature=5f4c2a')).toBeVisible();
    },
  },
  {
    name: 'dialog-presign-outside',
    reach: async (page) => {
      await go(page, 'Connections');
      await press(page, 'Presigned URL…');
      await page.getByLabel('Bucket', { exact: true }).fill('backups');
      await page.getByLabel('Key', { exact: true }).fill('reports/2026.pdf');
      await page.getByLabel('For use outside this machine').check();
      await page.getByRole('dialog').getByRole('button', { name: 'Make URL' }).click();
      await expect(page.getByText('from anywhere')).toBeVisible();
    },
  },
  {
    name: 'dialog-revoke-connection',
    reach: async (page) => {
      await go(page, 'Connections');
      await press(page, 'Revoke…');
      await seeDialog(page, 'Revoke “aws-cli”?');
    },
  },
  { name: 'vault', reach: (page) => reachVault(page) },
  {
    name: 'dialog-set-passphrase',
    reach: async (page) => {
      await reachVault(page);
      await press(page, 'Change passphrase');
      await seeDialog(page, 'Change the passphrase');
      await page.getByLabel('Passphrase of the vault').fill('correct horse battery');
      await page.getByLabel('New passphrase').fill('another one');
      await page.getByLabel('The same again').fill('another typed wrong');
      await press(page, 'Change passphrase');
      await expect(page.getByRole('alert')).toContainText('not the same');
    },
  },
  {
    name: 'dialog-recovery-key',
    reach: async (page) => {
      await reachVault(page);
      await press(page, 'Make a recovery key');
      await page.getByLabel('Passphrase of the vault').fill('correct horse battery');
      await press(page, 'Make recovery key');
      await seeDialog(page, 'Your recovery key is ready');
      await press(page, 'Show');
      await expect(page.getByText('7Q4MZ-')).toBeVisible();
    },
  },
  {
    name: 'dialog-add-keychain',
    scenario: { keychain: 'os-keychain', slots: ['passphrase'] },
    reach: async (page) => {
      await reachVault(page);
      await press(page, 'Use the keychain');
      await seeDialog(page, 'Open with the keychain');
    },
  },
  {
    name: 'dialog-remove-slot',
    scenario: { slots: ['passphrase', 'recovery-key'] },
    reach: async (page) => {
      await reachVault(page);
      await press(page, 'Remove Recovery key');
      await seeDialog(page, 'Remove “Recovery key”?');
    },
  },
  {
    name: 'dialog-restore-backup',
    reach: async (page) => {
      await reachVault(page);
      await press(page, 'Go back to change 38');
      await expect(page.getByText('old-uploads')).toBeVisible();
    },
  },
  {
    name: 'dialog-forget-backups',
    reach: async (page) => {
      await reachVault(page);
      await press(page, 'Delete all earlier states');
      await seeDialog(page, 'Delete all earlier states?');
    },
  },
  {
    name: 'dialog-export',
    reach: async (page) => {
      await reachVault(page);
      await press(page, 'Export');
      await seeDialog(page, 'Export');
    },
  },
  {
    name: 'dialog-export-plain',
    reach: async (page) => {
      await reachVault(page);
      await press(page, 'Export');
      await page.getByText('In clear', { exact: true }).click();
      await expect(page.getByLabel('Type “write my secrets in clear”')).toBeVisible();
    },
  },
  {
    name: 'dialog-import-file',
    reach: async (page) => {
      await reachVault(page);
      await press(page, 'Import from a file');
      await seeDialog(page, 'Import from a file');
    },
  },
  {
    name: 'dialog-import-choice',
    reach: async (page) => {
      await reachVault(page);
      await press(page, 'Import from a file');
      await page.getByLabel('File', { exact: true }).fill('/home/ada/.aws/credentials');
      await press(page, 'Look into it');
      await expect(page.getByLabel('Another name for “conflict-profile”')).toBeVisible();
    },
  },
  {
    name: 'dialog-replace-source',
    reach: async (page) => {
      await reachVault(page);
      await press(page, 'Import from a file');
      await page.getByLabel('File', { exact: true }).fill('/home/ada/.aws/credentials');
      await press(page, 'Look into it');
      await page.getByRole('checkbox', { name: /new-profile/ }).check();
      await press(page, 'Import');
      await seeDialog(page, 'Take the secret out of the file?');
    },
  },
  {
    name: 'lock-recovery-key',
    scenario: { vault: 'locked', slots: ['passphrase', 'recovery-key'] },
    reach: async (page) => {
      await press(page, 'Use the recovery key');
      await expect(page.getByLabel('Recovery key')).toBeFocused();
    },
  },
  {
    name: 'command-palette',
    reach: async (page) => {
      await expect(page.getByRole('heading', { name: 'Credentials' })).toBeVisible();
      await page.keyboard.press('Control+k');
      await expect(page.getByRole('option', { name: 'Mint token' })).toBeVisible();
    },
  },
  {
    name: 'shortcuts',
    reach: async (page) => {
      await press(page, 'Keyboard shortcuts');
      await seeDialog(page, 'Keyboard shortcuts');
    },
  },
];

for (const { name, scenario, reach } of views)
  test(`${name}, light and dark, can be read by everybody and breaks no rule of the page`, async ({
    page,
    open,
  }) => {
    await wear(page, 'light');
    await open(scenario);
    await reach(page);
    for (const theme of themes)
      await test.step(theme, async () => {
        await wear(page, theme);
        await expectAccessible(page);
        await page.screenshot({ path: `test-results/screenshots/${theme}/${name}.png` });
      });
  });

test('every screen fits a window 720 pixels wide', async ({ page, open }) => {
  await page.setViewportSize({ width: 720, height: 640 });
  await wear(page, 'light');
  await open({ targets: places });
  for (const screen of ['Credentials', 'Connections', 'Activity', 'Due', 'Vault']) {
    await go(page, screen);
    await expect(page.getByRole('heading', { name: screen, exact: true })).toBeVisible();
    const overflow = await page.evaluate(() => {
      const { scrollWidth, clientWidth } = document.documentElement;
      const inner = [...document.querySelectorAll('main, main > *')].filter(
        (element) => element.scrollWidth > element.clientWidth + 1,
      );
      return scrollWidth - clientWidth + inner.length;
    });
    expect(overflow).toBe(0);
    await page.screenshot({ path: `test-results/screenshots/narrow/${screen.toLowerCase()}.png` });
  }
});
