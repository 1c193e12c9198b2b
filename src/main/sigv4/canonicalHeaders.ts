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
  const signed: HeaderPair[] = [];
  for (const header of headers) {
    const name = header[0].toLowerCase();
    if (isSigned(name)) signed.push([name, fold(header[1])]);
  }
  if (!signed.every(isBehind)) signed.sort(byName);
  let names = '';
  let lines = '';
  let previous = '';
  for (const [name, value] of signed) {
    if (name === previous) lines += `,${value}`;
    else {
      names += names === '' ? name : `;${name}`;
      lines += lines === '' ? `${name}:${value}` : `\n${name}:${value}`;
    }
    previous = name;
  }
  return { names, lines: `${lines}\n` };
};

const isBehind = ([name]: HeaderPair, index: number, headers: readonly HeaderPair[]): boolean =>
  index === 0 || (headers[index - 1] as HeaderPair)[0] <= name;

const byName = (left: HeaderPair, right: HeaderPair): number =>
  left[0] < right[0] ? -1 : left[0] > right[0] ? 1 : 0;

// Only ASCII blanks fold: `\s` would also match 0xA0, which is half of a UTF-8 character here.
const fold = (value: string): string =>
  /[ \t\r\n]/.test(value) ? value.replace(/[ \t\r\n]+/g, ' ').replace(/^ | $/g, '') : value;
