import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { AppError } from '../../src/main/lib/appError.ts';
import { extractKey, fileKeyOf, openSlot } from '../../src/main/vault/dataKey.ts';
import { OpenRecords } from '../../src/main/vault/openRecords.ts';
import { boxOfSecret, secretOfBox } from '../../src/main/vault/secretBox.ts';
import { decodeVault, encodeVault, type VaultHead } from '../../src/main/vault/vaultFile.ts';
import { cheapWrapper } from '../helpers/testVault.ts';

const CHECKSUM_BYTES = 32;

export interface SealedVault {
  readonly bytes: Buffer;
  readonly head: VaultHead;
  /** The directory, then the secrets. */
  readonly boxes: readonly Buffer[];
}

export const readVault = (folder: string): SealedVault => {
  const bytes = readFileSync(join(folder, 'vault.nfyv'));
  const decoded = decodeVault(bytes);
  if (decoded.kind !== 'image') throw new Error('the vault to be tampered with is not whole');
  const { vaultId, generation, slots, directory, secrets } = decoded.image;
  if (!Buffer.isBuffer(directory)) throw new Error('it is of the first format');
  const secretBoxes = secrets.map((secret) => boxOfSecret(secret) ?? Buffer.alloc(0));
  return { bytes, head: { vaultId, generation, slots }, boxes: [directory, ...secretBoxes] };
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

/** As somebody who stole the file key, but no more, would leave it: only the boxes themselves can tell. */
export const withBoxes = async (
  head: VaultHead,
  [directory = Buffer.alloc(0), ...secrets]: readonly Buffer[],
): Promise<Buffer> => {
  const { key } = await openSlot(head.slots, cheapWrapper());
  const draft = {
    ...head,
    directoryBytes: directory.length,
    sealDirectory: (box: Buffer): unknown => directory.copy(box),
    secrets: secrets.map(secretOfBox),
  };
  return encodeVault(draft, fileKeyOf(extractKey(key, head.vaultId))).bytes;
};
