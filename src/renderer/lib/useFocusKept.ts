import { useEffect } from 'react';

const ancestorsOf = (element: Element): readonly Element[] => {
  const parent = element.parentElement;
  return parent === null || element.tagName === 'MAIN' ? [element] : [element, ...ancestorsOf(parent)];
};

/**
 * The chosen row, or else the part of the screen that was around it: never something that Enter, pressed once too
 * often, would set going.
 */
const homeIn = (around: HTMLElement): HTMLElement => {
  const row = around.querySelector<HTMLElement>('[aria-current="true"]');
  if (row !== null) return row;
  around.tabIndex = -1;
  return around;
};

/**
 * What goes away under the focus (a credential that is deleted, a button that has done its work) leaves it close by,
 * so that tabbing does not begin anew at the top of the window.
 */
export const useFocusKept = (): void => {
  useEffect(() => {
    /** What had the focus last, and all that it was in. A dialog does not count: it gives the focus back by itself. */
    let last: readonly Element[] = [];
    const remember = ({ target }: FocusEvent): void => {
      if (target instanceof Element && target.closest('main') !== null) last = ancestorsOf(target);
    };
    const forget = (): void => {
      last = [];
    };
    const observer = new MutationObserver(() => {
      if (document.activeElement !== document.body || last[0]?.isConnected !== false) return;
      const around = last.find((element) => element.isConnected);
      forget();
      if (around instanceof HTMLElement) homeIn(around).focus();
    });
    observer.observe(document.body, { childList: true, subtree: true });
    document.addEventListener('focusin', remember);
    document.addEventListener('pointerdown', forget);
    return () => {
      observer.disconnect();
      document.removeEventListener('focusin', remember);
      document.removeEventListener('pointerdown', forget);
    };
  }, []);
};
