/**
 * `npm start`: the desktop app; `npm run dev`: the same with reload. Where Electron cannot show its window, the built
 * window in a browser.
 */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { ensureBuilt } from './build.ts';
import { electronPackage, findElectron, whyNoWindow } from './findElectron.ts';
import { openLink } from './openLink.ts';

const root = resolve(import.meta.dirname, '..');
const MOST_FETCH_MS = 10 * 60_000;
const oneTimeLink = /http:\/\/127\.0\.0\.1:\d+\/open\/\S+/;

const fetchElectron = (): string | null => {
  console.log("Getting Electron's binary…");
  spawnSync(process.execPath, [join(electronPackage, 'install.js')], {
    stdio: 'ignore',
    timeout: MOST_FETCH_MS,
  });
  return findElectron();
};

/** Ends with the program, and hands on what ends this script. */
const follow = (child: ChildProcess): void => {
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => child.kill(signal));
  child.on('exit', (code) => process.exit(code ?? 1));
};

/** The desktop host reads its ports from the environment; here they become options. */
const port = (variable: string, option: string): string[] => {
  const value = process.env[variable];
  return value === undefined ? [] : [option, value];
};

const startBrowserHost = (isWindowPossible: boolean): void => {
  const host = spawn(
    process.execPath,
    [
      join(root, 'out/main/cli.js'),
      'serve',
      '--ui',
      ...port('NFYIO_VAULT_API_PORT', '--api-port'),
      ...port('NFYIO_VAULT_S3_PORT', '--s3-port'),
    ],
    { stdio: ['inherit', 'pipe', 'inherit'] },
  );
  follow(host);
  createInterface({ input: host.stdout }).on('line', async (line) => {
    console.log(line);
    const [link] = oneTimeLink.exec(line) ?? [];
    if (link === undefined || !isWindowPossible) return;
    const wasOpened = await openLink(link);
    console.log(wasOpened ? 'The window was closed; the proxy goes on.' : 'Open the link in a browser.');
  });
};

ensureBuilt();
const obstacle = whyNoWindow();
const electron = obstacle === null ? (findElectron() ?? fetchElectron()) : null;
if (electron !== null) {
  const [program, args] = process.argv.includes('--reload')
    ? [process.execPath, [join(root, 'node_modules/electron-vite/bin/electron-vite.js'), 'dev']]
    : [electron, [root]];
  follow(spawn(program, args, { cwd: root, stdio: 'inherit' }));
} else if (obstacle === null) {
  console.log("Electron's binary could not be fetched: the same window opens in Chromium.");
  startBrowserHost(true);
} else {
  console.log(`No window can be opened here (${obstacle}): open the link below in a browser.`);
  startBrowserHost(false);
}
