import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { BrowserContext } from '@playwright/test';
import { type BrowserHost, serveBrowserHost } from '../../../src/main/transports/browserHost.ts';
import { loadRendererFiles } from '../../../src/main/transports/rendererFiles.ts';
import { MemoryLogger } from '../../helpers/memoryLogger.ts';
import { cannedApp } from '../../integration/transports/cannedApp.ts';
import type { Learned, PageTarget } from './attack.ts';
import { expect, reads, test } from './hostileBrowser.ts';
import { foreignNames } from './places.ts';

const WINDOW_SECRET = 'what the window shows';

const folder = mkdtempSync(join(tmpdir(), 'nfyio-vault-window-'));
let canned: ReturnType<typeof cannedApp>;
let logger: MemoryLogger;
let host: BrowserHost;

test.beforeAll(async () => {
  mkdirSync(join(folder, 'assets'));
  writeFileSync(join(folder, 'index.html'), `<!doctype html><title>${WINDOW_SECRET}</title>`);
});
test.afterAll(() => rmSync(folder, { recursive: true }));
test.beforeEach(async () => {
  canned = cannedApp();
  logger = new MemoryLogger();
  host = await serveBrowserHost({ app: canned.app, logger, files: await loadRendererFiles(folder), port: 0 });
});
test.afterEach(() => host.close());

const targetOn = (authority: string): PageTarget => {
  const url = `http://${authority}/`;
  return {
    urls: { GET: url, POST: url, PUT: url, DELETE: url },
    socket: `ws://${authority}/ws`,
    authorization: 'Basic eDp5',
  };
};
const authority = (): string => new URL(host.origin).host;
const port = (): string => new URL(host.origin).port;

/** The window is open in the same browser: its cookie goes along wherever the browser sends it. */
const openWindow = async (context: BrowserContext): Promise<void> => {
  const window = await context.newPage();
  await window.goto(host.newLink());
  expect(await window.title()).toBe(WINDOW_SECRET);
};

const expectRefused = (learned: readonly Learned[]): void => {
  const refused = logger.text.split('came from elsewhere').length - 1;
  expect(refused).toBeGreaterThan(learned.length / 2);
  expect(canned.calls).toEqual([]);
  expect(canned.listenerCount()).toBe(0);
  expect(JSON.stringify(learned)).not.toContain(WINDOW_SECRET);
};

test.describe('the window on loopback, open in the same browser', () => {
  for (const place of foreignNames)
    test(`lets ${place} send what it likes and read nothing`, async ({ hostile }) => {
      const learned = await hostile.learnFrom(place, targetOn(authority()), openWindow);
      expectRefused(learned);
      expect(reads(learned)).toEqual([]);
    });

  for (const name of ['rebind.test', 'localhost', 'vault.localhost'])
    test(`lets a page that got there as ${name} read the closed page alone`, async ({ hostile }) => {
      const host = `${name}:${port()}`;
      expectRefused(await hostile.learnAt(`http://${host}`, targetOn(host), openWindow));
    });

  test('serves its own page, which can do all of that', async ({ hostile }) => {
    const learned = await hostile.learnAt(host.origin, targetOn(authority()), openWindow);
    const gotIn = learned.filter((each) => /read .*what the window shows|read .*echo/s.test(each.learned));
    expect(gotIn.map(({ kind }) => kind)).toEqual(
      expect.arrayContaining(['fetch same-origin GET', 'XMLHttpRequest GET', 'WebSocket', 'popup']),
    );
    expect(canned.calls).toEqual(['echo']);
  });
});
