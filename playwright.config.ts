import { defineConfig } from '@playwright/test';
import { chromiumLaunch } from './test/helpers/chromium.ts';

const outputDir = 'test-results/playwright';

export default defineConfig({
  outputDir,
  // The machine that runs this may be small, and every journey starts a host of its own.
  workers: 2,
  fullyParallel: false,
  forbidOnly: true,
  retries: 0,
  timeout: 60_000,
  expect: { timeout: 10_000 },
  reporter: [['list'], ['json', { outputFile: 'test-results/reports/playwright.json' }]],
  use: {
    browserName: 'chromium',
    launchOptions: chromiumLaunch,
    viewport: { width: 1280, height: 800 },
    trace: 'off',
    screenshot: 'only-on-failure',
  },
  projects: [
    // One page a test and no host: the long list of views need not wait for itself.
    { name: 'renderer', testDir: 'test/renderer', fullyParallel: true },
    { name: 'e2e', testDir: 'test/e2e', timeout: 120_000 },
    { name: 'electron', testDir: 'test/electron' },
  ],
});
