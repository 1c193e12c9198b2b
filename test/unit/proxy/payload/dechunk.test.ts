import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { dechunk } from '../../../../src/main/proxy/payload/dechunk.ts';
import type { ChunkedBody } from '../../../../src/main/proxy/payload/uploadProof.ts';
import { exampleObject, signedExample, trailerExample } from './documentedExamples.ts';
import { drain, expectCode, pieces } from './pieces.ts';

const decode = async (source: AsyncIterable<Buffer>, body: ChunkedBody) => {
  const checksums: string[] = [];
  const result = await drain(dechunk(source, body, (name, value) => checksums.push(`${name}:${value}`)));
  return { ...result, checksums };
};

const unsigned = (decodedLength: number, trailerName: ChunkedBody['trailerName'] = null): ChunkedBody => ({
  mode: 'STREAMING-UNSIGNED-PAYLOAD-TRAILER',
  decodedLength,
  trailerName,
  signedFrom: null,
});

const expectMismatch = async (wire: string, body: ChunkedBody, sizes = [wire.length, 1]): Promise<void> => {
  for (const size of sizes) {
    const { bytes, error } = await decode(pieces(wire, size), body);
    expectCode(error, 'PAYLOAD_MISMATCH');
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
      expect(bytes.toString()).toBe(exampleObject);
    }
  });

  it('tell the checksum they brought', async () => {
    const { checksums } = await decode(pieces(trailerExample.wire, 10_000), trailerExample.body);
    expect(checksums).toEqual(['x-amz-checksum-crc32c:sOO8/Q==']);
  });

  it('are refused before their end when one byte of data was changed', async () => {
    for (const at of [100, 65_000, signedExample.wire.length - 200]) {
      const wire = `${signedExample.wire.slice(0, at)}b${signedExample.wire.slice(at + 1)}`;
      await expectMismatch(wire, signedExample.body, [10_000]);
    }
  });

  it('are refused when a signature is wrong, missing, or of another request', async () => {
    const { wire, body } = signedExample;
    const elsewhere = { ...body.signedFrom, seed: '0'.repeat(64) } as ChunkedBody['signedFrom'];
    for (const [tampered, tamperedBody] of [
      [wire.replace('0055627c', '0055627d'), body],
      [wire.replace('b6c6ea8a', 'b6c6ea8b'), body],
      [wire.replace(/;chunk-signature=0055[0-9a-f]+/, ''), body],
      [wire.replace('chunk-signature=0055', 'chunk-signature=zz55'), body],
      [wire, { ...body, signedFrom: elsewhere }],
    ] as const)
      await expectMismatch(tampered, tamperedBody, [10_000]);
  });

  it('are refused when the trailer was changed, cut off, or is not signed', async () => {
    const { wire, body } = trailerExample;
    for (const tampered of [
      wire.replace('sOO8/Q==', 'sOO8/g=='),
      wire.replace('d81f82fc', 'd81f82fd'),
      wire.replace(/x-amz-trailer-signature.*\r\n/, ''),
    ])
      await expectMismatch(tampered, body, [10_000]);
  });

  it('are checked for length and checksum where there is no key to check signatures with', async () => {
    const { wire, body } = trailerExample;
    const open = { ...body, signedFrom: null };
    expect((await decode(pieces(wire.replace('0055627c', '0055627d'), 10_000), open)).error).toBeNull();
    expect((await decode(pieces(wire.replace('d81f82fc', 'd81f82fd'), 10_000), open)).error).toBeNull();
    await expectMismatch(wire.replace('sOO8/Q==', 'sOO8/g=='), open, [10_000]);
    await expectMismatch(wire.replace(/x-amz-trailer-signature.*\r\n/, ''), open, [10_000]);
  });
});

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
    ['x-amz-checksum-crc64nvme', Buffer.from('ae8b14860a799888', 'hex').toString('base64')],
    ['x-amz-checksum-sha1', createHash('sha1').update('123456789').digest('base64')],
    ['x-amz-checksum-sha256', createHash('sha256').update('123456789').digest('base64')],
  ] as const)('are checked against %s', async (name, value) => {
    const withTrailer = (trailer: string): string => `9\r\n123456789\r\n0\r\n${trailer}\r\n\r\n`;
    const { error } = await decode(pieces(withTrailer(`${name}:${value}`), 5), unsigned(9, name));
    expect(error).toBeNull();
    await expectMismatch(withTrailer(`${name}:AAAA${value.slice(4)}`), unsigned(9, name));
    await expectMismatch(withTrailer('x-amz-meta:1'), unsigned(9, name));
    await expectMismatch(withTrailer(`${name}:${value}\r\nx-amz-meta:1`), unsigned(9, name));
    await expectMismatch(withTrailer(''), unsigned(9, name));
    await expectMismatch(withTrailer(`${name}:${value}`), unsigned(9));
  });

  it.each([['4\r\n1234\r\n0\r\n\r\n'], ['1\r\n1\r\n003\r\n234\r\n0\r\n\r\n']])(
    'may end as in %j',
    async (text) => {
      const { bytes, error } = await decode(pieces(text, 3), unsigned(4));
      expect(error).toBeNull();
      expect(bytes.toString()).toBe('1234');
    },
  );

  it.each([
    ['a body shorter than announced', '3\r\n123\r\n0\r\n\r\n'],
    ['a body longer than announced', '5\r\n12345\r\n0\r\n\r\n'],
    ['no last chunk', '4\r\n1234\r\n'],
    ['no end behind the last chunk', '4\r\n1234\r\n0\r\n'],
    ['half an end behind the last chunk', '4\r\n1234\r\n0\r\n\r'],
    ['an end amid data', '4\r\n12'],
    ['nothing', ''],
    ['data longer than its chunk', '3\r\n1234\r\n0\r\n\r\n'],
    ['a length that is no number', 'x\r\n1234\r\n0\r\n\r\n'],
    ['a negative length', '-4\r\n1234\r\n0\r\n\r\n'],
    ['a length with blanks', ' 4\r\n1234\r\n0\r\n\r\n'],
    ['lines that end in LF alone', '4\n1234\n0\n\n'],
    ['an endless length line', `${'0'.repeat(5_000)}4\r\n1234\r\n0\r\n\r\n`],
    ['an endless line without an end', '0'.repeat(5_000)],
    ['an unknown extension', '4;x=1\r\n1234\r\n0\r\n\r\n'],
    ['a signature nobody announced', `4;chunk-signature=${'0'.repeat(64)}\r\n1234\r\n0\r\n\r\n`],
    ['a huge length', 'fffffffffffff\r\n1234'],
    ['plain data', '1234'],
    ['a trailer nobody announced', '4\r\n1234\r\n0\r\nx-amz-checksum-crc32:m+PhAg==\r\n\r\n'],
    ['a trailer signature nobody announced', '4\r\n1234\r\n0\r\nx-amz-trailer-signature:00\r\n\r\n'],
    ['a trailer that is no header', '4\r\n1234\r\n0\r\nnonsense\r\n\r\n'],
    ['a trailer twice', '4\r\n1234\r\n0\r\na:1\r\nA:2\r\n\r\n'],
    ['an endless trailer', `4\r\n1234\r\n0\r\na:${'x'.repeat(20_000)}\r\n\r\n`],
    ['an endless trailer behind the last chunk', `4\r\n1234\r\n0\r\n${'\r\n'.repeat(20_000)}`],
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

  it('are read from a source that cannot be told to stop', async () => {
    const source = pieces(wire, 7);
    const unstoppable = { [Symbol.asyncIterator]: () => ({ next: () => source.next() }) };
    expect((await decode(unstoppable, body)).bytes.toString()).toBe('123456789');
  });
});
