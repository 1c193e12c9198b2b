import { type Draft, type Line, line } from './draft.ts';
import type { SeededRandom } from './seededRandom.ts';

/** One way to damage a request. */
export type Mutator = (draft: Draft, random: SeededRandom) => void;

export const anyLine = (draft: Draft, random: SeededRandom): Line =>
  draft.lines.length === 0 ? line('X', 'x') : random.pick(draft.lines);

export const insertLine = (draft: Draft, random: SeededRandom, ...added: Line[]): void => {
  draft.lines.splice(random.below(draft.lines.length + 1), 0, ...added);
};

export const controls = [
  '\x00',
  '\x01',
  '\x08',
  '\t',
  '\x0b',
  '\x0c',
  '\x1b',
  '\x7f',
  '\x80',
  '\xa0',
  '\xff',
  '\r',
  '\n',
];
export const blanks = ['', ' ', '  ', '\t', ' \t ', '\x0b', '\x0c', '\xa0', '\r\n ', '\r\n\t', '\n '];

export const insertInto = (text: string, random: SeededRandom, addition: string): string => {
  const at = random.below(text.length + 1);
  return text.slice(0, at) + addition + text.slice(at);
};

/** A whole request for whoever takes the body for the next one. It would be let in. */
export const smuggled = (draft: Draft): string => {
  const credential = draft.kind === 'api' ? `Authorization: Bearer ${draft.lane.localToken}\r\n` : '';
  return `GET /api/smuggled HTTP/1.1\r\nHost: 127.0.0.1:${draft.port}\r\n${credential}\r\n`;
};
