import { type Heading, type Line, linesOf, type Setting, type SettingsFile } from './settings.ts';

/** In what the programs that read such files differ. */
export interface IniDialect {
  readonly separator: '=' | '=:';
  /** Whether ` #` and ` ;` end a value. */
  readonly hasInlineComments: boolean;
  /** Whether a line that is further in than the key before it belongs to the value of that key. */
  readonly hasContinuations: boolean;
  /** Whether `Key` and `key` are the same. */
  readonly foldsCase: boolean;
}

const indentOf = (content: string): number => content.length - content.trimStart().length;
const isComment = (content: string): boolean => /^\s*[#;]/.test(content);

const separatorIn = (content: string, { separator }: IniDialect): number => {
  const found = [...separator].map((character) => content.indexOf(character)).filter((at) => at !== -1);
  return found.length === 0 ? -1 : Math.min(...found);
};

/** Where the value begins and ends, with and without its quotes; offsets in the line. */
const valueIn = (content: string, from: number, { hasInlineComments }: IniDialect) => {
  const comment = hasInlineComments ? content.slice(from).search(/\s[#;]/) : -1;
  const area = comment === -1 ? content.slice(from) : content.slice(from, from + comment);
  const rawStart = from + indentOf(area);
  const rawEnd = from + area.trimEnd().length;
  const raw = content.slice(rawStart, Math.max(rawStart, rawEnd));
  const isQuoted = raw.length >= 2 && /^(["']).*\1$/.test(raw);
  return isQuoted
    ? { rawStart, valueStart: rawStart + 1, valueEnd: rawEnd - 1 }
    : { rawStart, valueStart: rawStart, valueEnd: Math.max(rawStart, rawEnd) };
};

const settingIn = (line: Line, section: string | null, dialect: IniDialect): Setting | null => {
  const { start, content, end } = line;
  const separator = separatorIn(content, dialect);
  const key = content.slice(0, Math.max(separator, 0)).trim();
  if (key === '') return null;
  const { rawStart, valueStart, valueEnd } = valueIn(content, separator + 1, dialect);
  const keyStart = indentOf(content);
  return {
    section,
    key: dialect.foldsCase ? key.toLowerCase() : key,
    value: content.slice(valueStart, valueEnd),
    lineStart: start,
    lineEnd: end,
    keyStart: start + keyStart,
    keyEnd: start + keyStart + key.length,
    rawStart: start + rawStart,
    valueStart: start + valueStart,
    valueEnd: start + valueEnd,
  };
};

/** Lines that are neither a section, a setting nor a comment are passed over. */
export const readIni = (text: string, dialect: IniDialect): SettingsFile => {
  const settings: Setting[] = [];
  const headings: Heading[] = [];
  let section: string | null = null;
  let indent = 0;
  let isInSetting = false;
  for (const line of linesOf(text)) {
    const { content } = line;
    if (content.trim() === '' || isComment(content)) continue;
    const last = settings.at(-1);
    if (dialect.hasContinuations && isInSetting && last !== undefined && indentOf(content) > indent) {
      settings[settings.length - 1] = {
        ...last,
        value: `${last.value}\n${content.trim()}`,
        lineEnd: line.end,
      };
      continue;
    }
    const [, name] = /^\s*\[([^\]]+)\]/.exec(content) ?? [];
    if (name !== undefined) {
      section = name.trim();
      headings.push({ section, lineStart: line.start, lineEnd: line.end });
      isInSetting = false;
      continue;
    }
    const setting = settingIn(line, section, dialect);
    if (setting === null) continue;
    settings.push(setting);
    indent = indentOf(content);
    isInSetting = true;
  }
  return { text, settings, headings };
};
