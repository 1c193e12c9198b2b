import { Readable } from 'node:stream';
import * as zlib from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cleanError, readErrorBody } from '../../../src/main/proxy/errorReply.ts';
import { scrubText } from '../../../src/main/proxy/reflectionScrub.ts';
import { scrubHeaders } from '../../../src/main/proxy/responseHeaders.ts';
import { secretPattern } from '../../../src/main/proxy/secretPattern.ts';

const secret = 'abc/def+0123456789secret';
const pattern = secretPattern(secret) as RegExp;
const patterns = [pattern];
const base64 = (text: string): string => Buffer.from(text).toString('base64');
const hex = (text: string): string => Buffer.from(text).toString('hex');

describe('a secret that an upstream repeats', () => {
  it.each([
    ['plain', secret],
    ['URL-encoded', 'abc%2Fdef%2B0123456789secret'],
    ['URL-encoded in lower case', 'abc%2fdef%2b0123456789secret'],
    ['URL-encoded twice', 'abc%252Fdef%252B0123456789secret'],
    [
      'URL-encoded to the last byte',
      [...Buffer.from(secret)].map((byte) => `%${byte.toString(16)}`).join(''),
    ],
    ['JSON-escaped', 'abc\\/def+0123456789secret'],
    ['JSON-escaped by number', 'abc\\u002Fdef\\u002b0123456789secret'],
    ['JSON-escaped twice', 'abc\\\\/def+0123456789secret'],
    ['JSON-escaped behind backslashes', '\\\\\\u0061bc\\\\\\/def+0123456789secret'],
    ['XML-escaped', 'abc&#47;def&#x2B;0123456789secret'],
    ['escaped in two ways at once', 'abc%2Fdef&#43;0123456789secret'],
    ['in UTF-16', Buffer.from(secret, 'utf16le').toString('latin1').slice(0, -1)],
    ['base64', base64(secret).replace(/=*$/, '')],
    ['hex', hex(secret)],
    ['hex in upper case', hex(secret).toUpperCase()],
    ['hex in lines', hex(secret).replace(/..(?!$)/g, '$&\r\n')],
    ['hex as in a program', hex(secret).replace(/..(?!$)/g, '$&, 0x')],
    ['base64 in lines', base64(secret).replace(/.{7}/g, '$&\r\n').replace(/=*$/, '')],
    ['base64 in lines, JSON-escaped', base64(secret).replace(/.{7}/g, '$&\\r\\n').replace(/=*$/, '')],
    ['as a list of numbers', [...Buffer.from(secret)].join(' ')],
    [
      'as numbers in indented JSON',
      JSON.stringify([...Buffer.from(secret)], null, 2)
        .slice(1, -1)
        .trim(),
    ],
    ['hex in pairs', hex(secret).replace(/..(?!$)/g, '$& ')],
  ])('is found %s', (_, form) => {
    expect(scrubText(`<a>${form}</a> short`, patterns)).toBe('<a>[redacted]</a> short');
  });

  it('is found in base64 wherever it stands in what was encoded', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 9 }), fc.string({ maxLength: 9 }), (before, after) => {
        for (const encoding of ['base64', 'base64url'] as const) {
          const text = Buffer.from(`${before}${secret}${after}`).toString(encoding);
          expect(scrubText(text, patterns)).toContain('[redacted]');
        }
      }),
    );
  });

  it('is looked for only where it is long enough not to hit ordinary words', () => {
    expect(secretPattern('short')).toBeNull();
  });

  it('is taken out of a header, and a header named after it is left out', () => {
    const headers = [
      ['X-Echo', `a ${secret}`],
      ['X-Other', 'b'],
      [secret.replace('/', 'x'), 'c'],
    ] as const;
    const named = secretPattern(secret.replace('/', 'x')) as RegExp;
    expect(scrubHeaders(headers, [pattern, named])).toEqual([
      ['X-Echo', 'a [redacted]'],
      ['X-Other', 'b'],
    ]);
  });

  // Tried anew from every place of a long run, a pattern would need an hour.
  it.each([
    secret.slice(0, -1),
    '\\',
    '%25',
    '25',
    '&#',
    '&#0',
    '0',
    'a\\',
    '61',
    '61 ',
    '97, ',
    '97,98 ',
    'YWJj',
    'YWJj\n',
    'Y\\n',
    '0x61, ',
    ' ',
    '%2525a',
    '\x00',
  ])('costs no time in a megabyte of %j', (nearly) => {
    const text = nearly.repeat(Math.ceil((1024 * 1024) / nearly.length));
    const startedAt = performance.now();
    expect(scrubText(text, patterns)).toBe(text);
    expect(performance.now() - startedAt).toBeLessThan(1_000);
  });
});

const read = (body: Buffer, coding?: string) =>
  readErrorBody(Readable.from([body]), coding === undefined ? [] : [['Content-Encoding', coding]]);

describe('the body of an error', () => {
  const codings = [
    ['identity', (text) => Buffer.from(text)],
    ['gzip', zlib.gzipSync],
    ['x-gzip', zlib.gzipSync],
    ['br', zlib.brotliCompressSync],
    ['deflate', zlib.deflateSync],
    ['deflate', zlib.deflateRawSync],
    ['zstd', zlib.zstdCompressSync],
  ] as [string, (text: string) => Buffer][];

  it.each(codings)('with the coding %s is looked into', async (coding, encode) => {
    const leaking = cleanError('api', await read(encode(`{"token":"${secret}"}`), coding), patterns);
    expect(leaking).toEqual({ kind: 'pass', body: Buffer.from('{"token":"[redacted]"}'), isChanged: true });
    const body = encode('{"token":"other"}');
    expect(cleanError('api', await read(body, coding), patterns)).toEqual({
      kind: 'pass',
      body,
      isChanged: false,
    });
  });

  it.each(['zstd', 'gzip, gzip', 'gzip', 'unknown'])(
    'that is not %s as it says is withheld',
    async (coding) => {
      expect(cleanError('api', await read(Buffer.from('not compressed'), coding), patterns)).toEqual({
        kind: 'refuse',
        code: 'ERROR_WITHHELD',
      });
    },
  );

  it('is withheld when it is a bomb, by size or by ratio', async () => {
    const large = zlib.gzipSync(Buffer.alloc(8 * 1024 * 1024));
    const dense = zlib.gzipSync(Buffer.alloc(512 * 1024));
    expect(dense.length * 100).toBeLessThan(512 * 1024);
    expect((await read(large, 'gzip')).text).toBeNull();
    expect((await read(dense, 'gzip')).text).toBeNull();
  });

  it('is withheld above a megabyte', async () => {
    const { text } = await readErrorBody(Readable.from([Buffer.alloc(1024 * 1024), Buffer.alloc(1)]), []);
    expect(text).toBeNull();
  });

  it.each(['SignatureDoesNotMatch</Code>', 'InvalidX</Code><StringToSign>x</StringToSign>'])(
    'of S3 that explains a signature is not passed on: <Code>%s',
    async (text) => {
      expect(cleanError('s3', await read(Buffer.from(`<Error><Code>${text}</Error>`)), patterns)).toEqual({
        kind: 'refuse',
        code: 'UPSTREAM_SIGNATURE',
      });
    },
  );
});
