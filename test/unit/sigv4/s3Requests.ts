import fc from 'fast-check';
import type { HttpRequestParts } from '../../../src/main/sigv4/requestParts.ts';

/** Random S3 requests in the pieces that both our signer and another one can be given. */
export interface S3Request {
  readonly method: string;
  readonly path: string;
  readonly query: Readonly<Record<string, string | string[]>>;
  readonly headers: Readonly<Record<string, string>>;
  readonly secretAccessKey: string;
  readonly region: string;
  readonly signedAtMs: number;
  readonly expiresSeconds: number;
}

export const strictEncode = (text: string): string =>
  encodeURIComponent(text).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );

export const rawQueryOf = (query: S3Request['query']): string =>
  Object.entries(query)
    .flatMap(([name, value]) => [value].flat().map((one) => `${strictEncode(name)}=${strictEncode(one)}`))
    .join('&');

export const partsOf = (
  request: S3Request,
  headers: Readonly<Record<string, string>> = request.headers,
): HttpRequestParts => ({
  method: request.method,
  rawPath: request.path,
  rawQuery: rawQueryOf(request.query),
  headers: Object.entries(headers),
});

const text = (maxLength: number) => fc.string({ unit: 'grapheme', maxLength });
const key = fc.oneof(
  text(24),
  fc
    .array(
      fc.constantFrom(
        'a',
        'B',
        ' ',
        '+',
        '%',
        '/',
        '//',
        '~',
        '.',
        '..',
        '?',
        '#',
        '&',
        '=',
        '*',
        '@',
        'é',
        '漢',
        '😀',
        '%2F',
      ),
      {
        maxLength: 12,
      },
    )
    .map((pieces) => pieces.join('')),
);
const queryName = fc.oneof(
  fc.constantFrom(
    'prefix',
    'list-type',
    'uploads',
    'uploadId',
    'acl',
    'delimiter',
    'x-id',
    'a-b',
    'a.b',
    'a',
  ),
  text(6).filter((name) => name !== '' && name !== '__proto__' && !/^x-amz-/i.test(name)),
);
const headerValue = fc.string({ unit: fc.constantFrom(...'abc XYZ 019,;="/'), maxLength: 20 });
const hash = fc.string({ unit: fc.constantFrom(...'0123456789abcdef'), minLength: 64, maxLength: 64 });

export const s3Request: fc.Arbitrary<S3Request> = fc.record({
  method: fc.constantFrom('GET', 'PUT', 'HEAD', 'POST', 'DELETE'),
  path: key.map((name) => `/bucket/${name.split('/').map(strictEncode).join('/')}`),
  query: fc.dictionary(queryName, fc.oneof(text(12), fc.array(text(4), { minLength: 1, maxLength: 3 })), {
    maxKeys: 5,
    noNullPrototype: true,
  }),
  headers: fc
    .tuple(
      fc.dictionary(fc.stringMatching(/^x-amz-meta-[a-z]{1,6}$/), headerValue, {
        maxKeys: 4,
        noNullPrototype: true,
      }),
      fc.oneof(hash, fc.constant('UNSIGNED-PAYLOAD')),
      fc.option(headerValue, { nil: undefined }),
    )
    .map(([meta, payloadHash, contentType]) => ({
      host: 's3.nfyio.example:7471',
      'x-amz-content-sha256': payloadHash,
      ...meta,
      ...(contentType === undefined ? {} : { 'content-type': contentType }),
    })),
  secretAccessKey: fc.string({ unit: 'grapheme-ascii', minLength: 1, maxLength: 40 }),
  region: fc.constantFrom('us-east-1', 'eu-central-1', 'auto'),
  signedAtMs: fc
    .integer({ min: Date.UTC(2001, 0, 1), max: Date.UTC(2090, 0, 1) })
    .map((ms) => ms - (ms % 1000)),
  expiresSeconds: fc.integer({ min: 1, max: 604_800 }),
});
