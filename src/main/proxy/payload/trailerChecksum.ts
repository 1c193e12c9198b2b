import { createHash } from 'node:crypto';
import { crc32 } from 'node:zlib';
import { crc32c } from './crc32c.ts';
import { Crc64Nvme } from './crc64nvme.ts';

/** The checksums an SDK appends to a streamed upload, by the header they come in. */
const checksums = {
  'x-amz-checksum-crc32': () => crc32Checksum(crc32),
  'x-amz-checksum-crc32c': () => crc32Checksum(crc32c),
  'x-amz-checksum-crc64nvme': () => new Crc64Nvme(),
  'x-amz-checksum-sha1': () => hashChecksum('sha1'),
  'x-amz-checksum-sha256': () => hashChecksum('sha256'),
} as const satisfies Record<string, () => TrailerChecksum>;

export type ChecksumName = keyof typeof checksums;

export const isChecksumName = (name: string): name is ChecksumName => Object.hasOwn(checksums, name);

export interface TrailerChecksum {
  update(bytes: Buffer): void;
  /** As it stands in the trailer. */
  base64(): string;
}

export const createTrailerChecksum = (name: ChecksumName): TrailerChecksum => checksums[name]();

const hashChecksum = (algorithm: string): TrailerChecksum => {
  const hash = createHash(algorithm);
  return { update: (bytes) => void hash.update(bytes), base64: () => hash.digest('base64') };
};

const crc32Checksum = (next: (bytes: Buffer, seed: number) => number): TrailerChecksum => {
  let crc = 0;
  return {
    update: (bytes) => {
      crc = next(bytes, crc);
    },
    base64: () => {
      const bytes = Buffer.alloc(4);
      bytes.writeUInt32BE(crc);
      return bytes.toString('base64');
    },
  };
};
