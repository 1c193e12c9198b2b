import type { LaunchOptions } from '@playwright/test';
import { findChromium } from '../../scripts/findChromium.ts';

const executablePath = findChromium();

/** How every suite starts Chromium: the one this machine has, quiet, and able to run as root in a container. */
export const chromiumLaunch: LaunchOptions = {
  ...(executablePath === null ? {} : { executablePath }),
  args: [
    '--no-sandbox',
    '--disable-gpu',
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
    '--no-first-run',
  ],
};
