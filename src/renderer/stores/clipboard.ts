import { createStore, type StoreApi } from 'zustand/vanilla';
import type { VaultBridge } from '../../shared/contract/contract.ts';

/** What became of the last secret that was copied. The text itself is never kept here. */
export interface ClipboardState {
  readonly clearsAtMs: number | null;
  readonly end: 'cleared' | 'left' | null;
}

export interface ClipboardStore extends StoreApi<ClipboardState> {
  /** Resolves once the text has reached the clipboard. `secret` text is cleared again after a while. */
  copy(text: string, secret: boolean): Promise<void>;
}

const PAGE_CLEAR_MS = 30_000;

export const createClipboardStore = (
  bridge: VaultBridge,
  writtenBy: () => 'main' | 'page',
): ClipboardStore => {
  const store = createStore<ClipboardState>(() => ({ clearsAtMs: null, end: null }));
  let timer: ReturnType<typeof setTimeout> | null = null;

  /** A page may write the clipboard only while it has the focus. */
  const clearFromPage = async (): Promise<'cleared' | 'left'> => {
    if (!document.hasFocus()) return 'left';
    return navigator.clipboard.writeText('').then(
      () => 'cleared',
      () => 'left',
    );
  };

  return {
    ...store,
    copy: async (text, secret) => {
      const main = writtenBy() === 'main';
      let clearAfterMs = PAGE_CLEAR_MS;
      if (main) clearAfterMs = (await bridge.call('clipboard.copy', { text })).clearAfterMs;
      else await navigator.clipboard.writeText(text);
      if (timer !== null) clearTimeout(timer);
      timer = null;
      store.setState({ clearsAtMs: null, end: null });
      if (!secret) return;
      store.setState({ clearsAtMs: Date.now() + clearAfterMs, end: null });
      timer = setTimeout(async () => {
        store.setState({ clearsAtMs: null, end: main ? 'cleared' : await clearFromPage() });
      }, clearAfterMs);
    },
  };
};
