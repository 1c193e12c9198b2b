import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { presignRequest } from '../../../src/main/sigv4/presignRequest.ts';
import { readSignature } from '../../../src/main/sigv4/readSignature.ts';
import type { HeaderPair } from '../../../src/main/sigv4/requestParts.ts';

const credential = 'AK/ID/20261123/us-east-1/s3/aws4_request';
const signature = 'ab'.repeat(32);
const authorization = (fields: string): HeaderPair[] => [
  ['Host', '127.0.0.1'],
  ['X-Amz-Date', '20261123T101112Z'],
  ['Authorization', `AWS4-HMAC-SHA256 ${fields}`],
];
const read = (headers: readonly HeaderPair[], rawQuery = '') =>
  readSignature({ method: 'GET', rawPath: '/b/k', rawQuery, headers });

const presigned = (changes: Readonly<Record<string, string | null>> = {}): string => {
  const fields: Record<string, string | null> = {
    'X-Amz-Algorithm': 'AWS4-HMAC-SHA256',
    'X-Amz-Credential': credential,
    'X-Amz-Date': '20261123T101112Z',
    'X-Amz-Expires': '604800',
    'X-Amz-SignedHeaders': 'host',
    'X-Amz-Signature': signature,
    ...changes,
  };
  return Object.entries(fields)
    .flatMap(([name, value]) => (value === null ? [] : [`${name}=${encodeURIComponent(value)}`]))
    .join('&');
};

describe('reading the signature of a request', () => {
  const claim = {
    accessKeyId: 'AK/ID',
    dateStamp: '20261123',
    region: 'us-east-1',
    service: 's3',
    signature,
    amzDate: '20261123T101112Z',
    amzDateMs: Date.UTC(2026, 10, 23, 10, 11, 12),
  };

  it.each([', ', ',', ' ,\t'])('reads the header form with fields parted by %j', (comma) => {
    const fields = [`Credential=${credential}`, 'SignedHeaders=host;x-amz-date', `Signature=${signature}`];
    expect(read(authorization(fields.join(comma)))).toEqual({
      ...claim,
      kind: 'header',
      signedHeaders: ['host', 'x-amz-date'],
      payloadHash: 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
    });
  });

  it('reads the presigned form', () =>
    expect(read([], presigned())).toEqual({
      ...claim,
      kind: 'presigned',
      signedHeaders: ['host'],
      payloadHash: 'UNSIGNED-PAYLOAD',
      expiresSeconds: 604_800,
    }));

  it('finds none where there is none', () =>
    expect(read([['Host', 'h']], 'prefix=a')).toEqual({ kind: 'none' }));

  it.each([
    ['AWS AKID:c2lnbmF0dXJl', '', 'AWS'],
    ['AWS4-ECDSA-P256-SHA256 Credential=a', '', 'AWS4-ECDSA-P256-SHA256'],
    ['Bearer nfyio_at_x', '', 'Bearer'],
    [null, 'AWSAccessKeyId=AKID&Expires=1&Signature=x', 'AWS'],
    [null, presigned({ 'X-Amz-Algorithm': 'AWS4-ECDSA-P256-SHA256' }), 'AWS4-ECDSA-P256-SHA256'],
  ])('names what it does not support: %s %s', (header, query, algorithm) =>
    expect(read(header === null ? [] : [['Authorization', header]], query)).toEqual({
      kind: 'unsupported',
      algorithm,
    }),
  );

  it.each([
    ['no fields', authorization(''), ''],
    ['a field twice', authorization(`Credential=${credential}, Credential=${credential}`), ''],
    ['a secret pasted instead of a header', [['Authorization', 'nfyio_at_0123456789']] as HeaderPair[], ''],
    ['two Authorization headers', [...authorization('a=b'), ...authorization('a=b')], ''],
    ['a header and a query signature', authorization('a=b'), presigned()],
    ['host not signed', [], presigned({ 'X-Amz-SignedHeaders': 'date' })],
    ['signed headers out of order', [], presigned({ 'X-Amz-SignedHeaders': 'range;host' })],
    ['a signed header twice', [], presigned({ 'X-Amz-SignedHeaders': 'host;host' })],
    ['upper-case hex', [], presigned({ 'X-Amz-Signature': 'AB'.repeat(32) })],
    ['a short signature', [], presigned({ 'X-Amz-Signature': 'ab' })],
    ['no signature', [], presigned({ 'X-Amz-Signature': null })],
    ['the 31st of February', [], presigned({ 'X-Amz-Date': '20260231T000000Z' })],
    ['a date of another day than the scope', [], presigned({ 'X-Amz-Date': '20261122T000000Z' })],
    ['a scope of four fields', [], presigned({ 'X-Amz-Credential': '20261123/us-east-1/s3/aws4_request' })],
    ['another terminator', [], presigned({ 'X-Amz-Credential': 'A/20261123/r/s3/aws5_request' })],
    ['a line break in the region', [], presigned({ 'X-Amz-Credential': 'A/20261123/r\n/s3/aws4_request' })],
    ['no life at all', [], presigned({ 'X-Amz-Expires': '0' })],
    ['a life past seven days', [], presigned({ 'X-Amz-Expires': '604801' })],
    ['a life that is no number', [], presigned({ 'X-Amz-Expires': '1e3' })],
    ['a parameter twice', [], `${presigned()}&X-Amz-Expires=60`],
  ])('calls it malformed and repeats no value: %s', (_, headers, query) => {
    const reading = read(headers, query);
    expect(reading).toEqual({ kind: 'malformed', problem: expect.any(String) });
    expect(JSON.stringify(reading)).not.toMatch(/nfyio_at_|abab|20261123/i);
  });

  it('answers garbage of any kind without throwing', () =>
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }), (header, query) => {
        const kind = read([['authorization', header]], `X-Amz-Signature=${query}`).kind;
        expect(['malformed', 'unsupported']).toContain(kind);
      }),
      { numRuns: 5000, seed: 1 },
    ));
});

describe('presigning', () => {
  it.each([0, 604_801, 1.5, Number.NaN])('refuses a life of %s seconds', (expiresSeconds) =>
    expect(() =>
      presignRequest(
        { method: 'GET', rawPath: '/', rawQuery: '', headers: [['host', 'h']] },
        {
          accessKeyId: 'A',
          signingKey: Buffer.alloc(32),
          region: 'r',
          service: 's3',
          amzDate: '20261123T000000Z',
          payloadHash: 'UNSIGNED-PAYLOAD',
          expiresSeconds,
        },
      ),
    ).toThrow(RangeError),
  );
});
