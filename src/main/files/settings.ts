/**
 * One `key = value` of a configuration file, with its place in the text. The place is why no parser of a library does
 * here: what is imported is later replaced in the file, and everything around it has to stay as it is, byte for byte.
 */
export interface Setting {
  /** null before the first section, and in files that have none. */
  readonly section: string | null;
  readonly key: string;
  readonly value: string;
  /** Offsets in the text. The line reaches to behind its line break; of several lines, the last one's. */
  readonly lineStart: number;
  readonly lineEnd: number;
  readonly keyStart: number;
  readonly keyEnd: number;
  /** With its quotes. */
  readonly rawStart: number;
  /** Without its quotes. */
  readonly valueStart: number;
  readonly valueEnd: number;
}

/** The line of a section's name. */
export interface Heading {
  readonly section: string;
  readonly lineStart: number;
  readonly lineEnd: number;
}

export interface SettingsFile {
  readonly text: string;
  readonly settings: readonly Setting[];
  readonly headings: readonly Heading[];
}

/** One pass over all: a file may have a hundred thousand names. */
export const settingsBy = (
  settings: readonly Setting[],
  nameOf: (setting: Setting) => string,
): ReadonlyMap<string, readonly Setting[]> => {
  const groups = new Map<string, Setting[]>();
  for (const setting of settings) {
    const group = groups.get(nameOf(setting));
    if (group === undefined) groups.set(nameOf(setting), [setting]);
    else group.push(setting);
  }
  return groups;
};

export interface Line {
  readonly start: number;
  /** Without the line break. */
  readonly content: string;
  /** Behind the line break. */
  readonly end: number;
}

/** A byte order mark belongs to no line. */
const textStart = (text: string): number => (text.startsWith('\ufeff') ? 1 : 0);

export const linesOf = (text: string): readonly Line[] => {
  const lines: Line[] = [];
  for (let start = textStart(text); start < text.length; ) {
    const lineBreak = text.indexOf('\n', start);
    const end = lineBreak === -1 ? text.length : lineBreak + 1;
    lines.push({ start, content: text.slice(start, end).replace(/\r?\n$/, ''), end });
    start = end;
  }
  return lines;
};
