import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { AppError } from '../../../src/main/lib/appError.ts';
import { type ChunkedBody, decodeAwsChunked } from '../../../src/main/proxy/awsChunked.ts';
import { deriveSigningKey } from '../../../src/main/sigv4/signingKey.ts';

/** Keys, dates and signatures of the examples in the documentation of Amazon S3. */
const scope = { dateStamp: '20130524', region: 'us-east-1', service: 's3' };
const signer = {
  signingKey: deriveSigningKey('wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY', '20130524', 'us-east-1', 's3'),
  amzDate: '20130524T000000Z',
  scope,
};
const data = 'a'.repeat(65_536);
const tail = 'a'.repeat(1_024);

const signedExample = {
  wire: [
    `10000;chunk-signature=ad80c730a21e5b8d04586a2213dd63b9a0e99e0e2307b0ade35a65485a288648\r\n${data}\r\n`,
    `400;chunk-signature=0055627c9e194cb4542bae2aa5492e3c1575bbb81b612b7d234b86a503ef5497\r\n${tail}\r\n`,
    '0;chunk-signature=b6c6ea8a5354eaf15b3cb7646744f4275b71ea724fed81ceb9323e279d449df9\r\n\r\n',
  ].join(''),
  body: {
    decodedLength: 66_560,
    trailerName: null,
    signatures: {
      signer,
      seed: '4f232c4386841ef735655705268965c44a0e4690baa4adea153f7db9fa80a0a9',
      isTrailerSigned: false,
    },
  } satisfies ChunkedBody,
};

const trailerExample = {
  wire: [
    `10000;chunk-signature=b474d8862b1487a5145d686f57f013e54db672cee1c953b3010fb58501ef5aa2\r\n${data}\r\n`,
    `400;chunk-signature=1c1344b170168f8e65b41376b44b20fe354e373826ccbbe2c1d40a8cae51e5c7\r\n${tail}\r\n`,
    '0;chunk-signature=2ca2aba2005185cf7159c6277faf83795951dd77a3a99e6e65d5c9f85863f992\r\n',
    'x-amz-checksum-crc32c:sOO8/Q==\r\n',
    'x-amz-trailer-signature:d81f82fc3505edab99d459891051a732e8730629a2e4a59689829ca17fe2e435\r\n\r\n',
  ].join(''),
  body: {
    decodedLength: 66_560,
    trailerName: 'x-amz-checksum-crc32c',
    signatures: {
      signer,
      seed: '106e2a8a18243abcf37539882f36619c00e2dfc72633413f02d3b74544bfeb8e',
      isTrailerSigned: true,
    },
  } satisfies ChunkedBody,
};

async function* pieces(wire: string, sizes: number | readonly number[]): AsyncGenerator<Buffer> {
  const bytes = Buffer.from(wire, 'latin1');
  const cuts = typeof sizes === 'number' ? null : sizes;
  const step = typeof sizes === 'number' ? sizes : bytes.length;
  const ends =
    cuts ?? Array.from({ length: Math.ceil(bytes.length / step) }, (_, index) => (index + 1) * step);
  let from = 0;
  for (const end of [...ends, bytes.length]) {
    yield bytes.subarray(from, end);
    from = end;
  }
}

const decode = async (source: AsyncIterable<Buffer>, body: ChunkedBody) => {
  const received: Buffer[] = [];
  let error: unknown = null;
  try {
    for await (const piece of decodeAwsChunked(source, body)) received.push(Buffer.from(piece));
  } catch (thrown) {
    error = thrown;
  }
  return { bytes: Buffer.concat(received), error };
};

const unsigned = (decodedLength: number, trailerName: string | null = null): ChunkedBody => ({
  decodedLength,
  trailerName,
  signatures: null,
});

const expectMismatch = async (wire: string, body: ChunkedBody): Promise<void> => {
  for (const size of [wire.length, 1]) {
    const { bytes, error } = await decode(pieces(wire, size), body);
    expect(error).toBeInstanceOf(AppError);
    expect((error as AppError).code).toBe('PAYLOAD_MISMATCH');
    if (body.decodedLength > 0) expect(bytes.length).toBeLessThan(body.decodedLength);
  }
};

describe('the documented examples', () => {
  it.each([
    ['signed chunks', signedExample],
    ['signed chunks with a signed checksum', trailerExample],
  ])('of %s are decoded and verified, however they are cut', async (_, { wire, body }) => {
    for (const size of [wire.length, 65_536, 1_000, 7]) {
      const { bytes, error } = await decode(pieces(wire, size), body);
      expect(error).toBeNull();
      expect(bytes.toString()).toBe(data + tail);
    }
  });

  it('are refused before their end when one byte of data was changed', async () => {
    for (const at of [100, 65_000, signedExample.wire.length - 200]) {
      const wire = `${signedExample.wire.slice(0, at)}b${signedExample.wire.slice(at + 1)}`;
      await expectMismatchOnce(wire, signedExample.body);
    }
  });

  it('are refused when a signature is wrong, missing, or of another request', async () => {
    const { wire, body } = signedExample;
    await expectMismatchOnce(wire.replace('0055627c', '0055627d'), body);
    await expectMismatchOnce(wire.replace('b6c6ea8a', 'b6c6ea8b'), body);
    await expectMismatchOnce(wire.replace(/;chunk-signature=0055[0-9a-f]+/, ''), body);
    await expectMismatchOnce(wire, { ...body, signatures: { ...body.signatures, seed: '0'.repeat(64) } });
  });

  it('are refused when the trailer was changed, cut off, or is not signed', async () => {
    const { wire, body } = trailerExample;
    await expectMismatchOnce(wire.replace('sOO8/Q==', 'sOO8/g=='), body);
    await expectMismatchOnce(wire.replace('d81f82fc', 'd81f82fd'), body);
    await expectMismatchOnce(wire.replace(/x-amz-trailer-signature.*\r\n/, ''), body);
  });
});

