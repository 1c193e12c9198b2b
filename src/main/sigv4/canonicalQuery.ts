import { percentDecode, uriEncode } from './uriEncoding.ts';

export type QueryPair = readonly [name: string, value: string];

/** The parameters in wire order, decoded to bytes. A raw `+` is a space, as S3 servers read it. */
export const queryPairs = (rawQuery: string): QueryPair[] =>
  rawPairs(rawQuery).map((pair) => {
    const equals = pair.indexOf('=');
    const [name, value] = equals === -1 ? [pair, ''] : [pair.slice(0, equals), pair.slice(equals + 1)];
    return [decodeQueryText(name), decodeQueryText(value)];
  });

const rawPairs = (rawQuery: string): string[] => rawQuery.split('&').filter((pair) => pair !== '');
const decodeQueryText = (raw: string): string => percentDecode(raw.replaceAll('+', ' '));

const compareText = (left: string, right: string): number => (left < right ? -1 : left > right ? 1 : 0);

/** Sorted by encoded name, then by encoded value. */
export const canonicalQuery = (pairs: readonly QueryPair[]): string =>
  pairs
    .map(([name, value]): QueryPair => [uriEncode(name), uriEncode(value)])
    .sort((left, right) => compareText(left[0], right[0]) || compareText(left[1], right[1]))
    .map(([name, value]) => `${name}=${value}`)
    .join('&');

/** A presigned request is signed without the parameter that carries its signature. */
export const isSignatureParameter = ([name]: QueryPair): boolean => name === 'X-Amz-Signature';

/** The raw query without the signature, every other byte as it was sent. */
export const rawQueryWithoutSignature = (rawQuery: string): string =>
  rawQuery
    .split('&')
    .filter((pair) => !queryPairs(pair).some(isSignatureParameter))
    .join('&');
