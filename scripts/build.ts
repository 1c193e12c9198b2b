import { spawnSync } from 'node:child_process';
import { readdirSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';

const root = resolve(import.meta.dirname, '..');

const built = ['main/index.js', 'main/cli.js', 'preload/index.cjs', 'renderer/index.html'].map((file) =>
  join(root, 'out', file),
);
const sources = ['src', 'electron.vite.config.ts', 'package.json'].map((path) => join(root, path));

const modifiedMs = (path: string): number => statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0;

/** Folders count too: they change when a file is deleted. */
const newestMs = (path: string): number => {
  if (statSync(path).isFile()) return modifiedMs(path);
  const entries = readdirSync(path, { recursive: true, withFileTypes: true });
  return Math.max(...entries.map((entry) => modifiedMs(join(entry.parentPath, entry.name))));
};

const isFresh = (): boolean => Math.min(...built.map(modifiedMs)) >= Math.max(...sources.map(newestMs));

/** Builds when the build is missing or older than the sources. Says so on stderr; stdout belongs to the caller. */
export const ensureBuilt = (): void => {
  if (isFresh()) return;
  process.stderr.write('Building nfyio Vault…\n');
  const { status } = spawnSync(
    process.execPath,
    [join(root, 'node_modules/electron-vite/bin/electron-vite.js'), 'build', '--logLevel', 'warn'],
    { cwd: root, stdio: ['ignore', 2, 2] },
  );
  if (status === 0) return;
  process.stderr.write('The build failed; see above.\n');
  process.exit(1);
};
