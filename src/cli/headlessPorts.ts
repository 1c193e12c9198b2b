import { createConsoleNotifier } from '../main/node/consoleNotifier.ts';
import { openPreferencesFile } from '../main/node/preferencesFile.ts';
import { createStreamLogger } from '../main/node/streamLogger.ts';
import { systemClock } from '../main/node/systemClock.ts';
import type { DocumentStore, Ports } from '../main/ports.ts';
import { openOsKeyring } from '../main/vault/osKeyring.ts';

/** Opened at the first use, which is after the App has made the home folder with its permissions. */
const preferencesIn = (home: string): DocumentStore => {
  let file: DocumentStore | undefined;
  const opened = (): DocumentStore => {
    file ??= openPreferencesFile(home);
    return file;
  };
  return { read: (key) => opened().read(key), write: (key, value) => opened().write(key, value) };
};

/** What the core needs of the outside, where there is no desktop: the page copies by itself. */
export const headlessPorts = async (home: string): Promise<Ports> => ({
  clock: systemClock,
  preferences: preferencesIn(home),
  keychain: await openOsKeyring(),
  notifier: createConsoleNotifier(),
  clipboard: null,
  logger: createStreamLogger({ clock: systemClock, level: 'warn' }),
});
