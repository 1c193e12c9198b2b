import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type BrowserContext, chromium, type JSHandle, type Page } from '@playwright/test';
import type { VaultBridge } from '../../src/shared/contract/contract.ts';
import { chromiumLaunch } from '../helpers/chromium.ts';
import { projectRoot } from '../helpers/sourceFiles.ts';
import type { Probes } from './standIn/probes.ts';
import type { SafeStorageMode } from './standIn/safeStorage.ts';

type Probe = <Name extends keyof Probes>(
  name: Name,
  ...values: Parameters<Probes[Name]>
) => Promise<Awaited<ReturnType<Probes[Name]>>>;

/** The built desktop host without the Electron binary: `out/main/index.js` in Node, its window in Chromium. */
export interface Desktop {
  readonly page: Page;
  readonly probe: Probe;
  /** All that the host wrote to its standard streams. */
  output(): string;
  /** The exit code, once it has ended by itself or by `stop`. */
  readonly ended: Promise<number | null>;
  /** Ends it the way the system does. */
  stop(): Promise<number | null>;
}

interface DesktopOptions {
  readonly home: string;
  /** Survives the host, like the machine does: the keyring is here. Made anew when not given. */
  readonly machineFolder?: string;
  readonly safeStorage?: SafeStorageMode;
}

interface Running {
  readonly child: ChildProcess;
  readonly ended: Promise<number | null>;
  output(): string;
}

const launchChromium = async (profile: string): Promise<{ context: BrowserContext; address: string }> => {
  const { args = [], ...launch } = chromiumLaunch;
  const context = await chromium.launchPersistentContext(profile, {
    ...launch,
    args: [...args, '--remote-debugging-port=0'],
    viewport: { width: 1280, height: 800 },
  });
  const [port, path] = (await readFile(join(profile, 'DevToolsActivePort'), 'utf8')).split('\n');
  return { context, address: `ws://127.0.0.1:${port}${path}` };
};

const runHost = (environment: NodeJS.ProcessEnv): Running => {
  const register = join(projectRoot, 'test/electron/standIn/register.ts');
  const child = spawn(process.execPath, ['--import', register, join(projectRoot, 'out/main/index.js')], {
    env: { ...process.env, ...environment },
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  let written = '';
  for (const stream of [child.stdout, child.stderr])
    stream?.on('data', (chunk: Buffer) => {
      written += chunk.toString();
    });
  const ended = new Promise<number | null>((resolve) => child.once('exit', resolve));
  return { child, ended, output: () => written };
};

const probeOf = (child: ChildProcess): Probe => {
  let lastId = 0;
  return (name, ...values) =>
    new Promise((resolve, reject) => {
      lastId += 1;
      const id = lastId;
      const take = (answer: { id: number; isKept: boolean; value: never }): void => {
        if (answer.id !== id) return;
        child.off('message', take);
        if (answer.isKept) resolve(answer.value);
        else reject(new Error(String(answer.value)));
      };
      child.on('message', take);
      child.send({ id, name, values });
    });
};

/** A host that is expected to give up before it has a window. */
export const startDesktopInVain = async (
  options: DesktopOptions,
): Promise<{ code: number | null; output: string }> => {
  const desktop = await launch(options);
  const code = await desktop.running.ended;
  await desktop.release();
  return { code, output: desktop.running.output() };
};

const launch = async ({ home, machineFolder, safeStorage = 'ok' }: DesktopOptions) => {
  const scratch = await mkdtemp(join(tmpdir(), 'nfyio-vault-desktop-'));
  const { context, address } = await launchChromium(join(scratch, 'chromium'));
  const running = runHost({
    STAND_IN_CHROMIUM: address,
    STAND_IN_FOLDER: machineFolder ?? scratch,
    STAND_IN_SAFE_STORAGE: safeStorage,
    NFYIO_VAULT_HOME: home,
    NFYIO_VAULT_API_PORT: '0',
    NFYIO_VAULT_S3_PORT: '0',
  });
  const release = async (): Promise<void> => {
    await context.close();
    await rm(scratch, { recursive: true, force: true });
  };
  return { context, running, release };
};

export const startDesktop = async (options: DesktopOptions): Promise<Desktop> => {
  const { context, running, release } = await launch(options);
  const stop = async (): Promise<number | null> => {
    running.child.kill('SIGTERM');
    const code = await running.ended;
    await release();
    return code;
  };
  const failed = running.ended.then((code) => {
    throw new Error(`The desktop host ended with ${code}:\n${running.output()}`);
  });
  // It ends in every test; that is a failure only while the window is awaited.
  failed.catch(() => undefined);
  try {
    const page = await Promise.race([context.waitForEvent('page'), failed]);
    await Promise.race([page.waitForURL('**/index.html'), failed]);
    return { page, probe: probeOf(running.child), output: running.output, ended: running.ended, stop };
  } catch (error) {
    await stop();
    throw error;
  }
};

/** `window.vault` as the page has it. */
export const vaultOf = (page: Page): Promise<JSHandle<VaultBridge>> =>
  page.evaluateHandle(() => (window as unknown as { vault: VaultBridge }).vault);
