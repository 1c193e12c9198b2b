import { createCommandNotifier } from '../main/node/commandNotifier.ts';
import { createConsoleNotifier } from '../main/node/consoleNotifier.ts';
import { openDocumentFile } from '../main/node/documentFile.ts';
import { createStreamLogger } from '../main/node/streamLogger.ts';
import { systemClock } from '../main/node/systemClock.ts';
import { openSystemKeyring } from '../main/node/systemKeyring.ts';
import type { DocumentStore, Logger, Notifier, Ports } from '../main/ports.ts';
import { osKeyringWrapper } from '../main/vault/osKeyring.ts';

/** Opened at the first use, which is after the App has made the home folder with its permissions. */
const documentIn = (home: string, name: 'preferences' | 'reminders'): DocumentStore => {
  let file: DocumentStore | undefined;
  const opened = (): DocumentStore => {
    file ??= openDocumentFile(home, name);
    return file;
  };
  return { read: (key) => opened().read(key), write: (key, value) => opened().write(key, value) };
};

/** A line for whoever reads the log, and the command of whoever wants more. */
const notifierOf = (command: string | undefined, logger: Logger): Notifier => {
  const notifiers = [
    createConsoleNotifier(),
    ...(command === undefined ? [] : [createCommandNotifier({ command, logger })]),
  ];
  return {
    notify: (notice, act) => {
      for (const notifier of notifiers) notifier.notify(notice, act);
    },
  };
};

/**
 * What the core needs of the outside, where there is no desktop: the page copies by itself.
 * @param noticeCommand run for every notice
 */
export const headlessPorts = async (home: string, noticeCommand: string | undefined): Promise<Ports> => {
  const logger = createStreamLogger({ clock: systemClock, level: 'warn' });
  const keyring = await openSystemKeyring();
  return {
    clock: systemClock,
    preferences: documentIn(home, 'preferences'),
    reminderStore: documentIn(home, 'reminders'),
    keychain: keyring && osKeyringWrapper(keyring),
    keyring,
    notifier: notifierOf(noticeCommand, logger),
    clipboard: null,
    logger,
  };
};
