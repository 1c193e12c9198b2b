import { type HttpRequestParts, headerValues } from './requestParts.ts';

// Only ASCII blanks fold: `\s` would also match 0xA0, which is half of a UTF-8 character here.
const fold = (value: string): string => value.replace(/[ \t\r\n]+/g, ' ').replace(/^ | $/g, '');

/** One line per signed name: values trimmed, inner blanks folded, duplicates joined by comma in wire order. */
export const canonicalHeaders = (parts: HttpRequestParts, signedHeaders: readonly string[]): string =>
  signedHeaders.map((name) => `${name}:${headerValues(parts, name).map(fold).join(',')}\n`).join('');

const alwaysSigned = new Set(['host', 'content-type', 'content-md5', 'range']);

/**
 * The names to sign when nobody says otherwise: those that change what a request means. What connections,
 * proxies and compressors may alter on the way is left out.
 */
export const headersWorthSigning = (parts: HttpRequestParts): string[] => {
  const names = new Set(parts.headers.map(([name]) => name.toLowerCase()));
  return [...names].filter((name) => alwaysSigned.has(name) || name.startsWith('x-amz-')).sort();
};
