import { useCallback, useEffect, useRef, useState } from 'react';
import type { Revealed } from '../../shared/contract/credentials.ts';
import { useApp } from '../stores/appContext.tsx';

/** Longest time that a value is on the screen, and longest time it outlives the focus of the window. */
const SHOWN_MS = 30_000;
const AWAY_MS = 60_000;

export interface Reveal {
  readonly shown: boolean;
  /** The value was forgotten because the window was left alone. */
  readonly gone: boolean;
  hide(): void;
  show(): Promise<void>;
  /** Hands the value to `use` without showing it. */
  borrow(use: (secret: string) => Promise<void>): Promise<void>;
  /** The value while it is shown; a mask is drawn otherwise. */
  read(): string;
}

const secretOf = (revealed: Revealed): string => {
  switch (revealed.kind) {
    case 'token':
      return revealed.token;
    case 'key':
      return revealed.secretAccessKey;
    case 'recovery-key':
      return revealed.recoveryKey;
  }
};

/**
 * The one secret that the window ever holds. It is asked for on the first press, never before; it lives in a ref,
 * which no store, no devtool and no earlier render keeps a copy of; it is dropped when the component goes.
 */
export const useReveal = (revealId: string): Reveal => {
  const { bridge } = useApp();
  const secret = useRef<string | null>(null);
  const taking = useRef<Promise<void> | null>(null);
  const [shown, setShown] = useState(false);
  const [gone, setGone] = useState(false);

  const take = useCallback(async (): Promise<void> => {
    taking.current ??= bridge.call('reveal.take', { revealId }).then((revealed) => {
      secret.current = secretOf(revealed);
    });
    await taking.current.catch((error: unknown) => {
      taking.current = null;
      throw error;
    });
  }, [bridge, revealId]);

  useEffect(() => {
    if (!shown) return;
    const timer = setTimeout(() => setShown(false), SHOWN_MS);
    return () => clearTimeout(timer);
  }, [shown]);

  useEffect(() => {
    let away: ReturnType<typeof setTimeout> | undefined;
    const onBlur = (): void => {
      setShown(false);
      away = setTimeout(() => {
        if (secret.current !== null) setGone(true);
        secret.current = null;
      }, AWAY_MS);
    };
    const onFocus = (): void => clearTimeout(away);
    window.addEventListener('blur', onBlur);
    window.addEventListener('focus', onFocus);
    return () => {
      clearTimeout(away);
      window.removeEventListener('blur', onBlur);
      window.removeEventListener('focus', onFocus);
      secret.current = null;
    };
  }, []);

  return {
    shown,
    gone,
    hide: () => setShown(false),
    show: async () => {
      await take();
      setShown(secret.current !== null);
    },
    borrow: async (use) => {
      await take();
      if (secret.current !== null) await use(secret.current);
    },
    read: () => secret.current ?? '',
  };
};
