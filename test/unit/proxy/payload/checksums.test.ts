import { describe, expect, it } from 'vitest';
import { createTrailerChecksum } from '../../../../src/main/proxy/payload/trailerChecksum.ts';

/** The check values ("123456789") of the catalogue of CRC algorithms. */
const checkValues = {
  'x-amz-checksum-crc32': 'cbf43926',
  'x-amz-checksum-crc32c': 'e3069283',
  'x-amz-checksum-crc64nvme': 'ae8b14860a799888',
} as const;
const hex = (base64: string): string => Buffer.from(base64, 'base64').toString('hex');

/** Bit by bit, from the definition. */
const bitwise = (data: Buffer, polynomial: bigint, width: bigint): string => {
  const ones = (1n << width) - 1n;
  let crc = ones;
  for (const byte of data) {
    crc ^= BigInt(byte);
    for (let bit = 0; bit < 8; bit += 1) crc = crc & 1n ? (crc >> 1n) ^ polynomial : crc >> 1n;
  }
  return (crc ^ ones).toString(16).padStart(Number(width / 4n), '0');
};

describe.each(Object.entries(checkValues))('%s', (name, checkValue) => {
  const digest = (...parts: readonly Buffer[]): string => {
    const checksum = createTrailerChecksum(name as keyof typeof checkValues);
    for (const part of parts) checksum.update(part);
    return hex(checksum.base64());
  };

  it('has the check value of its catalogue', () => {
    expect(digest(Buffer.from('123456789'))).toBe(checkValue);
    expect(digest()).toBe('0'.repeat(checkValue.length));
  });

  it('agrees with its definition, bit by bit, however its input is cut', () => {
    const data = Buffer.from(Array.from({ length: 257 }, (_, index) => (index * 193 + 7) & 0xff));
    const isWide = name === 'x-amz-checksum-crc64nvme';
    const polynomial = isWide
      ? 0x9a6c9329ac4bc9b5n
      : name === 'x-amz-checksum-crc32'
        ? 0xedb88320n
        : 0x82f63b78n;
    const expected = bitwise(data, polynomial, isWide ? 64n : 32n);
    for (let at = 0; at <= data.length; at += 1)
      expect(digest(data.subarray(0, at), data.subarray(at))).toBe(expected);
  });
});
