import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@playwright/test';
import { type Desktop, startDesktop, vaultOf } from './desktop.ts';

let home: string;
let desktop: Desktop;

test.beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'nfyio-vault-bridge-'));
  desktop = await startDesktop({ home });
});

test.afterAll(async () => {
  await desktop.stop();
  await rm(home, { recursive: true, force: true });
});

test('the page has window.vault with two functions, and nothing of Node or Electron', async () => {
  const vault = await vaultOf(desktop.page);
  const surface = await vault.evaluate((bridge) => ({
    vault: Object.entries(bridge).map(([name, value]) => [name, typeof value]),
    leaked: [
      'require',
      'process',
      'module',
      'Buffer',
      'electron',
      'ipcRenderer',
      'standInSend',
      'standInReceive',
    ].filter((name) => name in window),
  }));
  expect(surface).toEqual({
    vault: [
      ['call', 'function'],
      ['on', 'function'],
    ],
    leaked: [],
  });
});

test('the page cannot replace or change what it was given', async () => {
  const vault = await vaultOf(desktop.page);
  const isUnchanged = await vault.evaluate((before) => {
    const call = before.call;
    for (const attempt of [
      () => Object.assign(window, { vault: {} }),
      () => Object.assign(before, { call: () => undefined }),
      () => Object.assign(before, { extra: 1 }),
    ]) {
      try {
        attempt();
      } catch {
        // Refused, as it should be.
      }
    }
    return (
      Object.isFrozen(before) &&
      (window as { vault?: unknown }).vault === before &&
      before.call === call &&
      !('extra' in before)
    );
  });
  expect(isUnchanged).toBe(true);
});

test('a call is answered, and a failure arrives as a plain WireError', async () => {
  const vault = await vaultOf(desktop.page);
  const info = await vault.evaluate((bridge) => bridge.call('app.info', {}));
  expect(info).toMatchObject({ host: 'desktop', clipboard: 'main' });
  const failure = await vault.evaluate((bridge) =>
    bridge.call('credential.list', {}).catch((error: unknown) => ({
      isPlain: Object.getPrototypeOf(error) === Object.prototype,
      fields: Object.keys(error as object).sort(),
      code: (error as { code: string }).code,
    })),
  );
  expect(failure).toEqual({ isPlain: true, fields: ['code', 'hint', 'message'], code: 'VAULT_ABSENT' });
});

/** Each is written in the page: most of these values cannot travel from a test to it. */
const hostileInputs: Record<string, string> = {
  'a prototype key': `JSON.parse('{"__proto__": {"polluted": true}}')`,
  'a deep prototype key': `JSON.parse('{"a": [{"__proto__": {"polluted": true}}]}')`,
  'a constructor key': `({ constructor: { prototype: { polluted: true } } })`,
  'a function': '({ name: () => 1 })',
  'a promise': '({ name: Promise.resolve(1) })',
  'a date': '({ name: new Date() })',
  'a map': '({ name: new Map([[1, 2]]) })',
  bytes: '({ name: new Uint8Array(4) })',
  'a blob': `({ name: new Blob(['x']) })`,
  'a video frame':
    '({ name: new VideoFrame(new Uint8Array(16), { format: "RGBA", codedWidth: 2, codedHeight: 2, timestamp: 0 }) })',
  'an element': '({ name: document.body })',
  'the window': '({ name: window })',
  'an error': `({ name: new Error('x') })`,
  'a bigint': '({ name: 1n })',
  'no number': '({ name: NaN })',
  'a symbol': '({ name: Symbol() })',
  'a ring': '(() => { const ring = {}; ring.ring = ring; return ring; })()',
  'a deep nest': '(() => { let nest = {}; for (let i = 0; i < 50; i += 1) nest = { nest }; return nest; })()',
  'too many parts': '({ name: new Array(300000).fill(1) })',
};

for (const [name, expression] of Object.entries(hostileInputs)) {
  test(`the bridge refuses ${name}`, async () => {
    const outcome = await desktop.page.evaluate(`(async () => {
      try { return await window.vault.call('app.info', ${expression}); } catch (error) { return error.message; }
    })()`);
    // The bridge of Electron itself refuses some; a refusal by the contract would say that it came too far.
    expect(outcome).toMatch(/^The window sent something|could not be cloned|recursion depth/);
    expect(await desktop.page.evaluate(() => 'polluted' in {})).toBe(false);
  });
}

test('what is refused never reaches the main process: the answer names the window, not the contract', async () => {
  const failure = await desktop.page.evaluate(
    `window.vault.call('app.info', JSON.parse('{"__proto__": {}}')).catch((error) => error)`,
  );
  expect(failure).toMatchObject({
    code: 'INVALID_INPUT',
    message: expect.stringContaining('forbidden name'),
  });
});

for (const name of [
  '__proto__',
  'constructor',
  'toString',
  'vault:call',
  'app.info ',
  'credential.secret',
  '',
]) {
  test(`there is no call ${JSON.stringify(name)}`, async () => {
    const failure = await desktop.page.evaluate(
      `window.vault.call(${JSON.stringify(name)}, {}).catch((error) => error)`,
    );
    expect(failure).toMatchObject({ code: 'INVALID_INPUT' });
  });
}

test('a name that only turns into a known one is refused', async () => {
  const failure = await desktop.page.evaluate(
    `window.vault.call({ toString: () => 'app.info' }, {}).catch((error) => error)`,
  );
  expect(failure).toMatchObject({ code: 'INVALID_INPUT' });
});

test('an event is heard until listening ends, and an unknown event is refused', async () => {
  const vault = await vaultOf(desktop.page);
  const heard = await vault.evaluate(async (bridge) => {
    const states: string[] = [];
    const changed = (): Promise<void> =>
      new Promise((resolve) => {
        const stop = bridge.on('vault.changed', () => {
          stop();
          resolve();
        });
      });
    const stop = bridge.on('vault.changed', ({ state }) => states.push(state));
    const first = changed();
    await bridge.call('vault.create', {});
    await first;
    stop();
    const second = changed();
    await bridge.call('vault.lock', {});
    await second;
    return states;
  });
  expect(heard).toEqual(['unlocked']);
  const refusal = await desktop.page.evaluate(
    `(() => { try { window.vault.on('vault:event', () => 0); return 'taken'; } catch { return 'refused'; } })()`,
  );
  expect(refusal).toBe('refused');
});
