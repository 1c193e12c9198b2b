import type { DocumentStore } from '../../src/main/ports.ts';

/** Keeps JSON text, as the file does, so that nothing comes back that a file could not hold. */
export const createMemoryPreferences = (): DocumentStore => {
  const values = new Map<string, string>();
  return {
    read(key) {
      const text = values.get(key);
      return text === undefined ? undefined : JSON.parse(text);
    },
    write: (key, value) => void values.set(key, JSON.stringify(value)),
  };
};
