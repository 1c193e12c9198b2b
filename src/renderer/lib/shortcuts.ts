import { useEffect } from 'react';
import type { App } from '../stores/appContext.tsx';
import { type Command, commands } from './commands.ts';

const isMac = (): boolean => /mac/i.test(navigator.platform);
export const commandKey = (): string => (isMac() ? '⌘' : 'Ctrl');

const isTyping = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement &&
  (target.isContentEditable || ['INPUT', 'TEXTAREA', 'SELECT'].includes(target.tagName));

const pressed = (event: KeyboardEvent): string => {
  const key = event.key.length === 1 ? event.key.toUpperCase() : event.key;
  return event.ctrlKey || event.metaKey ? `mod ${key}` : key;
};

const find = (app: App, keys: string): Command | undefined =>
  commands(app).find((command) => command.keys === keys);

/** Keys of the whole window. A dialog has its own; while somebody types, only those with Ctrl or ⌘ count. */
export const useShortcuts = (app: App): void => {
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent): void => {
      if (event.altKey || event.defaultPrevented || app.dialogs.getState().dialog !== null) return;
      const keys = pressed(event);
      if (isTyping(event.target) && !keys.startsWith('mod ')) return;
      const command = find(app, keys);
      if (command === undefined) return;
      event.preventDefault();
      command.run();
    };
    window.addEventListener('keydown', onKeyDown);
    return () => window.removeEventListener('keydown', onKeyDown);
  }, [app]);
};
