import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { test as base, expect, type Page } from '@playwright/test';
import axe from 'axe-core';
import { loadRendererFiles, securityHeaders } from '../../src/main/transports/rendererFiles.ts';
import { CANARY_TOKEN, installFakeBridge, PASSPHRASE, type Scenario } from './fakeBridge.ts';

export const themes = ['light', 'dark'] as const;

const usual: Scenario = {
  vault: 'unlocked',
  keychain: null,
  slots: null,
  clipboard: 'main',
  contents: 'full',
  failing: {},
};

/** Opens the built window with a fake vault behind it. */
export type Open = (scenario?: Partial<Scenario>) => Promise<void>;

interface Fixtures {
  readonly open: Open;
  /** What the page did that it must not: violations of the policy, errors on the console. */
  readonly complaints: string[];
}

interface WorkerFixtures {
  readonly origin: string;
}

const listen = (server: Server): Promise<number> =>
  new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => resolve((server.address() as AddressInfo).port));
  });

export const test = base.extend<Fixtures, WorkerFixtures>({
  origin: [
    // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the names of the fixtures from the pattern
    async ({}, use) => {
      const files = await loadRendererFiles(process.env.RENDERER_FOLDER ?? 'out/renderer');
      const headers = securityHeaders("'none'");
      const policy = `${headers['Content-Security-Policy']}; require-trusted-types-for 'script'`;
      const server = createServer((request, response) => {
        const file = files(request.url ?? '/');
        response.writeHead(file === undefined ? 404 : 200, {
          ...headers,
          'Content-Security-Policy': policy,
          'Content-Type': file?.type ?? 'text/plain',
        });
        response.end(file?.body);
      });
      await use(`http://127.0.0.1:${await listen(server)}/`);
      server.closeAllConnections();
      server.close();
    },
    { scope: 'worker' },
  ],
  complaints: [
    async ({ page }, use) => {
      const complaints: string[] = [];
      page.on('console', (message) => {
        const isNoise = message.text().includes('favicon');
        if (['error', 'warning'].includes(message.type()) && !isNoise) complaints.push(message.text());
      });
      page.on('pageerror', (error) => complaints.push(String(error)));
      await use(complaints);
      expect(complaints).toEqual([]);
    },
    { auto: true },
  ],
  open: async ({ page, origin }, use) => {
    await use(async (scenario = {}) => {
      await page.addInitScript(installFakeBridge, [{ ...usual, ...scenario }, CANARY_TOKEN, PASSPHRASE] as [
        Scenario,
        string,
        string,
      ]);
      await page.goto(origin);
    });
  },
});

/** With the motions done at once, so that what is judged and pictured is at rest. */
export const wear = (page: Page, theme: (typeof themes)[number]): Promise<void> =>
  page.emulateMedia({ colorScheme: theme, reducedMotion: 'reduce' });

/**
 * A frame has been drawn and no motion is under way: half-way through one, colours are not those of the theme. The end
 * of one may begin the next: what inherits a colour follows it a frame later.
 */
const settle = (page: Page): Promise<void> =>
  page.evaluate(async () => {
    const moving = () => document.getAnimations().filter(({ playState }) => playState === 'running');
    do {
      await new Promise((resolve) => requestAnimationFrame(resolve));
      await Promise.allSettled(moving().map(({ finished }) => finished));
      await new Promise((resolve) => requestAnimationFrame(resolve));
    } while (moving().length > 0);
  });

/**
 * Every rule of WCAG A and AA that a machine can judge, and the good practices. Only what is violated leaves the page:
 * the whole report, and the second page that axe's own builder opens for it, take ten times as long as the look.
 */
export const expectAccessible = async (page: Page): Promise<void> => {
  await page.evaluate(axe.source);
  await settle(page);
  const violations = await page.evaluate(async () => {
    const report = await (window as unknown as { axe: typeof axe }).axe.run({ resultTypes: ['violations'] });
    return report.violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join('\n')}`);
  });
  expect(violations).toEqual([]);
};

export { expect };
