import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { onLinuxScreenLock } from '../../src/main/electron/linuxScreenLock.ts';

const missing = ['dbus-daemon', 'dbus-monitor', 'dbus-send'].filter(
  // One of them has no --version: that it starts is enough.
  (name) => spawnSync(name, ['--help']).error !== undefined,
);

describe.skipIf(missing.length > 0)(`a locked screen on Linux ${missing.join(' ')}`, () => {
  let bus: ChildProcess;

  beforeAll(async () => {
    const daemon = spawn('dbus-daemon', ['--session', '--nofork', '--print-address'], {
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    bus = daemon;
    const [address] = (await once(createInterface({ input: daemon.stdout }), 'line')) as [string];
    vi.stubEnv('DBUS_SESSION_BUS_ADDRESS', address);
  });
  afterAll(() => {
    vi.unstubAllEnvs();
    bus.kill();
  });

  /** As the desktop says it; visibly fake in that no screen is there. */
  const say = (name: string, value: boolean): void => {
    const path = `/org/${name}/ScreenSaver`;
    const member = `org.${name}.ScreenSaver.ActiveChanged`;
    spawnSync('dbus-send', ['--session', '--type=signal', path, member, `boolean:${value}`]);
  };

  /** The monitor takes its time to come up: until then a signal is lost, and is sent once more. */
  const sayUntilHeard = async (name: string, isHeard: () => boolean): Promise<void> => {
    for (let tries = 0; tries < 10; tries += 1) {
      say(name, true);
      if (await vi.waitUntil(isHeard, { timeout: 1_000, interval: 10 }).catch(() => false)) return;
    }
    throw new Error('not heard');
  };

  it.each(['freedesktop', 'gnome', 'cinnamon', 'mate'])(
    'is heard of from org.%s.ScreenSaver',
    async (name) => {
      const lock = vi.fn();
      const stop = onLinuxScreenLock(lock);
      await sayUntilHeard(name, () => lock.mock.calls.length > 0);
      stop();
    },
  );

  it('is not taken for one that was unlocked, nor for another signal', async () => {
    const lock = vi.fn();
    const stop = onLinuxScreenLock(lock);
    await sayUntilHeard('gnome', () => lock.mock.calls.length > 0);
    lock.mockClear();
    say('gnome', false);
    spawnSync('dbus-send', [
      '--session',
      '--type=signal',
      '/',
      'org.gnome.Other.ActiveChanged',
      'boolean:true',
    ]);
    say('gnome', true);
    // The bus keeps the order: when the last one is heard, those before it were.
    await vi.waitUntil(() => lock.mock.calls.length > 0, { timeout: 10_000 });
    stop();
    expect(lock).toHaveBeenCalledTimes(1);
  });
});

it('where there is no bus or no monitor, nothing is heard and nothing fails', async () => {
  vi.stubEnv('DBUS_SESSION_BUS_ADDRESS', 'unix:path=/nowhere');
  const stopWithoutBus = onLinuxScreenLock(() => expect.unreachable());
  vi.stubEnv('PATH', '/nowhere');
  const stopWithoutMonitor = onLinuxScreenLock(() => expect.unreachable());
  await new Promise((resolve) => setImmediate(resolve));
  stopWithoutBus();
  stopWithoutMonitor();
  vi.unstubAllEnvs();
});
