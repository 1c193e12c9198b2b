import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { AppError } from '../../src/main/lib/appError.ts';
import { extractKey, fileKeyOf, openSlot } from '../../src/main/vault/dataKey.ts';
import { OpenRecords } from '../../src/main/vault/openRecords.ts';
import {
  decodeVault,
  encodeRecord,
  encodeVault,
  type RecordIdentity,
  type SealedRecord,
  type VaultImage,
} from '../../src/main/vault/vaultFile.ts';
import { cheapWrapper } from '../helpers/testVault.ts';

const CHECKSUM_BYTES = 32;

export const readVault = (folder: string): { readonly bytes: Buffer; readonly image: VaultImage } => {
  const bytes = readFileSync(join(folder, 'vault.nfyv'));
  const decoded = decodeVault(bytes);
  if (decoded.kind !== 'image') throw new Error('the vault to be tampered with is not whole');
  return { bytes, image: decoded.image };
};

/** As somebody who knows the format, but no key, would leave it. */
export const withChecksum = (bytes: Buffer): Buffer => {
  const body = bytes.subarray(0, Math.max(0, bytes.length - CHECKSUM_BYTES));
  return Buffer.concat([body, createHash('sha256').update(body).digest()]);
};

/** Everything in the file, secrets opened too, as an unlock with the right passphrase finds it; or why it refuses. */
export const readOut = async (
  bytes: Buffer,
): Promise<{ readonly refused: string } | { readonly all: string }> => {
  const decoded = decodeVault(bytes);
  if (decoded.kind !== 'image') return { refused: decoded.kind };
  try {
    const { key } = await openSlot(decoded.image.slots, cheapWrapper());
    const open = OpenRecords.read({ bytes, image: decoded.image }, key);
    const all = open
      .all()
      .map(({ id, kind, meta }) => [id, kind, meta, open.secretOf(id)?.toString('utf8') ?? null]);
    return { all: JSON.stringify(all) };
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    return { refused: error.code };
  }
};

/** What a record consists of, each part replaceable. */
export interface RecordParts extends RecordIdentity {
  readonly metaBox: Buffer;
  readonly secretBox: Buffer | null;
}
export const partsOf = ({ id, kind, revision, metaBox, secretBox }: SealedRecord): RecordParts => ({
  ...{ id, kind, revision },
  ...{ metaBox, secretBox },
});

/** As somebody who stole the file key, but no more, would leave it: only the boxes themselves can tell. */
export const withRecords = async (image: VaultImage, parts: readonly RecordParts[]): Promise<Buffer> => {
  const { key } = await openSlot(image.slots, cheapWrapper());
  const records = parts.map((part) => encodeRecord(part, part.metaBox, part.secretBox));
  return encodeVault({ ...image, records }, fileKeyOf(extractKey(key, image.vaultId)));
};
