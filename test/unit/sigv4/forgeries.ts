import type { HttpRequestParts } from '../../../src/main/sigv4/requestParts.ts';
import type { SeededRandom } from '../../fuzz/seededRandom.ts';

interface Field {
  /** What a reader would call it: `path`, `X-Amz-Date`, `host value`. */
  readonly part: string;
  readonly text: string;
  readonly replace: (text: string) => HttpRequestParts;
}

/** The pieces of a request, each parameter of a signature in the query for itself. */
const fieldsOf = (parts: HttpRequestParts): Field[] => {
  const pairs = parts.rawQuery.split('&');
  return [
    { part: 'method', text: parts.method, replace: (method: string) => ({ ...parts, method }) },
    { part: 'path', text: parts.rawPath, replace: (rawPath: string) => ({ ...parts, rawPath }) },
    ...pairs.map((text, index) => ({
      part: /^X-Amz-[A-Za-z]+/.exec(text)?.[0] ?? 'query',
      text,
      replace: (pair: string) => ({ ...parts, rawQuery: pairs.with(index, pair).join('&') }),
    })),
    ...parts.headers.flatMap(([name, value], index) => [
      {
        part: `${name} name`,
        text: name,
        replace: (text: string) => ({ ...parts, headers: parts.headers.with(index, [text, value]) }),
      },
      {
        part: `${name} value`,
        text: value,
        replace: (text: string) => ({ ...parts, headers: parts.headers.with(index, [name, text]) }),
      },
    ]),
  ].filter(({ text }) => text !== '');
};

/** Every piece of the request is as likely to be hit, however short; a changed byte stays one. */
export const changeOneByte = (
  parts: HttpRequestParts,
  random: SeededRandom,
): { readonly part: string; readonly forged: HttpRequestParts } => {
  const { part, text, replace } = random.pick(fieldsOf(parts));
  const position = random.below(text.length);
  const byte = String.fromCharCode(random.chance(0.9) ? 0x20 + random.below(0x5f) : random.below(0x100));
  return { part, forged: replace(text.slice(0, position) + byte + text.slice(position + 1)) };
};

/** What a server understands: requests of equal meaning may share a signature. */
export const meaningOf = ({ method, rawPath, rawQuery, headers }: HttpRequestParts): string =>
  JSON.stringify([
    method,
    unescape(rawPath),
    rawQuery
      .split('&')
      .map((pair) => unescape((pair.includes('=') ? pair : `${pair}=`).replaceAll('+', ' ')))
      .filter((pair) => pair !== '=')
      .sort(),
    headers.map(([name, value]) => {
      const lowerCaseName = name.toLowerCase();
      const folded = value.replace(/[ \t\r\n]+/g, ' ').trim();
      return [lowerCaseName, lowerCaseName === 'authorization' ? folded.replaceAll(/ ?, ?/g, ',') : folded];
    }),
  ]);
