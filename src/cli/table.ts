/** Names from elsewhere are shown on a terminal: a control character in them must not reach it. */
export const plain = (text: string): string => text.replace(/\p{Cc}|[\u202a-\u202e\u2066-\u2069]/gu, '·');

/** Aligned columns; the last one is not padded. No rows: the sentence that says so. */
export const formatTable = (
  headings: readonly string[],
  rows: readonly (readonly string[])[],
  whenEmpty: string,
): string => {
  if (rows.length === 0) return whenEmpty;
  const lines = [headings.map((heading) => heading.toUpperCase()), ...rows.map((row) => row.map(plain))];
  const widths = headings.map((_, column) => Math.max(...lines.map((line) => line[column]?.length ?? 0)));
  return lines
    .map((line) =>
      line
        .map((cell, column) => (column === line.length - 1 ? cell : cell.padEnd(widths[column] ?? 0)))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
};

/** `name: value` lines, aligned; a null value is left out. */
export const formatFields = (fields: Readonly<Record<string, string | null>>): string => {
  const shown = Object.entries(fields).filter((field): field is [string, string] => field[1] !== null);
  const width = Math.max(...shown.map(([name]) => name.length));
  return shown.map(([name, value]) => `${name.padEnd(width)}  ${plain(value)}`).join('\n');
};
