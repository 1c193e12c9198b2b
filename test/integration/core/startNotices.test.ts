import { chmodSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { RunningApp } from '../../helpers/runningApp.ts';
import { temporaryFolder } from '../../helpers/temporaryFolder.ts';

it.skipIf(process.platform === 'win32')('what the start put right is told for a day', async () => {
  const home = join(temporaryFolder(), 'home');
  mkdirSync(home);
  chmodSync(home, 0o755);
  const running = await RunningApp.start(home);
  const notices = async () => (await running.call('app.status', {})).notices;
  expect(await notices()).toEqual([expect.stringContaining('permissions were narrowed')]);
  running.clock.advance(23 * 3_600_000);
  expect(await notices()).toHaveLength(1);
  running.clock.advance(3_600_000);
  expect(await notices()).toEqual([]);
  await running.stop();
});
