import { ByteWriter, textBytes } from './byteWriter.ts';

/** What the boxes of a vault are bound to: with it no box opens in another place than it was sealed for. */

export const MAGIC = Buffer.from('NFYVAULT', 'latin1');
export const VAULT_ID_BYTES = 16;

export interface RecordIdentity {
  readonly id: string;
  readonly kind: string;
  /** Generation of the file in which it was last written. */
  readonly revision: number;
}

/**
 * No box can be moved to another record, field, kind or vault, and no secret can be rolled back alone. The number is
 * that of the format which brought this: a secret sealed in format 1 stays as it is.
 */
export const recordContext = (
  vaultId: Buffer,
  { id, kind, revision }: RecordIdentity,
  field: 'meta' | 'secret',
): Buffer =>
  new ByteWriter(MAGIC.length + 2 + VAULT_ID_BYTES + textBytes(id) + textBytes(kind) + textBytes(field) + 8)
    .raw(MAGIC)
    .uint(1, 2)
    .raw(vaultId)
    .text(id)
    .text(kind)
    .text(field)
    .uint64(revision)
    .all();

/** The directory of one generation serves in no other, nor with more or fewer secrets. */
export const directoryContext = (vaultId: Buffer, generation: number, recordCount: number): Buffer =>
  new ByteWriter(MAGIC.length + 2 + VAULT_ID_BYTES + textBytes('directory') + 8 + 4)
    .raw(MAGIC)
    .uint(2, 2)
    .raw(vaultId)
    .text('directory')
    .uint64(generation)
    .uint(recordCount, 4)
    .all();
