import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { chunkSignature } from '../../../src/main/sigv4/chunkSignature.ts';
import { deriveSigningKey } from '../../../src/main/sigv4/signingKey.ts';

describe('the chunk example of the S3 documentation', () => {
  const signer = {
    signingKey: deriveSigningKey('wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY', '20130524', 'us-east-1', 's3'),
    amzDate: '20130524T000000Z',
    scope: { dateStamp: '20130524', region: 'us-east-1', service: 's3' },
  };
  const sizes = [65_536, 1024, 0];
  const published = [
    '4f232c4386841ef735655705268965c44a0e4690baa4adea153f7db9fa80a0a9',
    'ad80c730a21e5b8d04586a2213dd63b9a0e99e0e2307b0ade35a65485a288648',
    '0055627c9e194cb4542bae2aa5492e3c1575bbb81b612b7d234b86a503ef5497',
    'b6c6ea8a5354eaf15b3cb7646744f4275b71ea724fed81ceb9323e279d449df9',
  ];

  it.each(sizes)('gives the published signature of the chunk of %i bytes', (size) => {
    const position = sizes.indexOf(size);
    const hash = createHash('sha256').update('a'.repeat(size)).digest('hex');
    const signature = chunkSignature(signer, published[position] ?? '', hash);
    expect(signature.toString('hex')).toBe(published[position + 1]);
  });
});
