import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { type CDPSession, chromium, type Page } from '@playwright/test';
import { filesBelow, findCanaries } from '../helpers/canary.ts';
import { chromiumLaunch } from '../helpers/chromium.ts';
import { testPassphrase } from '../helpers/servedVault.ts';
import { expect, go, heading, press, test, trySandbox } from './window.ts';

const dialog = (page: Page) => page.getByRole('dialog');
const pasted = 'nfyio_at_CANARYpasted0123456789abcdef';
/** Within this time after a lock nothing of a secret may be left. */
const AFTER_LOCK_MS = 1_000;

/** Every string that is alive in the page. */
const heapOf = async (session: CDPSession): Promise<Map<string, Buffer>> => {
  const pieces: string[] = [];
  const take = ({ chunk }: { readonly chunk: string }): void => void pieces.push(chunk);
  session.on('HeapProfiler.addHeapSnapshotChunk', take);
  await session.send('HeapProfiler.takeHeapSnapshot', { reportProgress: false });
  session.off('HeapProfiler.addHeapSnapshotChunk', take);
  const { strings } = JSON.parse(pieces.join('')) as { readonly strings: readonly string[] };
  return new Map([['page', Buffer.from(strings.join('\n'))]]);
};

test('what was typed into the window and shown in it is in no file of the browser, nor in the page a second after a lock', async ({
  home,
}) => {
  const profile = join(home.folder, 'profile');
  const temporary = join(home.folder, 'temporary');
  mkdirSync(temporary);
  const { ui } = await home.serve(['--ui'], { NFYIO_VAULT_PASSPHRASE_FILE: '', TMPDIR: temporary });
  const browser = await chromium.launchPersistentContext(profile, {
    ...chromiumLaunch,
    env: { ...process.env, TMPDIR: temporary } as Record<string, string>,
    permissions: ['clipboard-read', 'clipboard-write'],
  });
  const page = await browser.newPage();
  await page.goto(ui ?? '');
  await trySandbox(page);

  await go(page, 'Credentials');
  await press(page, 'Mint token');
  await dialog(page).getByLabel('Name').fill('minted');
  await press(dialog(page), 'Mint token');
  await expect(heading(page, '“minted” is ready')).toBeVisible();
  await press(dialog(page), 'Show');
  const minted = await dialog(page)
    .getByText(/^nfyio_at_/)
    .innerText();
  const session = await page.context().newCDPSession(page);
  expect(findCanaries(await heapOf(session), { minted })).toContain('page: minted as raw');
  await press(dialog(page), 'Copy');
  await press(dialog(page), 'Done');

  await press(page, 'Import');
  await page.getByRole('menuitem', { name: 'Import token' }).click();
  await dialog(page).getByLabel('Name').fill('pasted');
  await dialog(page).getByLabel('Token', { exact: true }).fill(pasted);
  // The sandbox does not know it.
  await dialog(page).getByLabel('Import without asking the service').check();
  await press(dialog(page), 'Import token');
  await expect(heading(page, 'pasted')).toBeVisible();

  await press(page, 'Lock the vault');
  const lockedAt = performance.now();
  await expect(heading(page, 'The vault is locked')).toBeVisible();
  // The second of the promise itself.
  await new Promise((resolve) => setTimeout(resolve, lockedAt + AFTER_LOCK_MS - performance.now()));
  const secrets = { minted, pasted, passphrase: testPassphrase };
  expect(findCanaries(await heapOf(session), secrets)).toEqual([]);
  await page.getByLabel('Passphrase').fill(testPassphrase);
  await press(page, 'Unlock');
  await expect(heading(page, 'Credentials')).toBeVisible();
  await browser.close();
  await home.stop();

  const files = filesBelow(home.folder);
  expect(files.delete(home.passphraseFile)).toBe(true);
  expect([...files.keys()].filter((file) => file.startsWith(profile)).length).toBeGreaterThan(10);
  // The browser did keep what it keeps: where it was.
  expect(findCanaries(files, { 'the address': new URL(ui ?? '').host })).not.toEqual([]);
  expect(findCanaries(files, secrets)).toEqual([]);
});
