import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { projectRoot } from '../helpers/sourceFiles.ts';
import { expect, heading, test } from './window.ts';

test('`npm start` where no window can be opened says so in one line and gives a link that opens the vault', async ({
  home,
  page,
}) => {
  test.skip(process.platform !== 'linux', 'only Linux can be without a display');
  const script = spawn(process.execPath, [join(projectRoot, 'scripts/start.ts')], {
    env: {
      ...process.env,
      DISPLAY: '',
      WAYLAND_DISPLAY: '',
      NFYIO_VAULT_HOME: home.home,
      NFYIO_VAULT_API_PORT: '0',
      NFYIO_VAULT_S3_PORT: '0',
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = once(script, 'exit');
  try {
    const lines: string[] = [];
    for await (const line of createInterface({ input: script.stdout })) {
      lines.push(line);
      const [link] = /http:\S+\/open\/\S+/.exec(line) ?? [];
      if (link === undefined) continue;
      await page.goto(link);
      break;
    }
    expect(lines[0]).toBe(
      'No window can be opened here (there is no display): open the link below in a browser.',
    );
    await expect(heading(page, 'Welcome to nfyio Vault')).toBeVisible();
  } finally {
    script.kill('SIGTERM');
  }
  expect(await ended).toEqual([0, null]);
});
