/** `npm run screenshots`: lets the end-to-end suite take its pictures of the window, and puts them into the documents. */
import { spawnSync } from 'node:child_process';
import { cpSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { ensureBuilt } from './build.ts';

const root = resolve(import.meta.dirname, '..');
const taken = join(root, 'test-results', 'gallery');
const kept = join(root, 'docs', 'screenshots');
const playwright = join(root, 'node_modules/@playwright/test/cli.js');

ensureBuilt();
rmSync(taken, { recursive: true, force: true });
const { status } = spawnSync(process.execPath, [playwright, 'test', '--project=e2e', 'gallery'], {
  cwd: root,
  stdio: 'inherit',
});
if (status !== 0) process.exit(1);
rmSync(kept, { recursive: true, force: true });
cpSync(taken, kept, { recursive: true });
