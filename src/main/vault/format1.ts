import { type RecordIdentity, recordContext } from './boxContext.ts';
import { type ByteReader, Malformed } from './byteReader.ts';
import { recordKeyOf } from './dataKey.ts';
import { type DirectoryLine, lineOf } from './directory.ts';
import { openBox } from './sealedBox.ts';
import { NO_SECRET } from './secretBox.ts';
import type { Stretch } from './stretch.ts';

/** Format 1, which is read and never written: each record stood by itself, its metadata in a box of its own. */

export interface SealedMeta extends RecordIdentity {
  readonly metaBox: Buffer;
}

const readSecret = (reader: ByteReader): Stretch => {
  const flag = reader.uint(1);
  if (flag > 1) throw new Malformed('a flag is neither 0 nor 1');
  return flag === 1 ? reader.sizedStretch() : NO_SECRET;
};

export const readFormat1 = (
  reader: ByteReader,
  recordCount: number,
): { readonly directory: readonly SealedMeta[]; readonly secrets: readonly Stretch[] } => {
  const directory: SealedMeta[] = [];
  const secrets: Stretch[] = [];
  while (secrets.length < recordCount) {
    directory.push({
      id: reader.text(),
      kind: reader.text(),
      revision: reader.uint64(),
      metaBox: reader.sized(),
    });
    secrets.push(readSecret(reader));
  }
  return { directory, secrets };
};

/** What a directory would say of the record; null when its box is not as it was sealed. */
const lineFrom = (extracted: Buffer, vaultId: Buffer, record: SealedMeta): DirectoryLine | null => {
  const key = recordKeyOf(extracted, record.id);
  const plaintext = openBox(key, record.metaBox, recordContext(vaultId, record, 'meta'));
  key.fill(0);
  try {
    return plaintext && lineOf(record, JSON.parse(plaintext.toString('utf8')));
  } catch {
    return null;
  }
};

export const openFormat1 = (
  extracted: Buffer,
  vaultId: Buffer,
  records: readonly SealedMeta[],
): readonly DirectoryLine[] | null => {
  const lines: DirectoryLine[] = [];
  for (const record of records) {
    const line = lineFrom(extracted, vaultId, record);
    if (line === null) return null;
    lines.push(line);
  }
  return lines;
};
