/** Makes sure that there is a Chromium for the suites that need one. Does nothing where one is installed. */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { findChromium } from './findChromium.ts';

const root = resolve(import.meta.dirname, '..');

const succeeds = (command: string, args: readonly string[], env: NodeJS.ProcessEnv = {}): boolean =>
  spawnSync(command, args, {
    cwd: root,
    stdio: ['ignore', 'ignore', 'inherit'],
    timeout: 10 * 60_000,
    env: { ...process.env, ...env },
  }).status === 0;

const ways: readonly (() => boolean)[] = [
  () =>
    succeeds(process.execPath, [join(root, 'node_modules/@playwright/test/cli.js'), 'install', 'chromium']),
  () =>
    existsSync('/etc/debian_version') &&
    process.getuid?.() === 0 &&
    succeeds('apt-get', ['update', '-qq']) &&
    succeeds('apt-get', ['install', '-y', '-qq', '--no-install-recommends', 'chromium'], {
      DEBIAN_FRONTEND: 'noninteractive',
    }),
];

const found = findChromium() !== null || ways.some((way) => way() && findChromium() !== null);
if (!found) {
  console.error('No Chromium found: install Chromium or Chrome, or set NFYIO_CHROMIUM to the path of one.');
  process.exit(1);
}
