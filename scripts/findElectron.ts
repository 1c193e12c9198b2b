import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

export const electronPackage = resolve(import.meta.dirname, '../node_modules/electron');

/** Electron's binary, when it was fetched. Asking the package itself (`import 'electron'`) would start a download. */
export const findElectron = (): string | null => {
  const folder = process.env.ELECTRON_OVERRIDE_DIST_PATH || join(electronPackage, 'dist');
  try {
    const binary = join(folder, readFileSync(join(electronPackage, 'path.txt'), 'utf8'));
    return existsSync(binary) ? binary : null;
  } catch {
    return null;
  }
};

/** Why neither Electron nor Chromium could show a window on this machine; null when they could. */
export const whyNoWindow = (): string | null => {
  const { DISPLAY, WAYLAND_DISPLAY } = process.env;
  if (process.platform === 'linux' && !DISPLAY && !WAYLAND_DISPLAY) return 'there is no display';
  if (process.getuid?.() === 0) return 'Chromium keeps its sandbox, which does not start for root';
  return null;
};
