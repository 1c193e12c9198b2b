import { percentDecode, uriEncode } from './uriEncoding.ts';

export type QueryPair = readonly [name: string, value: string];

/** The parameters in wire order, decoded to bytes. A raw `+` is a space, as S3 servers read it. */
export const queryPairs = (rawQuery: string): QueryPair[] => {
  const pairs: QueryPair[] = [];
  if (rawQuery === '') return pairs;
  for (const pair of rawQuery.split('&')) {
    if (pair === '') continue;
    const equals = pair.indexOf('=');
    const name = equals === -1 ? pair : pair.slice(0, equals);
    const value = equals === -1 ? '' : pair.slice(equals + 1);
    pairs.push([decodeQueryText(name), decodeQueryText(value)]);
  }
  return pairs;
};

const decodeQueryText = (raw: string): string => percentDecode(raw.replaceAll('+', ' '));

/** The canonical form of a query as it is on the wire. Most are in it already. */
export const canonicalRawQuery = (rawQuery: string): string =>
  isCanonical(rawQuery) ? rawQuery : canonicalQuery(queryPairs(rawQuery));

const isCanonical = (rawQuery: string): boolean => {
  if (/[^A-Za-z0-9\-._~=&]/.test(rawQuery)) return false;
  let before: QueryPair = ['', ''];
  for (const text of rawQuery.split('&')) {
    const equals = text.indexOf('=');
    if (equals === -1 || text.includes('=', equals + 1)) return false;
    const pair: QueryPair = [text.slice(0, equals), text.slice(equals + 1)];
    if (comparePairs(pair, before) < 0) return false;
    before = pair;
  }
  return true;
};

/** Sorted by encoded name, then by encoded value. */
export const canonicalQuery = (pairs: readonly QueryPair[]): string => {
  const encoded = pairs.map((pair): QueryPair => [uriEncode(pair[0]), uriEncode(pair[1])]);
  if (encoded.length > 1) encoded.sort(comparePairs);
  let query = '';
  for (const pair of encoded) query += `${query === '' ? '' : '&'}${pair[0]}=${pair[1]}`;
  return query;
};

const comparePairs = (left: QueryPair, right: QueryPair): number =>
  compareText(left[0], right[0]) || compareText(left[1], right[1]);

const compareText = (left: string, right: string): number => (left < right ? -1 : left > right ? 1 : 0);
