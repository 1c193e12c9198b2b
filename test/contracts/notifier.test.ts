import { beforeEach, describe, expect, it, vi } from 'vitest';
import { electronNotifier } from '../../src/main/electron/electronNotifier.ts';
import { createConsoleNotifier } from '../../src/main/node/consoleNotifier.ts';
import type { Notifier } from '../../src/main/ports.ts';
import { machine, Notification } from '../electron/standIn/system.ts';
import { RecordingNotifier } from '../helpers/recordingNotifier.ts';

vi.mock('electron', () => import('../electron/standIn/system.ts'));

interface Subject {
  readonly notifier: Notifier;
  /** What a person has seen, as `title: body`. */
  readonly seen: () => readonly string[];
}

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
  notifier: electronNotifier,
  seen: () => machine.notifications.map(({ title, body }) => `${title}: ${body}`),
});

beforeEach(() => {
  machine.notifications.length = 0;
});

describe.each([
  ['the recording one', recording],
  ['the console', console],
  ['the desktop', electron],
])('Notifier: %s', (_, make) => {
  it('shows title and body as they are, each notice once and in order', () => {
    const { notifier, seen } = make();
    notifier.notify({ title: 'An access key is about to expire', body: '“cï 龍” expires in 7 days.' });
    notifier.notify({ title: 'second', body: '' });
    expect(seen()).toEqual(['An access key is about to expire: “cï 龍” expires in 7 days.', 'second: ']);
  });
});

it('the desktop shows nothing, and does not fail, where the system has no notifications', () => {
  const supported = vi.spyOn(Notification, 'isSupported').mockReturnValue(false);
  electronNotifier.notify({ title: 'unseen', body: '' });
  supported.mockRestore();
  expect(machine.notifications).toEqual([]);
});
