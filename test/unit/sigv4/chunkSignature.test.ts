import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { chunkSignature, trailerSignature } from '../../../src/main/sigv4/chunkSignature.ts';
import type { HeaderPair } from '../../../src/main/sigv4/requestParts.ts';
import { deriveSigningKey } from '../../../src/main/sigv4/signingKey.ts';
import { signRequest } from '../../../src/main/sigv4/signRequest.ts';

/** The examples of the S3 documentation: 66,560 bytes in chunks of 64 KiB, 1 KiB and nothing. */
const chunks = [65_536, 1024, 0].map((size) => 'a'.repeat(size));
const signingKey = deriveSigningKey(
  'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY',
  '20130524',
  'us-east-1',
  's3',
);
const amzDate = '20130524T000000Z';
const scope = { dateStamp: '20130524', region: 'us-east-1', service: 's3' };
const signer = { signingKey, amzDate, scope };

const seedSignature = (payloadHash: string, ...headers: HeaderPair[]): string | undefined => {
  const parts = {
    method: 'PUT',
    rawPath: '/examplebucket/chunkObject.txt',
    rawQuery: '',
    headers: [
      ['Host', 's3.amazonaws.com'],
      ['x-amz-storage-class', 'REDUCED_REDUNDANCY'],
      ['Content-Encoding', 'aws-chunked'],
      ['x-amz-decoded-content-length', '66560'],
      ...headers,
    ] as HeaderPair[],
  };
  const signedHeaders = parts.headers.map(([name]) => name);
  const options = { accessKeyId: 'AKIAIOSFODNN7EXAMPLE', signingKey, amzDate, payloadHash, signedHeaders };
  const added = signRequest(parts, { ...options, region: 'us-east-1', service: 's3' });
  return Object.fromEntries(added).authorization?.split('Signature=')[1];
};

const chainFrom = (seed: string): string[] => {
  const chain = [seed];
  for (const chunk of chunks) {
    const hash = createHash('sha256').update(chunk).digest('hex');
    chain.push(chunkSignature(signer, chain.at(-1) ?? '', hash));
  }
  return chain;
};

describe('a body in signed chunks', () => {
  it('has the published signatures, from the request to the last chunk', () => {
    const seed = seedSignature('STREAMING-AWS4-HMAC-SHA256-PAYLOAD', ['Content-Length', '66824']) ?? '';
    expect(chainFrom(seed)).toEqual([
      '4f232c4386841ef735655705268965c44a0e4690baa4adea153f7db9fa80a0a9',
      'ad80c730a21e5b8d04586a2213dd63b9a0e99e0e2307b0ade35a65485a288648',
      '0055627c9e194cb4542bae2aa5492e3c1575bbb81b612b7d234b86a503ef5497',
      'b6c6ea8a5354eaf15b3cb7646744f4275b71ea724fed81ceb9323e279d449df9',
    ]);
  });

  it('has the published signatures with a trailer, too', () => {
    const payloadHash = 'STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER';
    const seed = seedSignature(payloadHash, ['x-amz-trailer', 'x-amz-checksum-crc32c']) ?? '';
    const chain = chainFrom(seed);
    expect(chain).toEqual([
      '106e2a8a18243abcf37539882f36619c00e2dfc72633413f02d3b74544bfeb8e',
      'b474d8862b1487a5145d686f57f013e54db672cee1c953b3010fb58501ef5aa2',
      '1c1344b170168f8e65b41376b44b20fe354e373826ccbbe2c1d40a8cae51e5c7',
      '2ca2aba2005185cf7159c6277faf83795951dd77a3a99e6e65d5c9f85863f992',
    ]);
    const trailer = trailerSignature(signer, chain.at(-1) ?? '', 'x-amz-checksum-crc32c:sOO8/Q==\n');
    expect(trailer).toBe('d81f82fc3505edab99d459891051a732e8730629a2e4a59689829ca17fe2e435');
  });
});
