import type { ChunkedBody } from '../../../../src/main/proxy/payload/uploadProof.ts';
import { deriveSigningKey } from '../../../../src/main/sigv4/signingKey.ts';

/** Keys, dates and signatures of the examples in the documentation of Amazon S3. */
const secretAccessKey = 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY';
const amzDate = '20130524T000000Z';
const signer = {
  signingKey: deriveSigningKey(secretAccessKey, '20130524', 'us-east-1', 's3'),
  amzDate,
  scope: { dateStamp: '20130524', region: 'us-east-1', service: 's3' },
};
const data = 'a'.repeat(65_536);
const tail = 'a'.repeat(1_024);
export const exampleObject = data + tail;
export const exampleSigner = signer;
export const exampleHead = { secretAccessKey, amzDate };

export interface Example {
  readonly wire: string;
  readonly body: ChunkedBody;
}

export const signedExample: Example = {
  wire: [
    `10000;chunk-signature=ad80c730a21e5b8d04586a2213dd63b9a0e99e0e2307b0ade35a65485a288648\r\n${data}\r\n`,
    `400;chunk-signature=0055627c9e194cb4542bae2aa5492e3c1575bbb81b612b7d234b86a503ef5497\r\n${tail}\r\n`,
    '0;chunk-signature=b6c6ea8a5354eaf15b3cb7646744f4275b71ea724fed81ceb9323e279d449df9\r\n\r\n',
  ].join(''),
  body: {
    mode: 'STREAMING-AWS4-HMAC-SHA256-PAYLOAD',
    decodedLength: 66_560,
    trailerName: null,
    signedFrom: { signer, seed: '4f232c4386841ef735655705268965c44a0e4690baa4adea153f7db9fa80a0a9' },
  },
};

export const trailerExample: Example = {
  wire: [
    `10000;chunk-signature=b474d8862b1487a5145d686f57f013e54db672cee1c953b3010fb58501ef5aa2\r\n${data}\r\n`,
    `400;chunk-signature=1c1344b170168f8e65b41376b44b20fe354e373826ccbbe2c1d40a8cae51e5c7\r\n${tail}\r\n`,
    '0;chunk-signature=2ca2aba2005185cf7159c6277faf83795951dd77a3a99e6e65d5c9f85863f992\r\n',
    'x-amz-checksum-crc32c:sOO8/Q==\r\n',
    'x-amz-trailer-signature:d81f82fc3505edab99d459891051a732e8730629a2e4a59689829ca17fe2e435\r\n\r\n',
  ].join(''),
  body: {
    mode: 'STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER',
    decodedLength: 66_560,
    trailerName: 'x-amz-checksum-crc32c',
    signedFrom: { signer, seed: '106e2a8a18243abcf37539882f36619c00e2dfc72633413f02d3b74544bfeb8e' },
  },
};
