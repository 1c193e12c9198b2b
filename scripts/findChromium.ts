import { accessSync, constants, statSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { chromium } from '@playwright/test';

const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'chrome'];

const usualPlaces: Partial<Record<NodeJS.Platform, readonly string[]>> = {
  linux: ['/usr/bin/chromium', '/opt/google/chrome/chrome'],
  darwin: [
    '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
    '/Applications/Chromium.app/Contents/MacOS/Chromium',
  ],
  win32: ['ProgramFiles', 'ProgramFiles(x86)', 'LocalAppData'].flatMap((folder) => {
    const place = process.env[folder];
    return place === undefined ? [] : [join(place, 'Google', 'Chrome', 'Application', 'chrome.exe')];
  }),
};

const isProgram = (path: string): boolean => {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
};

/** A Chromium or Chrome on this machine: `$NFYIO_CHROMIUM`, an installed one, or Playwright's own download. */
export const findChromium = (): string | null => {
  const chosen = process.env.NFYIO_CHROMIUM;
  if (chosen !== undefined && chosen !== '') return isProgram(chosen) ? chosen : null;
  const onPath = (process.env.PATH ?? '')
    .split(delimiter)
    .flatMap((folder) => names.map((name) => join(folder, name)));
  const candidates = [...(usualPlaces[process.platform] ?? []), ...onPath, chromium.executablePath()];
  return candidates.find(isProgram) ?? null;
};
