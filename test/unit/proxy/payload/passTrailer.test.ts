import { describe, expect, it } from 'vitest';
import { passTrailer } from '../../../../src/main/proxy/payload/passTrailer.ts';
import type { ChunkedBody } from '../../../../src/main/proxy/payload/uploadProof.ts';
import { drain, expectCode, pieces } from './pieces.ts';

describe('unsigned chunks that are passed on', () => {
  /** CRC-32 of "123456789" is CBF43926: the check value of its catalogue. */
  const wire = '4\r\n1234\r\n005\r\n56789\r\n0\r\nx-amz-checksum-crc32: y/Q5Jg==\r\n\r\n';
  const body: ChunkedBody = {
    mode: 'STREAMING-UNSIGNED-PAYLOAD-TRAILER',
    decodedLength: 9,
    trailerName: 'x-amz-checksum-crc32',
    signedFrom: null,
  };

  it('come out byte for byte, wherever they were cut', async () => {
    for (let cut = 0; cut <= wire.length; cut += 1) {
      const { bytes, error } = await drain(passTrailer(pieces(wire, [cut]), body));
      expect(error).toBeNull();
      expect(bytes.toString('latin1')).toBe(wire);
    }
  });

  it.each([
    ['another byte', wire.replace('6', '7')],
    ['another checksum', wire.replace('y/Q5Jg', 'y/Q5Jh')],
    ['no trailer', wire.replace(/x-amz.*\r\n/, '')],
    ['no end', wire.slice(0, -10)],
    ['a longer chunk', wire.replace('005', '006')],
  ])('with %s end before their last chunk', async (_, tampered) => {
    const { bytes, error } = await drain(passTrailer(pieces(tampered, 6), body));
    expectCode(error, 'PAYLOAD_MISMATCH');
    expect(bytes.toString('latin1')).not.toContain('\r\n0\r\n');
  });

  it('are never sent to the end of what came, wherever that breaks off', async () => {
    for (let end = 1; end < wire.length; end += 1) {
      const { bytes, error } = await drain(passTrailer(pieces(wire.slice(0, end), 6), body));
      expectCode(error, 'PAYLOAD_MISMATCH');
      expect(bytes.length).toBeLessThan(end);
    }
  });
});
