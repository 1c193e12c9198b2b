import { describe, expect, it } from 'vitest';
import { withoutChunkHeaders } from '../../../../src/main/proxy/payload/chunkHeaders.ts';
import { type ModeVerdict, planPayload } from '../../../../src/main/proxy/payload/payloadPlan.ts';
import { SIGNED, SIGNED_TRAILER, UNSIGNED_TRAILER } from '../../../helpers/awsChunks.ts';

const EMPTY = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855';
const HASH = 'a'.repeat(64);

const plan = (
  headers: Record<string, string>,
  { signedHash = null as string | null, verdict = 'unknown' as ModeVerdict } = {},
): string => {
  const request = { method: 'PUT', rawPath: '/demo/a', rawQuery: '', headers: Object.entries(headers) };
  const planned = planPayload(request, signedHash, () => verdict);
  if (planned.kind === 'refuse') return planned.code;
  if (planned.kind === 'plain') return planned.payloadHash;
  return `${planned.kind} ${planned.decodedLength} ${planned.trailerName}`;
};

const crc32 = 'x-amz-checksum-crc32';
const length = { 'x-amz-decoded-content-length': '5', 'content-length': '90' };
const streaming = (mode: string, more: Record<string, string> = {}) => ({
  ...length,
  'x-amz-content-sha256': mode,
  ...more,
});

describe('the plan for a body', () => {
  it.each([
    [{}, EMPTY],
    [{ 'content-length': '0' }, EMPTY],
    [{ 'content-length': '5' }, 'UNSIGNED-PAYLOAD'],
    [{ 'transfer-encoding': 'chunked' }, 'UNSIGNED-PAYLOAD'],
    [{ 'content-length': '5', 'x-amz-content-sha256': HASH }, HASH],
    [{ 'transfer-encoding': 'chunked', 'x-amz-content-sha256': HASH }, HASH],
    [{ 'content-length': '0', 'x-amz-content-sha256': EMPTY }, EMPTY],
    [{ 'content-length': '5', 'x-amz-content-sha256': 'UNSIGNED-PAYLOAD' }, 'UNSIGNED-PAYLOAD'],
    [{ 'content-length': '5', 'x-amz-content-sha256': 'nonsense' }, 'PAYLOAD_UNSUPPORTED'],
    [{ 'content-length': '5', 'content-encoding': 'gzip' }, 'UNSIGNED-PAYLOAD'],
  ] as [Record<string, string>, string][])('of %j is to pass it as %s', (headers, expected) => {
    expect(plan(headers)).toBe(expected);
  });

  it.each([
    [streaming(SIGNED), 'rechain 5 null'],
    [streaming(SIGNED_TRAILER), 'rechain 5 null'],
    [streaming(SIGNED_TRAILER, { 'x-amz-trailer': crc32 }), `rechain 5 ${crc32}`],
    [streaming(UNSIGNED_TRAILER), 'passTrailer 5 null'],
    [streaming(UNSIGNED_TRAILER, { 'x-amz-trailer': ' X-Amz-Checksum-CRC32 ' }), `passTrailer 5 ${crc32}`],
  ] as [Record<string, string>, string][])('of %j is %s', (headers, expected) => {
    expect(plan(headers)).toBe(expected);
    expect(plan(headers, { verdict: 'taken' })).toBe(expected);
    expect(plan(headers, { verdict: 'refused' })).toBe(expected.replace(/^\w+/, 'dechunk'));
  });

  it.each([
    ['aws-chunked that is unsigned', { ...length, 'content-encoding': 'gzip, AWS-Chunked' }],
    [
      'aws-chunked with UNSIGNED-PAYLOAD',
      streaming('UNSIGNED-PAYLOAD', { 'content-encoding': 'aws-chunked' }),
    ],
    ['aws-chunked with a hash', streaming(HASH, { 'content-encoding': 'aws-chunked' })],
    ['no body', { ...streaming(SIGNED), 'content-length': '0' }],
    ['no length', { 'content-length': '90', 'x-amz-content-sha256': SIGNED }],
    ['a negative length', streaming(SIGNED, { 'x-amz-decoded-content-length': '-1' })],
    ['two lengths', { ...streaming(SIGNED), 'X-Amz-Decoded-Content-Length': '5' }],
    ['a trailer of plain chunks', streaming(SIGNED, { 'x-amz-trailer': crc32 })],
    ['a trailer of no chunks', { 'content-length': '5', 'x-amz-trailer': crc32 }],
    ['a trailer that is no checksum', streaming(UNSIGNED_TRAILER, { 'x-amz-trailer': 'x-amz-meta-a' })],
    ['two trailers', streaming(UNSIGNED_TRAILER, { 'x-amz-trailer': `${crc32},x-amz-checksum-sha1` })],
    [
      'a checksum in trailer and header',
      streaming(UNSIGNED_TRAILER, { 'x-amz-trailer': crc32, 'X-Amz-Checksum-Crc32': 'AAAAAA==' }),
    ],
  ] as [string, Record<string, string>][])('is a refusal for %s', (_, headers) => {
    expect(plan(headers)).toBe('PAYLOAD_CONTRADICTORY');
  });

  it('is a refusal for chunks signed with an asymmetric key', () => {
    expect(plan(streaming('STREAMING-AWS4-ECDSA-P256-SHA256-PAYLOAD'))).toBe('PAYLOAD_UNSUPPORTED');
  });

  it('takes what a presigned URL covers where no header says more', () => {
    expect(plan({ 'content-length': '5' }, { signedHash: HASH })).toBe(HASH);
  });

  it('does not believe that a body is empty because its client signed no hash', () => {
    expect(plan({ 'content-length': '5' }, { signedHash: EMPTY })).toBe('UNSIGNED-PAYLOAD');
    expect(plan({ 'content-length': '0' }, { signedHash: EMPTY })).toBe(EMPTY);
  });
});

describe('the headers of a body without its framing', () => {
  it('bear no sign of it, and every other coding', () => {
    const headers = withoutChunkHeaders([
      ['Content-Encoding', 'gzip,aws-chunked'],
      ['content-encoding', 'aws-chunked'],
      ['X-Amz-Decoded-Content-Length', '5'],
      ['x-amz-trailer', 'x-amz-checksum-crc32'],
      ['x-amz-sdk-checksum-algorithm', 'CRC32'],
      ['x-amz-meta-a', '1'],
    ]);
    expect(headers).toEqual([
      ['Content-Encoding', 'gzip'],
      ['x-amz-meta-a', '1'],
    ]);
  });
});
