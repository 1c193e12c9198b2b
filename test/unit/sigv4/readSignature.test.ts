import { describe, expect, it } from 'vitest';
import { readSignature } from '../../../src/main/sigv4/readSignature.ts';
import type { HeaderPair } from '../../../src/main/sigv4/requestParts.ts';
import { SeededRandom } from '../../fuzz/seededRandom.ts';
import { SEED } from './randomRequests.ts';

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
    ['AWS4-ECDSA-P256-SHA256 Credential=a', 'X-Amz-Region-Set=*', 'AWS4-ECDSA-P256-SHA256'],
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
    ['a header and an old query signature', authorization('a=b'), 'AWSAccessKeyId=A&Signature=b'],
    ['another algorithm', [], presigned({ 'X-Amz-Algorithm': 'aws4-hmac-sha256' })],
    ['no algorithm', [], presigned({ 'X-Amz-Algorithm': null })],
    ['no signed headers', [], presigned({ 'X-Amz-SignedHeaders': null })],
    ['empty signed headers', [], presigned({ 'X-Amz-SignedHeaders': '' })],
    ['an upper-case signed header', [], presigned({ 'X-Amz-SignedHeaders': 'Host;host' })],
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
    ['no date', [], presigned({ 'X-Amz-Date': null })],
    ['an HTTP date', [], presigned({ 'X-Amz-Date': 'Mon, 23 Nov 2026 10:11:12 GMT' })],
    ['no credential', [], presigned({ 'X-Amz-Credential': null })],
    ['a payload hash of two words', [], presigned({ 'X-Amz-Content-Sha256': 'a b' })],
    [
      'a payload hash in the query and in a header',
      [['x-amz-content-sha256', 'UNSIGNED-PAYLOAD']] as HeaderPair[],
      presigned({ 'X-Amz-Content-Sha256': 'UNSIGNED-PAYLOAD' }),
    ],
    ['no life told', [], presigned({ 'X-Amz-Expires': null })],
    ['a negative life', [], presigned({ 'X-Amz-Expires': '-60' })],
    ['half a second of life', [], presigned({ 'X-Amz-Expires': '60.5' })],
    ['no life at all', [], presigned({ 'X-Amz-Expires': '0' })],
    ['a life past seven days', [], presigned({ 'X-Amz-Expires': '604801' })],
    ['a life that is no number', [], presigned({ 'X-Amz-Expires': '1e3' })],
    ['a parameter twice', [], `${presigned()}&X-Amz-Expires=60`],
    ['a parameter twice with the same value', [], `${presigned()}&X-Amz-SignedHeaders=host`],
    ['a parameter twice, once in lower case', [], `${presigned()}&x-amz-expires=60`],
    ['a parameter twice, once escaped', [], `${presigned()}&%58-Amz-Expires=60`],
  ])('calls it malformed and repeats no value: %s', (_, headers, query) => {
    const reading = read(headers, query);
    expect(reading).toEqual({ kind: 'malformed', problem: expect.any(String) });
    expect(JSON.stringify(reading)).not.toMatch(/nfyio_at_|abab|20261123/i);
  });

  it.each(['STREAMING-AWS4-ECDSA-P256-SHA256-PAYLOAD', 'STREAMING-AWS4-ECDSA-P256-SHA256-PAYLOAD-TRAILER'])(
    'names chunks signed by curve as not supported: %s',
    (algorithm) => {
      const fields = `Credential=${credential}, SignedHeaders=host, Signature=${signature}`;
      const headers: HeaderPair[] = [...authorization(fields), ['x-amz-content-sha256', algorithm]];
      expect(read(headers)).toEqual({ kind: 'unsupported', algorithm });
    },
  );

  it('refuses a second payload hash', () => {
    const hash: HeaderPair = ['x-amz-content-sha256', 'UNSIGNED-PAYLOAD'];
    const fields = `Credential=${credential}, SignedHeaders=host, Signature=${signature}`;
    expect(read([...authorization(fields), hash, hash]).kind).toBe('malformed');
  });

  it('answers garbage of any kind without throwing', () => {
    const random = new SeededRandom(SEED, 5);
    const pieces = ['AWS4-HMAC-SHA256 ', 'Credential=', credential, ', ', 'Signature=', signature, '\u0000'];
    const garbage = (): string =>
      Array.from({ length: random.below(12) }, () =>
        random.chance(0.5) ? random.pick(pieces) : String.fromCharCode(random.below(0x100)),
      ).join('');
    const kinds = new Set<string>();
    for (let count = 0; count < 10_000; count += 1) {
      kinds.add(read([['authorization', garbage()]]).kind);
      kinds.add(read([], `X-Amz-Signature=${garbage()}`).kind);
    }
    expect([...kinds].sort()).toEqual(['malformed']);
  });
});
