import { createHash, timingSafeEqual } from 'node:crypto';
import type { Clipboard as SystemClipboard, ClipboardItem as SystemClipboardItem } from 'electron';
import type { Clipboard, Clock } from '../ports.ts';

type Parts = ConstructorParameters<typeof SystemClipboardItem>[0];

interface ElectronClipboard {
  readonly clipboard: Pick<SystemClipboard, 'write' | 'readText' | 'clear'> & {
    readonly selection?: Pick<SystemClipboard, 'readText' | 'clear'>;
  };
  createItem(parts: Parts): SystemClipboardItem;
  readonly platform: NodeJS.Platform;
  readonly clock: Clock;
}

const osFormat = (name: string): string => `electron application/osclipboard;format="${name}"`;
const zero = (): Blob => new Blob([new Uint8Array(4)]);

/** What tells clipboard histories, managers and clouds to leave the text alone. */
const concealment = (platform: NodeJS.Platform): Parts => {
  if (platform === 'darwin') return { [osFormat('org.nspasteboard.ConcealedType')]: new Blob(['1']) };
  if (platform === 'win32')
    return {
      [osFormat('ExcludeClipboardContentFromMonitorProcessing')]: zero(),
      [osFormat('CanIncludeInClipboardHistory')]: zero(),
      [osFormat('CanUploadToCloudClipboard')]: zero(),
    };
  return { [osFormat('x-kde-passwordManagerHint')]: new Blob(['secret']) };
};

const digest = (text: string): Buffer => createHash('sha256').update(text).digest();

/** Remembers the digest of what it wrote, never the text, and clears nothing that somebody else copied since. */
export const createElectronClipboard = ({
  clipboard,
  createItem,
  platform,
  clock,
}: ElectronClipboard): Clipboard => {
  let ours: Buffer | null = null;
  let cancelTimer = (): void => undefined;

  const clearIfOurs = async (
    place: Pick<SystemClipboard, 'readText' | 'clear'>,
    written: Buffer,
  ): Promise<void> => {
    if (timingSafeEqual(digest(await place.readText()), written)) place.clear();
  };

  const clear = async (): Promise<void> => {
    cancelTimer();
    const written = ours;
    ours = null;
    if (written === null) return;
    await clearIfOurs(clipboard, written);
    if (clipboard.selection !== undefined) await clearIfOurs(clipboard.selection, written);
  };

  return {
    clear,
    async copy(text, clearAfterMs) {
      cancelTimer();
      await clipboard.write([createItem({ 'text/plain': text, ...concealment(platform) })]);
      ours = digest(text);
      cancelTimer = clock.after(clearAfterMs, () => void clear().catch(() => undefined));
    },
  };
};
