import { randomBytes } from 'node:crypto';
import { AppError } from '../lib/appError.ts';
import type { KeyWrapper } from '../ports.ts';
import { newDataKey, openSlot, withSlot } from './dataKey.ts';
import { type OpenedRecord, OpenRecords } from './openRecords.ts';
import { decodeVault, encodeVault, VAULT_ID_BYTES, type VaultImage } from './vaultFile.ts';

/** A vault file that stands for itself: an export. It shares no key and no id with the vault that it was made from. */

const MAX_RECORDS = 10_000;
/** Far beyond the metadata and the secrets that we write. */
const MAX_BOX_BYTES = 65_536;

/** Which this wrapper alone opens. The secrets are read, not taken over. */
export const sealCopy = async (records: readonly OpenedRecord[], wrapper: KeyWrapper): Promise<Buffer> => {
  const dataKey = newDataKey();
  const slots = await withSlot([], wrapper, dataKey);
  const unborn: VaultImage = { vaultId: randomBytes(VAULT_ID_BYTES), generation: 0, slots, records: [] };
  const open = OpenRecords.ofNew(unborn, dataKey);
  dataKey.fill(0);
  try {
    const { image, records: sealed } = open.after(
      unborn,
      records.map(({ kind, id, meta, secret }) => ({
        op: 'put',
        kind,
        id,
        meta,
        secret: secret?.revealBytes() ?? null,
      })),
    );
    open.adopt(sealed);
    return encodeVault({ ...image, generation: 1 }, open.fileKey);
  } finally {
    open.wipe();
  }
};

const unreadable = (because: string): AppError =>
  new AppError('IMPORT_UNREADABLE', { detail: `${because}.` });

const readImage = (bytes: Buffer): VaultImage => {
  const decoded = decodeVault(bytes);
  if (decoded.kind === 'newer') throw new AppError('VAULT_NEWER');
  if (decoded.kind === 'damaged') throw unreadable(`It is damaged: ${decoded.because}`);
  const { records } = decoded.image;
  if (records.length > MAX_RECORDS) throw unreadable(`It has more than ${MAX_RECORDS} records`);
  const isTooLong = ({ metaBox, secretBox }: (typeof records)[number]): boolean =>
    Math.max(metaBox.length, secretBox?.length ?? 0) > MAX_BOX_BYTES;
  if (records.some(isTooLong)) throw unreadable('One of its records is far too long');
  return decoded.image;
};

/**
 * Everything in it, with its secrets, for the caller to wipe.
 * @throws AppError IMPORT_UNREADABLE | VAULT_NEWER | WRONG_PASSPHRASE | PASSPHRASE_NEEDED | KEYCHAIN_UNAVAILABLE
 */
export const openCopy = async (bytes: Buffer, wrapper: KeyWrapper): Promise<readonly OpenedRecord[]> => {
  const image = readImage(bytes);
  try {
    const { key: dataKey } = await openSlot(image.slots, wrapper);
    const open = OpenRecords.read({ bytes, image }, dataKey);
    dataKey.fill(0);
    try {
      return open.opened(() => true);
    } finally {
      open.wipe();
    }
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    if (error.code === 'VAULT_DAMAGED') throw unreadable('It is whole, but not as its key wrote it');
    throw error.code === 'WRONG_PASSPHRASE' ? error.withHint('Give the passphrase of the file.') : error;
  }
};
