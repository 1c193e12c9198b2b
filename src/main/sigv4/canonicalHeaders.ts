import type { HeaderChoice } from './headerChoice.ts';
import type { HeaderPair } from './requestParts.ts';

export interface CanonicalHeaders {
  /** The signed headers that are there: lower case, sorted, parted by `;`. */
  readonly names: string;
  /** One line per name: values trimmed, inner blanks folded, duplicates joined by comma in wire order. */
  readonly lines: string;
}

export const canonicalHeaders = (
  headers: readonly HeaderPair[],
  isSigned: HeaderChoice,
): CanonicalHeaders => {
  const values = new Map<string, string>();
  for (const header of headers) {
    const name = header[0].toLowerCase();
    if (!isSigned(name)) continue;
    const before = values.get(name);
    values.set(name, before === undefined ? fold(header[1]) : `${before},${fold(header[1])}`);
  }
  const names = [...values.keys()].sort();
  let lines = '';
  for (const name of names) lines += `${name}:${values.get(name)}\n`;
  return { names: names.join(';'), lines };
};

// Only ASCII blanks fold: `\s` would also match 0xA0, which is half of a UTF-8 character here.
const fold = (value: string): string =>
  /[ \t\r\n]/.test(value) ? value.replace(/[ \t\r\n]+/g, ' ').replace(/^ | $/g, '') : value;
