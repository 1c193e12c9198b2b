import type { Skipped } from '../../../shared/contract/transfer.ts';
import { type Setting, type SettingsFile, settingsBy } from '../../files/settings.ts';
import { Secret } from '../../lib/secret.ts';
import type { Found, Source } from './source.ts';

/** What one format calls the parts of a key pair. */
export interface KeyWords {
  readonly id: string;
  readonly secret: string;
  readonly sessionTokens: readonly string[];
}

/** One section: its last setting of a key is the one that counts. */
export interface Section {
  readonly name: string;
  of(key: string): readonly Setting[];
  valueOf(key: string): string | null;
}

export const sectionsOf = ({ settings }: SettingsFile): readonly Section[] =>
  [...settingsBy(settings, ({ section }) => section ?? '')].map(([name, own]) => ({
    name,
    of: (key) => own.filter((setting) => setting.key === key),
    valueOf: (key) => own.findLast((setting) => setting.key === key)?.value ?? null,
  }));

/** Files whose sections hold one key pair each. */
export const readKeySections = (
  file: SettingsFile,
  words: KeyWords,
  /** null for a section that is something else. */
  nameOf: (section: Section) => string | null,
  endpointOf: (section: Section) => string | null,
): Source => {
  const found: Found[] = [];
  const skipped: Skipped[] = [];
  for (const section of sectionsOf(file)) {
    const name = nameOf(section);
    const id = section.valueOf(words.id) || null;
    const secret = section.valueOf(words.secret) || null;
    if (name === null || (id === null && secret === null)) continue;
    if (id === null || secret === null) skipped.push({ name, because: 'incomplete' });
    else if (words.sessionTokens.some((key) => section.valueOf(key)))
      skipped.push({ name, because: 'session-token' });
    else
      found.push({
        kind: 'key',
        name,
        accessKeyId: id,
        secret: Secret.of(secret),
        endpoint: endpointOf(section) || null,
        idSettings: section.of(words.id),
        secretSettings: section.of(words.secret),
      });
  }
  return { file, found, skipped };
};
