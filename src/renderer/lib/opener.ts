/** What had the focus before a dialog took it; for an entry of a menu, which goes away, the button of the menu. */
export const currentOpener = (): HTMLElement | null => {
  const active = document.activeElement;
  if (!(active instanceof HTMLElement)) return null;
  const menuButtonId = active.closest('[role="menu"]')?.getAttribute('aria-labelledby');
  return menuButtonId === null || menuButtonId === undefined ? active : document.getElementById(menuButtonId);
};

export const isInsideDialog = (element: HTMLElement | null): boolean =>
  element !== null && element.closest('[role="dialog"], [role="alertdialog"]') !== null;
