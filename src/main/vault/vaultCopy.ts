import { randomBytes } from 'node:crypto';
import { MAX_EXPORT_RECORDS } from '../../shared/contract/transfer.ts';
import { AppError } from '../lib/appError.ts';
import type { KeyWrapper } from '../ports.ts';
import { VAULT_ID_BYTES } from './boxContext.ts';
import { newDataKey, openSlot, withSlot } from './dataKey.ts';
import { type OpenedRecord, OpenRecords } from './openRecords.ts';
import { lengthOf } from './stretch.ts';
import { decodeVault, type VaultImage } from './vaultFile.ts';

/** A vault file that stands for itself: an export. It shares no key and no id with the vault that it was made from. */

/** Far beyond the metadata, on the average, and the secrets that we write. */
const MAX_BOX_BYTES = 65_536;

/** Which this wrapper alone opens. The secrets are read, not taken over. */
export const sealCopy = async (records: readonly OpenedRecord[], wrapper: KeyWrapper): Promise<Buffer> => {
  const dataKey = newDataKey();
  const slots = await withSlot([], wrapper, dataKey);
  const head = { vaultId: randomBytes(VAULT_ID_BYTES), generation: 1, slots };
  const open = OpenRecords.ofNew(head.vaultId, dataKey);
  dataKey.fill(0);
  try {
    const sealed = open.after(
      records.map(({ kind, id, meta, secret }) => ({
        op: 'put',
        kind,
        id,
        meta,
        secret: secret?.revealBytes() ?? null,
      })),
      head.generation,
    );
    return open.encoded(head, sealed).bytes;
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
  const { directory, secrets } = decoded.image;
  if (secrets.length > MAX_EXPORT_RECORDS) throw unreadable(`It has more than ${MAX_EXPORT_RECORDS} records`);
  const metaBytes = Buffer.isBuffer(directory)
    ? directory.length
    : directory.reduce((sum, { metaBox }) => sum + metaBox.length, 0);
  if (
    secrets.some((secret) => lengthOf(secret) > MAX_BOX_BYTES) ||
    metaBytes > (secrets.length + 1) * MAX_BOX_BYTES
  )
    throw unreadable('Its records are far too long');
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
