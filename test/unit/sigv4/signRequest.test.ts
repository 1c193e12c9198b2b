import { describe, expect, it } from 'vitest';
import type { HeaderPair } from '../../../src/main/sigv4/requestParts.ts';
import { signatureIn, signRequest } from '../../../src/main/sigv4/signRequest.ts';
import { SeededRandom } from '../../fuzz/seededRandom.ts';
import { isAccepted, optionsFor } from './ourSide.ts';
import { partsOf, randomRequest, SEED } from './randomRequests.ts';

const request = randomRequest(new SeededRandom(SEED, 6));
const { signedHeaders: _, ...options } = optionsFor(request, []);

describe('signing without being told which headers', () => {
  const headers: HeaderPair[] = [
    ['Host', 'h'],
    ['User-Agent', 'tool/1.0'],
    ['Content-Type', 'text/plain'],
    ['X-Amz-Meta-B', 'two'],
    ['x-amz-meta-a', 'one'],
    ['X-AMZ-META-B', 'three'],
    ['Range', 'bytes=0-1'],
    ['Accept-Encoding', 'gzip'],
    ['Content-MD5', 'digest'],
  ];
  const parts = { ...partsOf(request), headers };
  const added = signRequest(parts, options);
  const signed = { ...parts, headers: [...headers, ...added] };

  it('covers what changes the meaning of a request', () =>
    expect(Object.fromEntries(added).authorization).toContain(
      'SignedHeaders=content-md5;content-type;host;range;x-amz-content-sha256;x-amz-date;x-amz-meta-a;x-amz-meta-b,',
    ));

  it('leaves out what may change on the way', () => {
    const changed = (name: string): HeaderPair[] =>
      signed.headers.map((header) => (header[0] === name ? [name, 'changed'] : header));
    for (const name of ['User-Agent', 'Accept-Encoding'])
      expect(isAccepted({ ...signed, headers: changed(name) }, request.secretAccessKey)).toBe(true);
    for (const name of ['Content-Type', 'Range', 'Content-MD5', 'X-AMZ-META-B'])
      expect(isAccepted({ ...signed, headers: changed(name) }, request.secretAccessKey)).toBe(false);
  });

  it('tells the signature of a request that it has signed, and none of another', () => {
    const { authorization } = Object.fromEntries(added);
    expect(authorization?.split('Signature=')).toEqual([expect.any(String), signatureIn(signed)]);
    expect(signatureIn(signed)).toMatch(/^[0-9a-f]{64}$/);
    expect(signatureIn(parts)).toBe('');
    expect(signatureIn({ ...parts, headers: [['Authorization', 'Bearer abc']] })).toBe('');
  });
});
