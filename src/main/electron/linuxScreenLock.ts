import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

const desktops = ['freedesktop', 'gnome', 'cinnamon', 'mate'];

/**
 * Electron says nothing of a locked screen on Linux. The desktops say it on the session bus, and `dbus-monitor`, which
 * comes with the bus, passes it on; where that is missing or ends, nothing is heard and nothing fails.
 * @returns the function that stops listening
 */
export const onLinuxScreenLock = (lock: () => void): (() => void) => {
  const rules = desktops.map(
    (desktop) => `type='signal',interface='org.${desktop}.ScreenSaver',member='ActiveChanged'`,
  );
  const monitor = spawn('dbus-monitor', ['--session', ...rules], { stdio: ['ignore', 'pipe', 'ignore'] });
  monitor.on('error', () => undefined);
  createInterface({ input: monitor.stdout }).on('line', (line) => {
    if (line.trim() === 'boolean true') lock();
  });
  return () => void monitor.kill();
};
