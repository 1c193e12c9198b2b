import { createStore, type StoreApi } from 'zustand/vanilla';

export type Theme = 'system' | 'light' | 'dark';
export const themes: readonly Theme[] = ['system', 'light', 'dark'];

export interface ThemeStore extends StoreApi<{ readonly theme: Theme }> {
  choose(theme: Theme): void;
}

const STORAGE_KEY = 'theme';

const remembered = (): Theme => {
  try {
    return themes.find((theme) => theme === localStorage.getItem(STORAGE_KEY)) ?? 'system';
  } catch {
    return 'system';
  }
};

const apply = (theme: Theme): void => {
  if (theme === 'system') delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = theme;
};

export const createThemeStore = (): ThemeStore => {
  const store = createStore<{ readonly theme: Theme }>(() => ({ theme: remembered() }));
  apply(store.getState().theme);
  return {
    ...store,
    choose: (theme) => {
      store.setState({ theme });
      apply(theme);
      try {
        localStorage.setItem(STORAGE_KEY, theme);
      } catch {
        // Storage is off: the choice lasts until the window closes.
      }
    },
  };
};
