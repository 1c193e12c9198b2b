import { describe, expect, it } from 'vitest';
import { ChunkMemory } from '../../../../src/main/proxy/payload/chunkMemory.ts';
import { MAX_SIGNED_CHUNK_BYTES, rechain } from '../../../../src/main/proxy/payload/rechain.ts';
import type { ChunkedBody } from '../../../../src/main/proxy/payload/uploadProof.ts';
import { deriveSigningKey } from '../../../../src/main/sigv4/signingKey.ts';
import { frame, judgeWire, type Mode, SIGNED, SIGNED_TRAILER } from '../../../helpers/awsChunks.ts';
import { exampleObject, exampleSigner, signedExample, trailerExample } from './documentedExamples.ts';
import { drain, expectCode, pieces } from './pieces.ts';

/** The request that the chunks are signed anew for: another key, another moment. */
const upstream = {
  secretAccessKey: 'another secret',
  amzDate: '20260101T000000Z',
  signature: 'a'.repeat(64),
};
const upstreamStart = {
  signer: {
    signingKey: deriveSigningKey(upstream.secretAccessKey, '20260101', 'us-east-1', 's3'),
    amzDate: upstream.amzDate,
    scope: { dateStamp: '20260101', region: 'us-east-1', service: 's3' },
  },
  seed: upstream.signature,
};

const room = new ChunkMemory(MAX_SIGNED_CHUNK_BYTES).roomFor('connection');

const tool = {
  secretAccessKey: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY',
  amzDate: '20130524T000000Z',
  signature: 'b'.repeat(64),
};
const framedBody = (mode: Mode, data: Buffer, chunkSize: number) => {
  const body: ChunkedBody = {
    mode,
    decodedLength: data.length,
    trailerName: mode === SIGNED_TRAILER ? 'x-amz-checksum-crc32' : null,
    signedFrom: { signer: exampleSigner, seed: tool.signature },
  };
  return { body, wire: frame(data, { mode, chunkSize }, tool) };
};

describe('signed chunks', () => {
  it('of the documented example are signed anew at the same length', async () => {
    const { wire, body } = signedExample;
    const { bytes, error } = await drain(rechain(pieces(wire, 10_000), body, upstreamStart, room));
    expect(error).toBeNull();
    expect(bytes.length).toBe(wire.length);
    expect(judgeWire(bytes, SIGNED, upstream).toString()).toBe(exampleObject);
  });

  it('signed for the very same request come out as they went in', async () => {
    for (const { wire, body } of [signedExample, trailerExample]) {
      const start = body.signedFrom;
      if (start === null) throw new Error('the example is signed');
      const { bytes } = await drain(rechain(pieces(wire, 10_000), body, start, room));
      expect(bytes.toString('latin1')).toBe(wire);
    }
  });

  it.each([SIGNED, SIGNED_TRAILER] as const)('of %s survive a cut at every byte', async (mode) => {
    const data = Buffer.from('123456789');
    const { wire, body } = framedBody(mode, data, 4);
    for (let cut = 0; cut <= wire.length; cut += 1) {
      const { bytes, error } = await drain(rechain(pieces(wire, [cut]), body, upstreamStart, room));
      expect(error).toBeNull();
      expect(judgeWire(bytes, mode, upstream)).toEqual(data);
    }
  });

  it('keep the words in which their sizes were written', async () => {
    const { wire, body } = signedExample;
    const odd = wire.replace('\r\n400;', '\r\n00000400;');
    const { bytes, error } = await drain(rechain(pieces(odd, 9_999), body, upstreamStart, room));
    expect(error).toBeNull();
    expect(bytes.length).toBe(odd.length);
    expect(bytes.includes('\r\n00000400;chunk-signature=')).toBe(true);
  });

  it('are not passed on from the chunk that is false', async () => {
    const { wire, body } = framedBody(SIGNED, Buffer.from('aaaabbbbcccc'), 4);
    const tampered = wire.toString('latin1').replace('bbbb', 'bbbx');
    const { bytes, error } = await drain(rechain(pieces(tampered, 50), body, upstreamStart, room));
    expectCode(error, 'PAYLOAD_MISMATCH');
    expect(bytes.toString('latin1')).toMatch(/^4;chunk-signature=[0-9a-f]{64}\r\n$/);
  });

  it('end before the last chunk when the trailer is false', async () => {
    const { wire, body } = framedBody(SIGNED_TRAILER, Buffer.from('aaaa'), 4);
    for (const [from, to] of [
      ['crc32:', 'crc32:A'],
      ['trailer-signature:', 'trailer-signature:0'],
      ['x-amz-checksum-crc32', 'x-amz-checksum-sha1'],
    ] as const) {
      const tampered = wire.toString('latin1').replace(from, to);
      const { bytes, error } = await drain(rechain(pieces(tampered, 50), body, upstreamStart, room));
      expectCode(error, 'PAYLOAD_MISMATCH');
      expect(bytes.toString('latin1')).toMatch(/^4;chunk-signature=[0-9a-f]{64}\r\n$/);
    }
  });

  it('without a local key are signed anew unverified', async () => {
    const data = Buffer.from('aaaabbbb');
    const { wire, body } = framedBody(SIGNED, data, 4);
    const forged = wire.toString('latin1').replaceAll(/signature=.{8}/g, 'signature=00000000');
    const open = { ...body, signedFrom: null };
    const { bytes, error } = await drain(rechain(pieces(forged, 50), open, upstreamStart, room));
    expect(error).toBeNull();
    expect(judgeWire(bytes, SIGNED, upstream)).toEqual(data);
  });

  it('of 16 MiB are held, larger ones are refused before any of their data is read', async () => {
    const largest = framedBody(SIGNED, Buffer.alloc(MAX_SIGNED_CHUNK_BYTES), MAX_SIGNED_CHUNK_BYTES);
    const { bytes } = await drain(rechain(pieces(largest.wire, 65_536), largest.body, upstreamStart, room));
    expect(bytes.length).toBe(largest.wire.length);

    const size = MAX_SIGNED_CHUNK_BYTES + 1;
    let readBytes = 0;
    async function* counted(): AsyncGenerator<Buffer> {
      for (const piece of [`${size.toString(16)};chunk-signature=${'0'.repeat(64)}\r\n`, 'data'])
        yield Buffer.from(piece);
      readBytes = size;
    }
    const body = { ...largest.body, decodedLength: size };
    const refused = await drain(rechain(counted(), body, upstreamStart, room));
    expectCode(refused.error, 'PAYLOAD_CHUNK_TOO_LARGE');
    expect([refused.bytes.length, readBytes]).toEqual([0, 0]);
  });

  it('are held one at a time: never more than a chunk and a piece', async () => {
    const chunkSize = 256 * 1024;
    const { wire, body } = framedBody(SIGNED, Buffer.alloc(5 * 1024 * 1024, 'x'), chunkSize);
    let takenBytes = 0;
    let givenBytes = 0;
    let mostHeld = 0;
    async function* source(): AsyncGenerator<Buffer> {
      for await (const piece of pieces(wire, 16_384)) {
        takenBytes += piece.length;
        mostHeld = Math.max(mostHeld, takenBytes - givenBytes);
        yield piece;
      }
    }
    for await (const piece of rechain(source(), body, upstreamStart, room)) givenBytes += piece.length;
    expect(givenBytes).toBe(wire.length);
    expect(mostHeld).toBeLessThan(chunkSize + 2 * 16_384);
  });
});
