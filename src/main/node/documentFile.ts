import Conf from 'conf';
import { PRIVATE_FILE_MODE } from '../lib/privateFolder.ts';
import type { DocumentStore } from '../ports.ts';

/**
 * A document in a JSON file. Never for secrets or for anything a person would miss: when the disk fills up during a
 * write the library publishes the part that fitted, and the next start begins with an empty file. Choices, and what was
 * reminded of, are worth that risk; the vault has a writer of its own.
 */
export const openDocumentFile = (folder: string, name: 'preferences' | 'reminders'): DocumentStore => {
  const store = new Conf<Record<string, unknown>>({
    cwd: folder,
    configName: name,
    configFileMode: PRIVATE_FILE_MODE,
    clearInvalidConfig: true,
    accessPropertiesByDotNotation: false,
  });
  return {
    read: (key) => store.get(key),
    write: (key, value) => store.set(key, value),
  };
};
