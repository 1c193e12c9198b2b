import { type Browser, _electron as electron, type Page } from '@playwright/test';
import { findElectron, whyNoWindow } from '../../scripts/findElectron.ts';
import { startDesktop } from '../electron/desktop.ts';
import type { TestHome } from '../helpers/servedVault.ts';
import { projectRoot } from '../helpers/sourceFiles.ts';

/** The window of a running host, as a person has it before them. */
export interface HostWindow {
  readonly page: Page;
  /** What a person would paste now. */
  clipboardText(): Promise<string>;
  /** Ends the host. */
  close(): Promise<void>;
}

export interface Host {
  readonly name: string;
  /** Why it cannot run here; null when it can. */
  readonly absent: string | null;
  /** Starts it on a home of the test. No passphrase is given: the window asks for it. */
  open(home: TestHome, browser: Browser): Promise<HostWindow>;
}

const browserHost: Host = {
  name: 'the browser host',
  absent: null,
  open: async (home, browser) => {
    const { ui } = await home.serve(['--ui'], { NFYIO_VAULT_PASSPHRASE_FILE: '' });
    const context = await browser.newContext({ viewport: { width: 1280, height: 800 } });
    await context.grantPermissions(['clipboard-read', 'clipboard-write']);
    const page = await context.newPage();
    await page.goto(ui ?? '');
    return {
      page,
      clipboardText: () => page.evaluate(() => navigator.clipboard.readText()),
      close: async () => {
        await context.close();
        await home.stop();
      },
    };
  },
};

const standInHost: Host = {
  name: 'the desktop host on a stand-in for Electron',
  absent: null,
  open: async (home) => {
    const desktop = await startDesktop({ home: home.home, machineFolder: home.folder });
    return {
      page: desktop.page,
      clipboardText: async () => (await desktop.probe('machine')).clipboardText,
      close: async () => void (await desktop.stop()),
    };
  },
};

const electronBinary = findElectron();

const electronHost: Host = {
  name: 'the desktop host on Electron',
  absent: electronBinary === null ? "Electron's binary is not here: `npx install-electron`" : whyNoWindow(),
  open: async (home) => {
    const app = await electron.launch({
      ...(electronBinary === null ? {} : { executablePath: electronBinary }),
      args: [projectRoot],
      env: {
        ...(process.env as Record<string, string>),
        NFYIO_VAULT_HOME: home.home,
        NFYIO_VAULT_API_PORT: '0',
        NFYIO_VAULT_S3_PORT: '0',
      },
    });
    return {
      page: await app.firstWindow(),
      clipboardText: () => app.evaluate(({ clipboard }) => clipboard.readText()),
      close: () => app.close(),
    };
  },
};

export const hosts: readonly Host[] = [browserHost, standInHost, electronHost];

/** For titles of tests: says why there is nothing to see, so that no report hides it. */
export const titleOf = ({ name, absent }: Host): string =>
  absent === null ? name : `${name} (skipped: ${absent})`;