const expectMismatchOnce = async (wire: string, body: ChunkedBody): Promise<void> => {
  const { bytes, error } = await decode(pieces(wire, 10_000), body);
  expect((error as AppError | null)?.code).toBe('PAYLOAD_MISMATCH');
  expect(bytes.length).toBeLessThan(body.decodedLength);
};

describe('unsigned chunks', () => {
  /** CRC-32 of "123456789" is CBF43926, CRC-32C is E3069283: the check values of their catalogues. */
  const wire = '4\r\n1234\r\n5\r\n56789\r\n0\r\nx-amz-checksum-crc32:y/Q5Jg==\r\n\r\n';
  const body = unsigned(9, 'x-amz-checksum-crc32');

  it('are decoded when cut in two at every byte', async () => {
    for (let cut = 0; cut <= wire.length; cut += 1) {
      const { bytes, error } = await decode(pieces(wire, [cut]), body);
      expect(error).toBeNull();
      expect(bytes.toString()).toBe('123456789');
    }
  });

  it('are decoded when cut in three at every pair of bytes', async () => {
    for (let first = 0; first <= wire.length; first += 1)
      for (let second = first; second <= wire.length; second += 1) {
        const { bytes } = await decode(pieces(wire, [first, second]), body);
        expect(bytes.toString()).toBe('123456789');
      }
  });

  it.each([
    ['x-amz-checksum-crc32', 'y/Q5Jg=='],
    ['x-amz-checksum-crc32c', '4waSgw=='],
    ['x-amz-checksum-sha1', createHash('sha1').update('123456789').digest('base64')],
    ['x-amz-checksum-sha256', createHash('sha256').update('123456789').digest('base64')],
  ])('are checked against %s', async (name, value) => {
    const withTrailer = (trailer: string): string => `9\r\n123456789\r\n0\r\n${trailer}\r\n\r\n`;
    const { error } = await decode(pieces(withTrailer(`${name}:${value}`), 5), unsigned(9, name));
    expect(error).toBeNull();
    await expectMismatch(withTrailer(`${name}:AAAA${value.slice(4)}`), unsigned(9, name));
    await expectMismatch(withTrailer('x-amz-meta:1'), unsigned(9, name));
  });

  it.each([
    ['4\r\n1234\r\n0\r\n\r\n'],
    ['4\r\n1234\r\n0\r\n'],
    ['4\r\n1234\r\n0\r\nx-amz-checksum-crc64nvme:AAAA\r\n\r\n'],
    ['1\r\n1\r\n003\r\n234\r\n0\r\n\r\n'],
  ])('may end as in %j', async (text) => {
    const { bytes, error } = await decode(pieces(text, 3), unsigned(4));
    expect(error).toBeNull();
    expect(bytes.toString()).toBe('1234');
  });

  it.each([
    ['a body shorter than announced', '3\r\n123\r\n0\r\n\r\n'],
    ['a body longer than announced', '5\r\n12345\r\n0\r\n\r\n'],
    ['no last chunk', '4\r\n1234\r\n'],
    ['an end amid data', '4\r\n12'],
    ['nothing', ''],
    ['data longer than its chunk', '3\r\n1234\r\n0\r\n\r\n'],
    ['a length that is no number', 'x\r\n1234\r\n0\r\n\r\n'],
    ['a negative length', '-4\r\n1234\r\n0\r\n\r\n'],
    ['a length with blanks', ' 4\r\n1234\r\n0\r\n\r\n'],
    ['an endless length line', `${'0'.repeat(5_000)}4\r\n1234\r\n0\r\n\r\n`],
    ['an unknown extension', '4;x=1\r\n1234\r\n0\r\n\r\n'],
    ['a huge length', 'fffffffffffff\r\n1234'],
    ['plain data', '1234'],
    ['a trailer that is no header', '4\r\n1234\r\n0\r\nnonsense\r\n\r\n'],
    ['a trailer twice', '4\r\n1234\r\n0\r\na:1\r\nA:2\r\n\r\n'],
    ['an endless trailer', `4\r\n1234\r\n0\r\na:${'x'.repeat(20_000)}\r\n\r\n`],
  ])('are refused with %s', async (_, text) => {
    await expectMismatch(text, unsigned(4));
  });

  it('may be empty', async () => {
    const { bytes, error } = await decode(
      pieces('0\r\nx-amz-checksum-crc32:AAAAAA==\r\n\r\n', 1),
      unsigned(0, 'x-amz-checksum-crc32'),
    );
    expect(error).toBeNull();
    expect(bytes.length).toBe(0);
  });

  it('pass on the error of their source', async () => {
    async function* broken(): AsyncGenerator<Buffer> {
      yield Buffer.from('4\r\n12');
      throw new Error('reset');
    }
    const { error } = await decode(broken(), unsigned(4));
    expect((error as Error).message).toBe('reset');
  });
});
