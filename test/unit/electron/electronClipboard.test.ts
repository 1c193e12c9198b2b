import { describe, expect, it } from 'vitest';
import { createElectronClipboard } from '../../../src/main/electron/electronClipboard.ts';

/** Visibly fake: one string per place, and the formats that came with it. */
const fakePlace = () => {
  let text = '';
  return {
    put: (value: string) => {
      text = value;
    },
    readText: async () => text,
    clear: () => {
      text = '';
    },
  };
};

const setUp = (platform: NodeJS.Platform) => {
  const place = fakePlace();
  const selection = fakePlace();
  let formats: string[] = [];
  let due: (() => void) | null = null;
  const clipboard = createElectronClipboard({
    clipboard: {
      ...place,
      ...(platform === 'linux' ? { selection } : {}),
      write: async ([item]) => {
        formats = item?.types ?? [];
        place.put((await (await item?.getType('text/plain'))?.text()) ?? '');
      },
    },
    createItem: (parts) => ({
      types: Object.keys(parts),
      getType: async (type: string) => new Blob([String(parts[type])]) as never,
    }),
    platform,
    clock: {
      now: () => 0,
      after: (_delayMs, task) => {
        due = task;
        return () => {
          if (due === task) due = null;
        };
      },
    },
  });
  return {
    clipboard,
    place,
    selection,
    formats: () => formats,
    timePasses: async () => {
      due?.();
      await new Promise(setImmediate);
    },
    isTimed: () => due !== null,
  };
};

const hidden: readonly (readonly [NodeJS.Platform, readonly string[]])[] = [
  ['linux', ['x-kde-passwordManagerHint']],
  ['darwin', ['org.nspasteboard.ConcealedType']],
  [
    'win32',
    [
      'ExcludeClipboardContentFromMonitorProcessing',
      'CanIncludeInClipboardHistory',
      'CanUploadToCloudClipboard',
    ],
  ],
];

describe('the clipboard of the desktop', () => {
  it.each(hidden)('on %s marks what it copies as %j', async (platform, names) => {
    const { clipboard, formats } = setUp(platform);
    await clipboard.copy('value', 1000);
    expect(formats()).toEqual([
      'text/plain',
      ...names.map((name) => `electron application/osclipboard;format="${name}"`),
    ]);
  });

  it('clears itself when the time is over', async () => {
    const { clipboard, place, timePasses } = setUp('linux');
    await clipboard.copy('value', 1000);
    expect(await place.readText()).toBe('value');
    await timePasses();
    expect(await place.readText()).toBe('');
  });

  it('leaves alone what somebody else copied since', async () => {
    const { clipboard, place, timePasses } = setUp('linux');
    await clipboard.copy('value', 1000);
    place.put('a shopping list');
    await timePasses();
    expect(await place.readText()).toBe('a shopping list');
  });

  it('clears at once when asked, and not a second time', async () => {
    const { clipboard, place, isTimed } = setUp('linux');
    await clipboard.copy('value', 1000);
    await clipboard.clear();
    expect(await place.readText()).toBe('');
    expect(isTimed()).toBe(false);
    place.put('value');
    await clipboard.clear();
    expect(await place.readText()).toBe('value');
  });

  it('counts anew when something is copied again', async () => {
    const { clipboard, place, timePasses } = setUp('linux');
    await clipboard.copy('first', 1000);
    await clipboard.copy('second', 1000);
    await timePasses();
    expect(await place.readText()).toBe('');
  });

  it('clears the selection of X11 too, and only if it is the same text', async () => {
    const same = setUp('linux');
    await same.clipboard.copy('value', 1000);
    same.selection.put('value');
    await same.clipboard.clear();
    expect(await same.selection.readText()).toBe('');

    const other = setUp('linux');
    await other.clipboard.copy('value', 1000);
    other.selection.put('marked words');
    await other.clipboard.clear();
    expect(await other.selection.readText()).toBe('marked words');
  });
});
