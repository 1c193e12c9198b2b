import type { Setting, SettingsFile } from './settings.ts';

/** `NAME=value`, `export NAME='value'`, `NAME: value`; the name begins a line. */
const assignment = /^[ \t]*(?:export[ \t]+)?([A-Za-z_][A-Za-z0-9_.]*)[ \t]*(?:=|:[ \t])[ \t]*/d;
const quotes: ReadonlySet<string> = new Set(['"', "'", '`']);

const lineEndAfter = (text: string, from: number): number => {
  const lineBreak = text.indexOf('\n', from);
  return lineBreak === -1 ? text.length : lineBreak + 1;
};

/** The closing quote; a backslash guards one in double quotes. @returns -1 when there is none */
const closingQuote = (text: string, opening: number): number => {
  const quote = text[opening];
  for (let at = opening + 1; at < text.length; at += 1) {
    if (text[at] === '\\' && quote === '"') at += 1;
    else if (text[at] === quote) return at;
  }
  return -1;
};

const unquotedEnd = (text: string, from: number, lineEnd: number): number => {
  const line = text.slice(from, lineEnd);
  const comment = line.search(/(?:^|\s)#/);
  return from + (comment === -1 ? line : line.slice(0, comment)).trimEnd().length;
};

/** The text of a `.env` file; a quoted value may go over several lines. */
export const readEnv = (text: string): SettingsFile => {
  const settings: Setting[] = [];
  for (let lineStart = text.startsWith('\ufeff') ? 1 : 0; lineStart < text.length; ) {
    let lineEnd = lineEndAfter(text, lineStart);
    const found = assignment.exec(text.slice(lineStart, lineEnd));
    const [inLineStart, inLineEnd] = found?.indices?.[1] ?? [0, 0];
    if (found !== null) {
      const rawStart = lineStart + found[0].length;
      const closing = quotes.has(text[rawStart] ?? '') ? closingQuote(text, rawStart) : -1;
      const valueStart = closing === -1 ? rawStart : rawStart + 1;
      const valueEnd = closing === -1 ? unquotedEnd(text, rawStart, lineEnd) : closing;
      if (closing !== -1) lineEnd = lineEndAfter(text, closing);
      const [keyStart, keyEnd] = [lineStart + inLineStart, lineStart + inLineEnd];
      const value = text.slice(valueStart, valueEnd);
      const places = { lineStart, lineEnd, keyStart, keyEnd, rawStart, valueStart, valueEnd };
      settings.push({ section: null, key: text.slice(keyStart, keyEnd), value, ...places });
    }
    lineStart = lineEnd;
  }
  return { text, settings, headings: [] };
};
