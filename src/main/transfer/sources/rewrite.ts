import type { LocalCredential } from '../../../shared/contract/connections.ts';
import { applied, type Edit, lineLike, setTo } from '../../files/edits.ts';
import type { Setting, SettingsFile } from '../../files/settings.ts';
import type { Found, LocalSetting, Source, SourceFormat } from './source.ts';

/** What becomes of one credential in the file; null: it goes. */
export interface Replacement {
  readonly found: Found;
  readonly local: LocalCredential | null;
}

const secretHalf = (local: LocalCredential): string => {
  if (local.kind === 'open') return '';
  return local.kind === 's3' ? local.secretAccessKey : local.token;
};

const localEdits = (
  file: SettingsFile,
  found: Found,
  { keys, value, isOnlyCorrected }: LocalSetting,
): Edit[] => {
  const model = found.secretSettings.at(-1);
  const [key] = keys;
  if (model === undefined || key === undefined) return [];
  const present = file.settings.filter(
    (setting) => setting.section === model.section && keys.includes(setting.key),
  );
  if (present.length > 0) return present.map((setting) => setTo(value(setting.value))(setting));
  return isOnlyCorrected ? [] : [lineLike(file, model, key, value(null))];
};

const replaced = (format: SourceFormat, file: SettingsFile, found: Found, local: LocalCredential): Edit[] => [
  ...found.idSettings.map(setTo(local.kind === 's3' ? local.accessKeyId : '')),
  ...found.secretSettings.map(setTo(secretHalf(local))),
  ...format.localSettings(found, local).flatMap((setting) => localEdits(file, found, setting)),
];

/** Its lines, and the name of a section that is empty without them. */
const removed = ({ settings, headings }: SettingsFile, gone: readonly Setting[]): Edit[] => {
  const left = new Set(settings.filter((setting) => !gone.includes(setting)).map(({ section }) => section));
  const emptied = headings.filter(
    ({ section }) => !left.has(section) && gone.some((setting) => setting.section === section),
  );
  return [...gone, ...emptied].map(({ lineStart, lineEnd }) => ({
    start: lineStart,
    end: lineEnd,
    text: '',
  }));
};

/** Shorter ones are words that may stand anywhere. */
const SHORTEST_COPY = 8;

/** A secret may stand in a comment, too, or under another name. */
const copiesOf = (text: string, { found, local }: Replacement): Edit[] => {
  const secret = found.secret.reveal();
  const edits: Edit[] = [];
  if (secret.length < SHORTEST_COPY) return edits;
  for (let at = text.indexOf(secret); at !== -1; at = text.indexOf(secret, at + secret.length)) {
    edits.push({ start: at, end: at + secret.length, text: local === null ? '' : secretHalf(local) });
  }
  return edits;
};

/** The text without the secrets; whatever is not theirs stays as it was, byte for byte. */
export const rewrite = (
  format: SourceFormat,
  { file }: Source,
  replacements: readonly Replacement[],
): string => {
  const gone = replacements
    .filter(({ local }) => local === null)
    .flatMap(({ found }) => [...found.idSettings, ...found.secretSettings]);
  return applied(file.text, [
    ...replacements.flatMap(({ found, local }) =>
      local === null ? [] : replaced(format, file, found, local),
    ),
    ...removed(file, gone),
    ...replacements.flatMap((replacement) => copiesOf(file.text, replacement)),
  ]);
};
