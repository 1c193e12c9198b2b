import { createHash } from 'node:crypto';
import { crc32 } from 'node:zlib';

/** A checksum that an SDK appends to a streamed upload. */
export interface TrailerChecksum {
  update(bytes: Buffer): void;
  /** Base64, as it stands in the trailer. */
  digest(): string;
}

/** @returns null for a header that is no checksum, or one that is not computed here */
export const createTrailerChecksum = (trailerName: string): TrailerChecksum | null => {
  switch (trailerName) {
    case 'x-amz-checksum-crc32':
      return ofCrc((bytes, seed) => crc32(bytes, seed));
    case 'x-amz-checksum-crc32c':
      return ofCrc(crc32c);
    case 'x-amz-checksum-sha1':
      return ofHash('sha1');
    case 'x-amz-checksum-sha256':
      return ofHash('sha256');
    default:
      return null;
  }
};

const ofHash = (algorithm: string): TrailerChecksum => {
  const hash = createHash(algorithm);
  return { update: (bytes) => void hash.update(bytes), digest: () => hash.digest('base64') };
};

const ofCrc = (next: (bytes: Buffer, seed: number) => number): TrailerChecksum => {
  let crc = 0;
  return {
    update: (bytes) => {
      crc = next(bytes, crc);
    },
    digest: () => {
      const bytes = Buffer.alloc(4);
      bytes.writeUInt32BE(crc);
      return bytes.toString('base64');
    },
  };
};

const CASTAGNOLI_REVERSED = 0x82f63b78;

const crc32cTable = Uint32Array.from({ length: 256 }, (_, index) => {
  let crc = index;
  for (let bit = 0; bit < 8; bit += 1) crc = crc & 1 ? (crc >>> 1) ^ CASTAGNOLI_REVERSED : crc >>> 1;
  return crc;
});

const crc32c = (bytes: Buffer, seed: number): number => {
  let crc = ~seed;
  for (const byte of bytes) crc = (crc32cTable[(crc ^ byte) & 0xff] ?? 0) ^ (crc >>> 8);
  return ~crc >>> 0;
};
