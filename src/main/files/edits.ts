import type { Setting, SettingsFile } from './settings.ts';

/** One change of a text, by offsets in it. */
export interface Edit {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** The value alone; quotes around it stay. */
export const setTo =
  (text: string) =>
  ({ valueStart, valueEnd }: Setting): Edit => ({ start: valueStart, end: valueEnd, text });

export const lineBreakOf = (text: string): string => /\r?\n/.exec(text)?.[0] ?? '\n';

/** A new line behind `at`, which ends a line or the text. */
export const lineAt = (text: string, at: number, added: string): Edit => {
  const isAtLineStart = at === 0 || text[at - 1] === '\n';
  const lineBreak = lineBreakOf(text);
  return { start: at, end: at, text: isAtLineStart ? `${added}${lineBreak}` : `${lineBreak}${added}` };
};

/** A new line after `model`, written as it is written. */
export const lineLike = ({ text }: SettingsFile, model: Setting, key: string, value: string): Edit => {
  const line = text.slice(model.lineStart, model.lineEnd);
  const lineBreak = /\r?\n$/.exec(line)?.[0];
  const before = text.slice(model.lineStart, model.keyStart);
  const between = text.slice(model.keyEnd, model.rawStart);
  const added = `${before}${key}${between}${value}`;
  return {
    start: model.lineEnd,
    end: model.lineEnd,
    text: lineBreak === undefined ? `${lineBreakOf(text)}${added}` : `${added}${lineBreak}`,
  };
};

/** The first edit of a place counts; those at the same spot are added one behind the other. */
export const applied = (text: string, edits: readonly Edit[]): string => {
  const pieces: string[] = [];
  let at = 0;
  const inOrder = edits.map((edit, order) => ({ ...edit, order }));
  inOrder.sort((one, other) => one.start - other.start || one.end - other.end || one.order - other.order);
  let last: Edit | null = null;
  for (const edit of inOrder) {
    const isRepeated = last !== null && last.start === edit.start && last.text === edit.text;
    if (edit.start < at || isRepeated) continue;
    pieces.push(text.slice(at, edit.start), edit.text);
    at = edit.end;
    last = edit;
  }
  return [...pieces, text.slice(at)].join('');
};
