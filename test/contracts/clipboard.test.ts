import { beforeEach, describe, expect, it } from 'vitest';
import { createElectronClipboard } from '../../src/main/electron/electronClipboard.ts';
import type { Clipboard } from '../../src/main/ports.ts';
import { ClipboardItem, machine, clipboard as standIn } from '../electron/standIn/system.ts';
import { FakeClock } from '../helpers/fakeClock.ts';

const CLEAR_AFTER_MS = 30_000;

const setUp = (platform: NodeJS.Platform): { clipboard: Clipboard; pass: (ms: number) => Promise<void> } => {
  const clock = new FakeClock();
  const createItem = (parts: ConstructorParameters<typeof ClipboardItem>[0]) =>
    new ClipboardItem(parts) as never;
  return {
    clipboard: createElectronClipboard({ clipboard: standIn, createItem, platform, clock }),
    pass: async (ms) => {
      clock.advance(ms);
      await new Promise(setImmediate);
    },
  };
};

beforeEach(() => standIn.clear());

/** The only hosts with a clipboard of their own are desktops; elsewhere the page writes it. */
describe.each(['linux', 'darwin', 'win32'] as const)('Clipboard: the desktop on %s', (platform) => {
  it('holds the text until its time is over, and no longer', async () => {
    const { clipboard, pass } = setUp(platform);
    await clipboard.copy('value', CLEAR_AFTER_MS);
    await pass(CLEAR_AFTER_MS - 1);
    expect(machine.clipboardText).toBe('value');
    await pass(1);
    expect(machine.clipboardText).toBe('');
  });

  it('says with it that histories and clouds should leave it alone', async () => {
    const { clipboard } = setUp(platform);
    await clipboard.copy('value', CLEAR_AFTER_MS);
    expect(machine.clipboardTypes.length).toBeGreaterThan(1);
  });

  it('leaves alone what somebody else copied since, whether its time comes or it is asked to clear', async () => {
    const { clipboard, pass } = setUp(platform);
    await clipboard.copy('value', CLEAR_AFTER_MS);
    machine.clipboardText = 'a shopping list';
    await pass(CLEAR_AFTER_MS);
    expect(machine.clipboardText).toBe('a shopping list');
    await clipboard.copy('value', CLEAR_AFTER_MS);
    machine.clipboardText = 'another list';
    await clipboard.clear();
    expect(machine.clipboardText).toBe('another list');
  });

  it('clears at once when asked, and has no claim to the same text afterwards', async () => {
    const { clipboard, pass } = setUp(platform);
    await clipboard.copy('value', CLEAR_AFTER_MS);
    await clipboard.clear();
    expect(machine.clipboardText).toBe('');
    machine.clipboardText = 'value';
    await clipboard.clear();
    await pass(CLEAR_AFTER_MS);
    expect(machine.clipboardText).toBe('value');
  });

  it('counts anew when something is copied again', async () => {
    const { clipboard, pass } = setUp(platform);
    await clipboard.copy('first', CLEAR_AFTER_MS);
    await pass(CLEAR_AFTER_MS - 1);
    await clipboard.copy('second', CLEAR_AFTER_MS);
    await pass(CLEAR_AFTER_MS - 1);
    expect(machine.clipboardText).toBe('second');
    await pass(1);
    expect(machine.clipboardText).toBe('');
  });

  it('has nothing to clear when nothing was copied', async () => {
    const { clipboard } = setUp(platform);
    machine.clipboardText = 'not ours';
    await clipboard.clear();
    expect(machine.clipboardText).toBe('not ours');
  });
});
