import { chmodSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createElectronNotifier } from '../../src/main/electron/electronNotifier.ts';
import { createCommandNotifier } from '../../src/main/node/commandNotifier.ts';
import { createConsoleNotifier } from '../../src/main/node/consoleNotifier.ts';
import type { Notifier } from '../../src/main/ports.ts';
import type { Notice } from '../../src/shared/contract/due.ts';
import { machine, Notification } from '../electron/standIn/system.ts';
import { eventually } from '../helpers/eventually.ts';
import { MemoryLogger } from '../helpers/memoryLogger.ts';
import { RecordingNotifier } from '../helpers/recordingNotifier.ts';
import { temporaryFolder } from '../helpers/temporaryFolder.ts';

vi.mock('electron', () => import('../electron/standIn/system.ts'));

interface Subject {
  readonly notifier: Notifier;
  /** What a person has seen, as `title: body`. */
  readonly seen: () => readonly string[];
}

const notice = (change: Partial<Notice> = {}): Notice => ({
  title: 'An access key is about to expire',
  body: 'It expires in 7 days.',
  credentialIds: ['c1'],
  actions: ['rotate', 'snooze', 'open'],
  ...change,
});
const noAnswer = (): void => undefined;

const recording = (): Subject => {
  const notifier = new RecordingNotifier();
  return { notifier, seen: () => notifier.notices.map(({ title, body }) => `${title}: ${body}`) };
};
const console = (): Subject => {
  const written: string[] = [];
  return {
    notifier: createConsoleNotifier((text) => written.push(text)),
    seen: () => written.join('').split('\n').slice(0, -1),
  };
};
const electron = (): Subject => ({
  notifier: createElectronNotifier(),
  seen: () => machine.notifications.map(({ title, body }) => `${title}: ${body}`),
});

/** A command of a person: a real program that appends what it is given to a file. */
const commandIn = (folder: string, script: string): string => {
  const path = join(folder, 'on notice; echo.sh');
  writeFileSync(path, `#!/bin/sh\n${script}\n`);
  chmodSync(path, 0o700);
  return path;
};
const command = (): Subject => {
  const folder = temporaryFolder();
  const out = join(folder, 'out');
  return {
    notifier: createCommandNotifier({
      command: commandIn(folder, `cat >> '${out}'`),
      logger: new MemoryLogger(),
    }),
    seen: () =>
      existsSync(out)
        ? readFileSync(out, 'utf8')
            .split('\n')
            .slice(0, -1)
            .map((line) => JSON.parse(line))
            .map(({ title, body }) => `${title}: ${body}`)
            // Two commands run at the same time.
            .sort()
        : [],
  };
};

beforeEach(() => {
  machine.notifications.length = 0;
});

describe.each([
  ['the recording one', recording],
  ['the console', console],
  ['the desktop', electron],
  ['the command of a person', command],
])('Notifier: %s', (_, make) => {
  it('shows title and body as they are, each notice once and in order', async () => {
    const { notifier, seen } = make();
    notifier.notify(notice({ body: '“cï 龍” $(id) `id` "\' expires.' }), noAnswer);
    notifier.notify(notice({ title: 'second', body: '' }), noAnswer);
    await eventually(() =>
      expect(seen()).toEqual([
        'An access key is about to expire: “cï 龍” $(id) `id` "\' expires.',
        'second: ',
      ]),
    );
  });
});

describe('the desktop', () => {
  const asked = (change: Partial<Notice> = {}) => {
    const answers: string[] = [];
    createElectronNotifier().notify(notice(change), (action) => answers.push(action));
    return answers;
  };

  it('offers what can be done, in words', () => {
    asked();
    expect(machine.notifications[0]?.actions).toEqual([
      { type: 'button', text: 'Replace…' },
      { type: 'button', text: 'Remind me tomorrow' },
      { type: 'button', text: 'Open' },
    ]);
  });

  it.each([
    [0, 'snooze'],
    [1, 'open'],
  ])('hears button %i', (index, action) => {
    const answers = asked({ actions: ['snooze', 'open'] });
    Notification.shown.at(-1)?.press(index);
    expect(answers).toEqual([action]);
  });

  it('takes a click for `open`, where the system shows no buttons', () => {
    const answers = asked();
    Notification.shown.at(-1)?.click();
    expect(answers).toEqual(['open']);
  });

  it('hears nothing of a notification that was closed', () => {
    const answers = asked();
    Notification.shown.at(-1)?.dismiss();
    expect(answers).toEqual([]);
  });

  it('shows nothing, and does not fail, where the system has no notifications', () => {
    const supported = vi.spyOn(Notification, 'isSupported').mockReturnValue(false);
    asked();
    supported.mockRestore();
    expect(machine.notifications).toEqual([]);
  });
});

describe('the command of a person', () => {
  const logger = new MemoryLogger();
  afterEach(() => {
    logger.lines.length = 0;
    delete process.env.NFYIO_VAULT_PASSPHRASE_FILE;
    delete process.env.AWS_SECRET_ACCESS_KEY;
  });

  it('is given one line of JSON and no arguments, and nothing of our environment that it does not need', async () => {
    process.env.NFYIO_VAULT_PASSPHRASE_FILE = '/home/ada/passphrase';
    process.env.AWS_SECRET_ACCESS_KEY = 'not for a hook';
    const folder = temporaryFolder();
    const out = join(folder, 'out');
    const script = `{ echo "$#"; env; cat; } > '${out}.part'; mv '${out}.part' '${out}'`;
    createCommandNotifier({ command: commandIn(folder, script), logger }).notify(notice(), noAnswer);
    await eventually(() => expect(existsSync(out)).toBe(true));
    const lines = readFileSync(out, 'utf8').trimEnd().split('\n');
    expect(lines[0]).toBe('0');
    expect(lines.filter((line) => /^(?:NFYIO|AWS|VITEST|npm)/.test(line))).toEqual([]);
    expect(JSON.parse(lines.at(-1) ?? '')).toEqual({
      title: 'An access key is about to expire',
      body: 'It expires in 7 days.',
      credentialIds: ['c1'],
    });
  });

  it.each([
    ['is not there', () => '/nowhere/at all', 'ENOENT'],
    ['fails', () => commandIn(temporaryFolder(), 'exit 3'), 'exit code 3'],
    [
      'does not read what it is given',
      () => commandIn(temporaryFolder(), 'exec 0<&-; exit 4'),
      'exit code 4',
    ],
    ['does not end', () => commandIn(temporaryFolder(), 'exec tail -f /dev/null'), 'SIGKILL'],
  ])('that %s is complained about and harms nothing', async (_, make, because) => {
    createCommandNotifier({ command: make(), logger, longestRunMs: 300 }).notify(notice(), noAnswer);
    await eventually(() =>
      expect(logger.lines).toEqual([
        { level: 'warn', message: 'the command for notices failed', fields: { because } },
      ]),
    );
  });
});
