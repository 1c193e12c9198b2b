/** `npm run icons`: draws the PNGs below resources/ from the SVGs beside them. Run it when an SVG has changed. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { chromium } from '@playwright/test';
import { findChromium } from './findChromium.ts';

const resources = resolve(import.meta.dirname, '../resources');

interface Drawing {
  readonly source: string;
  readonly file: string;
  readonly pixels: number;
}

const drawings: readonly Drawing[] = [
  ...[16, 24, 32, 48, 64, 128, 256, 512].map((pixels) => ({
    source: 'icon.svg',
    file: `icons/${pixels}x${pixels}.png`,
    pixels,
  })),
  { source: 'tray.svg', file: 'tray/trayTemplate.png', pixels: 16 },
  { source: 'tray.svg', file: 'tray/trayTemplate@2x.png', pixels: 32 },
];

const executablePath = findChromium();
if (executablePath === null) throw new Error('No Chromium found: see scripts/ensureChromium.ts.');
const browser = await chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-gpu'] });
try {
  const page = await browser.newPage();
  for (const { source, file, pixels } of drawings) {
    const svg = readFileSync(join(resources, source), 'utf8');
    const size = { width: pixels, height: pixels };
    await page.setViewportSize(size);
    await page.setContent(`<style>body{margin:0}svg{display:block;width:${pixels}px}</style>${svg}`);
    const path = join(resources, file);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, await page.screenshot({ omitBackground: true, clip: { x: 0, y: 0, ...size } }));
  }
} finally {
  await browser.close();
}
