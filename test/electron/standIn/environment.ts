import type { SafeStorageMode } from './safeStorage.ts';

const given = (name: string): string => {
  const value = process.env[name];
  if (value === undefined) throw new Error(`${name} is not set: start the stand-in through desktop.ts.`);
  return value;
};

/** What the test that started this process asks of it. */
export const environment = {
  /** DevTools address of the Chromium that shows the windows. */
  chromium: given('STAND_IN_CHROMIUM'),
  /** Where the stand-in keeps what belongs to the machine rather than to the app. */
  folder: given('STAND_IN_FOLDER'),
  safeStorage: (process.env.STAND_IN_SAFE_STORAGE ?? 'ok') as SafeStorageMode,
};
