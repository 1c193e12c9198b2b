import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@playwright/test';
import { callNames } from '../../src/shared/contract/channels.ts';
import { type Desktop, startDesktop, vaultOf } from './desktop.ts';
import { PAGE_ORIGIN } from './standIn/origin.ts';

let home: string;
let desktop: Desktop;

test.beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'nfyio-vault-hardening-'));
  desktop = await startDesktop({ home });
});

test.afterAll(async () => {
  await desktop.stop();
  await rm(home, { recursive: true, force: true });
});

/** Every name in Electron's own declaration of the handler, so that a new one cannot be forgotten. */
const permissionNames = async (): Promise<string[]> => {
  const declarations = await readFile(
    createRequire(import.meta.url).resolve('electron/electron.d.ts'),
    'utf8',
  );
  const [, union = ''] =
    /setPermissionRequestHandler\(handler: \(\(webContents: WebContents, permission: ([^,]+),/.exec(
      declarations,
    ) ?? [];
  return [...union.matchAll(/'([^']+)'/g)].map(([, name = '']) => name);
};

test('every permission that Electron knows is denied, on request and on check', async () => {
  const names = await permissionNames();
  expect(names.length).toBeGreaterThan(40);
  expect(names).toContain('loopback-network');
  for (const name of names)
    expect.soft(await desktop.probe('permission', name), name).toEqual({ request: false, check: false });
});

test('devices, screens and serial ports are refused, and no USB class is unprotected', async () => {
  expect(await desktop.probe('devices')).toEqual({
    device: false,
    displayMedia: null,
    usbClasses: ['audio', 'hid', 'mass-storage'],
    hid: { isPrevented: true, chosen: null },
    serial: { isPrevented: true, chosen: '' },
    usb: { isPrevented: true, chosen: null },
  });
});

test('the window is made with every protection on, and with no setting that weakens one', async () => {
  const { webPreferences } = await desktop.probe('window');
  expect(webPreferences).toEqual({
    sandbox: true,
    contextIsolation: true,
    nodeIntegration: false,
    nodeIntegrationInWorker: false,
    nodeIntegrationInSubFrames: false,
    webviewTag: false,
    webSecurity: true,
    allowRunningInsecureContent: false,
    experimentalFeatures: false,
    navigateOnDragDrop: false,
    devTools: false,
    spellcheck: false,
  });
});

test('the sandbox is on before anything runs, and a second start is told nothing', async () => {
  expect(await desktop.probe('appCalls')).toEqual(['enableSandbox', 'requestSingleInstanceLock/0']);
});

test('the scheme of the window is standard and secure and has no other privilege', async () => {
  const { privilegedSchemes } = await desktop.probe('machine');
  expect(privilegedSchemes).toHaveLength(1);
  const [{ scheme, privileges = {} } = { scheme: '' }] = privilegedSchemes;
  const granted = Object.entries(privileges).filter(([, isGranted]) => isGranted);
  expect(scheme).toBe('app');
  expect(granted.map(([name]) => name).sort()).toEqual(['secure', 'standard']);
});

const foreignUrls = [
  'https://example.com/',
  'http://127.0.0.1:7470/',
  'file:///etc/passwd',
  'data:text/html,<script>1</script>',
  'javascript:alert(1)',
  'blob:app://bundle/1',
  'about:blank',
  'app://bundle.example.com/index.html',
  'app://bundle:81/index.html',
  'app://user@bundle/index.html',
  'app://user:word@bundle/',
  'app://other/index.html',
  'app:bundle/index.html',
  'apps://bundle/index.html',
  'https://bundle/index.html',
  'nfyio://bundle/',
  'ws://bundle/',
  'filesystem:app://bundle/temporary/x',
  'view-source:app://bundle/index.html',
  'chrome://settings',
  'devtools://devtools/bundled/inspector.html',
  'smb://host/share',
  '\\\\host\\share',
  '//example.com/index.html',
  'not a url',
  '',
];

for (const url of foreignUrls) {
  test(`the window cannot be led to ${JSON.stringify(url)}`, async () => {
    expect(await desktop.probe('navigation', url)).toEqual({
      main: false,
      frame: false,
      redirect: false,
      windowOpen: 'deny',
    });
  });
}

test('the window may reload its own page', async () => {
  expect(await desktop.probe('navigation', 'app://bundle/index.html')).toMatchObject({ main: true });
});

test('a page that tries to leave stays where it is', async () => {
  await desktop.page.evaluate(() => {
    location.href = 'https://example.com/away';
  });
  await desktop.page.evaluate(() => void window.open('https://example.com/popup'));
  // Its own click is last, so the others have been decided when it is answered.
  await (await vaultOf(desktop.page)).evaluate((vault) => vault.call('app.info', {}));
  expect(desktop.page.url()).toBe(`${PAGE_ORIGIN}/index.html`);
  await expect
    .poll(
      () =>
        desktop.page
          .context()
          .pages()
          .filter((page) => page.url().includes('example')).length,
    )
    .toBe(0);
});

test('only links to the documentation and the dashboard reach the browser of the person', async () => {
  const links = [
    'https://docs.nfyio.com/keys',
    'https://app.nfyio.com/settings',
    'http://docs.nfyio.com/keys',
    'https://docs.nfyio.com.example.com/',
    'https://user@docs.nfyio.com/',
    'https://docs.nfyio.com:8443/',
    'file:///etc/passwd',
  ];
  const before = (await desktop.probe('machine')).openedOutside.length;
  for (const link of links) expect((await desktop.probe('navigation', link)).windowOpen).toBe('deny');
  expect((await desktop.probe('machine')).openedOutside.slice(before)).toEqual(links.slice(0, 2));
});

test('a webview is never attached', async () => {
  expect(await desktop.probe('attachWebview')).toBe(true);
});

test('no bad certificate is accepted and no client certificate is sent', async () => {
  expect(await desktop.probe('certificates')).toEqual({ prevented: [true, true], answers: [false, null] });
});

test('the menu offers neither reload nor developer tools', async () => {
  const { menuItems } = await desktop.probe('machine');
  const roles = menuItems.map(({ role }) => role).filter((role) => role !== 'appMenu');
  expect(roles).toEqual(['editMenu', 'windowMenu']);
});

test('the page comes with a policy that runs nothing but its own scripts and reaches nothing', async () => {
  const [answer] = await Promise.all([desktop.page.waitForResponse('**/index.html'), desktop.page.reload()]);
  const policy = (await answer.headerValue('content-security-policy')) ?? '';
  const directives = policy.split(';').map((directive) => directive.trim());
  expect(directives).toEqual(
    expect.arrayContaining([
      "default-src 'none'",
      "script-src 'self'",
      "style-src 'self'",
      "connect-src 'none'",
      "base-uri 'none'",
      "form-action 'none'",
      "frame-ancestors 'none'",
    ]),
  );
  expect(policy).not.toMatch(/unsafe|\*|https?:/);
  expect(await answer.headerValue('x-content-type-options')).toBe('nosniff');
});

test('an injected script does not run and reaches no network', async () => {
  const before = (await desktop.probe('foreignRequests')).length;
  await desktop.page.evaluate(() => {
    document.body.insertAdjacentHTML(
      'beforeend',
      '<img src="https://example.com/a.png" onerror="window.injected = 1"><iframe src="https://example.com/"></iframe>',
    );
    const script = document.createElement('script');
    script.textContent = 'window.injected = 2';
    document.body.append(script);
  });
  const isReached = await desktop.page.evaluate(() =>
    fetch('https://example.com/').then(
      () => true,
      () => false,
    ),
  );
  expect(isReached).toBe(false);
  expect(await desktop.page.evaluate(() => 'injected' in window)).toBe(false);
  expect((await desktop.probe('foreignRequests')).slice(before)).toEqual([]);
});

for (const path of [
  '/missing.html',
  '/../main/index.js',
  '/..%2fmain%2findex.js',
  '/%2e%2e/main/index.js',
  '/assets/../../main/index.js',
  '//etc/passwd',
  '/index.html/',
  '/index.html%00',
]) {
  test(`the protocol has no file at ${path}`, async () => {
    expect(await desktop.probe('appFile', path)).toMatchObject({ status: 404, hasPolicy: true });
  });
}

test('the calls of the contract are all that IPC carries, over one channel', async () => {
  expect(await desktop.probe('ipcChannels')).toEqual({ handled: ['vault:call'], listened: [] });
  expect(callNames.length).toBeGreaterThan(20);
});

const frame = { frameTreeNodeId: 1, origin: 'app://bundle' };
const foreignSenders = {
  'a frame that is gone': { frame: null },
  'a frame inside the page': { frame: { ...frame, frameTreeNodeId: 2 } },
  'another origin in the main frame': { frame: { ...frame, origin: 'https://example.com' } },
  'an opaque origin': { frame: { ...frame, origin: 'null' } },
  'an origin that begins like ours': { frame: { ...frame, origin: 'app://bundle.example' } },
  'another window': { contentsId: 99 },
};

for (const [name, sender] of Object.entries(foreignSenders)) {
  test(`IPC refuses ${name}`, async () => {
    expect(await desktop.probe('ipc', 'vault:call', sender, 'app.info', {})).toMatchObject({
      ok: false,
      error: { code: 'BROWSER_REFUSED' },
    });
  });
}

test('IPC answers the main frame of the window', async () => {
  expect(await desktop.probe('ipc', 'vault:call', {}, 'app.info', {})).toMatchObject({ ok: true });
});

test('IPC refuses a message that is too large, and a name that is no text', async () => {
  const large = { text: 'x'.repeat(1_100_000) };
  const refusal = { ok: false, error: { code: 'INVALID_INPUT' } };
  expect(await desktop.probe('ipc', 'vault:call', {}, 'app.info', large)).toMatchObject(refusal);
  expect(await desktop.probe('ipc', 'vault:call', {}, ['app.info'], {})).toMatchObject(refusal);
  expect(await desktop.probe('ipc', 'vault:call', {}, '__proto__', {})).toMatchObject(refusal);
});
