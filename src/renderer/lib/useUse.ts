import { useEffect } from 'react';
import type { App } from '../stores/appContext.tsx';

const TELL_EVERY_MS = 30_000;

/** Tells the core that somebody is at the window: as long as that is so, the vault does not lock by itself. */
export const useUse = ({ bridge, session }: App): void => {
  useEffect(() => {
    let toldAtMs = Number.NEGATIVE_INFINITY;
    const tell = (): void => {
      const nowMs = performance.now();
      if (nowMs - toldAtMs < TELL_EVERY_MS || session.getState().status?.vault !== 'unlocked') return;
      toldAtMs = nowMs;
      // Of no consequence when it fails: the link is lost, or the vault is locked.
      bridge.call('lock.used', {}).catch(() => undefined);
    };
    const events = ['pointerdown', 'keydown', 'wheel'] as const;
    for (const event of events) window.addEventListener(event, tell, { passive: true });
    return () => {
      for (const event of events) window.removeEventListener(event, tell);
    };
  }, [bridge, session]);
};
