import { createHash } from 'node:crypto';
import { crc32 } from 'node:zlib';

/** The checksums of S3: `x-amz-checksum-<name>`, base64. */
export const checksumNames = ['crc32', 'crc32c', 'crc64nvme', 'sha1', 'sha256'] as const;
export type ChecksumName = (typeof checksumNames)[number];

export interface Checksum {
  update(bytes: Buffer): void;
  base64(): string;
}

export const createChecksum = (name: ChecksumName): Checksum => {
  switch (name) {
    case 'crc32':
      return crc32Checksum();
    case 'crc32c':
      return crc32cChecksum();
    case 'crc64nvme':
      return crc64nvmeChecksum();
    default: {
      const hash = createHash(name);
      return { update: (bytes) => void hash.update(bytes), base64: () => hash.digest('base64') };
    }
  }
};

const base64OfWords = (...words: readonly number[]): string => {
  const bytes = Buffer.alloc(4 * words.length);
  for (const [index, word] of words.entries()) bytes.writeUInt32BE(word >>> 0, 4 * index);
  return bytes.toString('base64');
};

const crc32Checksum = (): Checksum => {
  let value = 0;
  return {
    update: (bytes) => {
      value = crc32(bytes, value);
    },
    base64: () => base64OfWords(value),
  };
};

/** One step of a reflected CRC for every byte value, as high and low words. */
const crcTable = (polynomial: bigint): { readonly high: Uint32Array; readonly low: Uint32Array } => {
  const high = new Uint32Array(256);
  const low = new Uint32Array(256);
  for (let byte = 0; byte < 256; byte += 1) {
    let value = BigInt(byte);
    for (let bit = 0; bit < 8; bit += 1)
      value = (value & 1n) === 1n ? (value >> 1n) ^ polynomial : value >> 1n;
    high[byte] = Number(value >> 32n);
    low[byte] = Number(value & 0xffff_ffffn);
  }
  return { high, low };
};

const crc32cTable = crcTable(0x82f6_3b78n).low;
const crc64nvmeTable = crcTable(0x9a6c_9329_ac4b_c9b5n);

const crc32cChecksum = (): Checksum => {
  let value = 0xffff_ffff;
  return {
    update: (bytes) => {
      for (const byte of bytes) value = (value >>> 8) ^ (crc32cTable[(value ^ byte) & 0xff] ?? 0);
    },
    base64: () => base64OfWords(~value),
  };
};

const crc64nvmeChecksum = (): Checksum => {
  let high = 0xffff_ffff;
  let low = 0xffff_ffff;
  return {
    update: (bytes) => {
      for (const byte of bytes) {
        const index = (low ^ byte) & 0xff;
        low = ((low >>> 8) | (high << 24)) ^ (crc64nvmeTable.low[index] ?? 0);
        high = (high >>> 8) ^ (crc64nvmeTable.high[index] ?? 0);
      }
    },
    base64: () => base64OfWords(~high, ~low),
  };
};
