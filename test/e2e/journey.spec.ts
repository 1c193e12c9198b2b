import { GetObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import type { Page } from '@playwright/test';
import { runCommand, type TestHome } from '../helpers/servedVault.ts';
import { hosts, titleOf } from './hosts.ts';
import { expect, go, heading, press, test, trySandbox } from './window.ts';

const dialog = (page: Page) => page.getByRole('dialog');
const connection = (page: Page) => page.getByRole('complementary', { name: /^Connection / });
const fact = (page: Page, label: string) =>
  connection(page)
    .locator('dt', { hasText: new RegExp(`^${label}$`) })
    .locator('+ dd code');

/** What the sandbox itself says about a token: it knows nothing of the vault's own records. */
const askService = async (home: TestHome, token: string): Promise<number> => {
  const { workspaces } = await home.json(['workspace', 'list']);
  const answer = await fetch(`${workspaces[0].apiUrl}/api/auth/me`, {
    headers: { Authorization: `Bearer ${token}` },
  });
  return answer.status;
};

for (const host of hosts)
  test(`on ${titleOf(host)}, the first start leads to a tool whose requests are signed and seen`, async ({
    home,
    start,
  }) => {
    const { page, clipboardText } = await start(host);
    await test.step('try the sandbox', () => trySandbox(page));

    await test.step('mint a token and see it once', async () => {
      await go(page, 'Credentials');
      await press(page, 'Mint token');
      await dialog(page).getByLabel('Name').fill('first-token');
      await press(dialog(page), 'Mint token');
      await expect(heading(page, '“first-token” is ready')).toBeVisible();
      await press(dialog(page), 'Show');
      const shown = dialog(page).getByText(/^nfyio_at_/);
      const token = await shown.innerText();
      expect(await askService(home, token)).toBe(200);
      await press(dialog(page), 'Copy');
      await expect(dialog(page).getByText('On the clipboard. It is cleared in')).toBeVisible();
      expect(await clipboardText()).toBe(token);
      await press(dialog(page), 'Done');
      await expect(heading(page, 'first-token')).toBeVisible();
      await expect(page.getByText(token)).toHaveCount(0);
    });

    await test.step('connect a tool that may only read', async () => {
      await go(page, 'Connections');
      await press(page, 'Connect a tool');
      await dialog(page).getByLabel('Name').fill('my-tool');
      await dialog(page).getByLabel('Read-only').check();
      await press(dialog(page), 'Connect');
      await expect(heading(page, 'my-tool')).toBeVisible();
      await expect(page.getByText('Waiting for the first request…')).toBeVisible();
    });

    await test.step('run the snippet as it is copied', async () => {
      await page.getByRole('tab', { name: 'curl' }).click();
      await press(page, 'Copy curl snippet');
      await expect.poll(clipboardText).toContain('--aws-sigv4');
      const curl = await runCommand('/bin/sh', ['-c', await clipboardText()]);
      expect(curl).toMatchObject({ exitCode: 0, stdout: expect.stringContaining('<ListBucketResult') });
      await expect(page.getByText('It works')).toBeVisible();
      await expect(page.getByText('Waiting for the first request…')).toHaveCount(0);
    });

    await test.step('a write is refused, and the reason stands where the person waits', async () => {
      await press(page, 'Show Secret key');
      const sdk = new S3Client({
        endpoint: await fact(page, 'Endpoint').innerText(),
        region: await fact(page, 'Region').innerText(),
        forcePathStyle: true,
        credentials: {
          accessKeyId: await fact(page, 'Access key id').innerText(),
          secretAccessKey: await fact(page, 'Secret key').innerText(),
        },
      });
      const missing = sdk.send(new GetObjectCommand({ Bucket: 'demo', Key: 'not-there' }));
      await expect(missing).rejects.toMatchObject({ name: 'NoSuchKey' });
      const refused = sdk.send(new PutObjectCommand({ Bucket: 'demo', Key: 'new', Body: 'x' }));
      await expect(refused).rejects.toMatchObject({ $metadata: { httpStatusCode: 403 } });
      await expect(page.getByText('The last request was refused')).toBeVisible();
    });

    await test.step('all of it stands in the activity, with the reason', async () => {
      await press(connection(page), 'Activity');
      const rows = page
        .getByRole('grid', { name: 'Requests' })
        .getByRole('row')
        .filter({ hasText: 'my-tool' });
      await expect(rows).toHaveText([/403PUT\/demo\/new/, /404GET\/demo\/not-there/, /200GET\/demo/]);
      const request = page.getByRole('complementary', { name: 'Request' });
      await expect(request).toContainText('READ_ONLY');
      await expect(request).toContainText('nfyio Vault');
    });
  });
