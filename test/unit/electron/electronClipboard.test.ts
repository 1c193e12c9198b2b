import { describe, expect, it } from 'vitest';
import { createElectronClipboard } from '../../../src/main/electron/electronClipboard.ts';
import { FakeClock } from '../../helpers/fakeClock.ts';

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
    clock: new FakeClock(),
  });
  return {
    clipboard,
    selection,
    formats: () => formats,
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

/** What every clipboard does is in test/contracts; this is what the systems do in their own ways. */
describe('the clipboard of the desktop', () => {
  it.each(hidden)('on %s marks what it copies as %j', async (platform, names) => {
    const { clipboard, formats } = setUp(platform);
    await clipboard.copy('value', 1000);
    expect(formats()).toEqual([
      'text/plain',
      ...names.map((name) => `electron application/osclipboard;format="${name}"`),
    ]);
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
