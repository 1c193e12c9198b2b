import { mkdtempSync, rmSync } from 'node:fs';
import type { Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Browser, type BrowserContext, test as base, chromium, expect } from '@playwright/test';
import { chromiumLaunch } from '../../helpers/chromium.ts';
import type { Learned, PageTarget } from './attack.ts';
import { type ForeignPlace, foreignPlaces, type Place, reboundPlace, servePages } from './places.ts';

/** A browser with hostile pages in it. What it may keep from us of itself is switched off: we do not rely on it. */
export class HostileBrowser {
  readonly #browser: Browser;
  readonly #pages: { readonly server: Server; readonly port: number };
  readonly #folder = mkdtempSync(join(tmpdir(), 'nfyio-vault-pages-'));

  private constructor(browser: Browser, pages: { readonly server: Server; readonly port: number }) {
    this.#browser = browser;
    this.#pages = pages;
  }

  static async start(): Promise<HostileBrowser> {
    const pages = await servePages();
    const args = [
      ...(chromiumLaunch.args ?? []),
      '--host-resolver-rules=MAP *.test 127.0.0.1',
      '--disable-features=LocalNetworkAccessChecks',
    ];
    return new HostileBrowser(await chromium.launch({ ...chromiumLaunch, args }), pages);
  }

  learnFrom(place: ForeignPlace, target: PageTarget, prepare?: Prepare): Promise<readonly Learned[]> {
    return this.#attack(foreignPlaces(this.#pages.port, this.#folder)[place], target, prepare);
  }

  /** @param origin of the listener itself, by whatever name */
  learnAt(origin: string, target: PageTarget, prepare?: Prepare): Promise<readonly Learned[]> {
    return this.#attack(reboundPlace(origin), target, prepare);
  }

  async stop(): Promise<void> {
    await this.#browser.close();
    this.#pages.server.closeAllConnections();
    this.#pages.server.close();
    rmSync(this.#folder, { recursive: true });
  }

  async #attack(attackFrom: Place, target: PageTarget, prepare?: Prepare): Promise<readonly Learned[]> {
    const context = await this.#browser.newContext({ bypassCSP: true });
    await prepare?.(context);
    const learned = await attackFrom(context, target);
    await context.close();
    return learned;
  }
}

/** What the person at the browser did before. */
type Prepare = (context: BrowserContext) => Promise<unknown>;

/** All that a page got to read. */
export const reads = (learned: readonly Learned[]): string[] => [
  ...new Set(learned.flatMap((each) => /read .*/s.exec(each.learned) ?? [])),
];

// biome-ignore lint/complexity/noBannedTypes: no fixtures of a test, one of the worker
export const test = base.extend<{}, { hostile: HostileBrowser }>({
  hostile: [
    // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the names of the fixtures from the pattern
    async ({}, use) => {
      const hostile = await HostileBrowser.start();
      await use(hostile);
      await hostile.stop();
    },
    { scope: 'worker' },
  ],
});

export { expect };
