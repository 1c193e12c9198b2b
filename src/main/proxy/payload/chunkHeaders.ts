import { type HeaderPair, type HttpRequestParts, headerValues } from '../../sigv4/requestParts.ts';

const contentCodings = (value: string): string[] =>
  value
    .split(',')
    .map((coding) => coding.trim())
    .filter((coding) => coding !== '');

const isChunkCoding = (coding: string): boolean => coding.toLowerCase() === 'aws-chunked';

export const hasChunkCoding = (request: HttpRequestParts): boolean =>
  headerValues(request, 'content-encoding').some((value) => contentCodings(value).some(isChunkCoding));

const ofFramingOnly = new Set([
  'x-amz-decoded-content-length',
  'x-amz-trailer',
  // Announces the checksum that was in the trailer.
  'x-amz-sdk-checksum-algorithm',
]);

/** The headers of a request whose chunk framing has been taken off. */
export const withoutChunkHeaders = (headers: readonly HeaderPair[]): HeaderPair[] =>
  headers
    .filter(([name]) => !ofFramingOnly.has(name.toLowerCase()))
    .flatMap(([name, value]): HeaderPair[] => {
      if (name.toLowerCase() !== 'content-encoding') return [[name, value]];
      const codings = contentCodings(value).filter((coding) => !isChunkCoding(coding));
      return codings.length === 0 ? [] : [[name, codings.join(',')]];
    });
