import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import { z } from 'zod';
import type { WrappedKey } from '../ports.ts';

/** The vault file, byte by byte: docs/vault-format.md. Pure functions; nothing here knows a plaintext. */

export const MAGIC = Buffer.from('NFYVAULT', 'latin1');
export const FORMAT_VERSION = 1;
const MIN_READER_VERSION = 1;
export const MAX_VAULT_BYTES = 64 * 1024 * 1024;
export const VAULT_ID_BYTES = 16;
const MAC_BYTES = 32;
const CHECKSUM_BYTES = 32;
/** Magic and the two versions stay in place, and the checksum stays last, in every version to come. */
const SMALLEST_FILE_BYTES = MAGIC.length + 4 + CHECKSUM_BYTES;
const MAX_SLOTS_BYTES = 65_536;

/** One record with its plaintext sealed. */
export interface SealedRecord {
  readonly id: string;
  readonly kind: string;
  /** Generation of the file in which it was last written. */
  readonly revision: number;
  readonly metaBox: Buffer;
  readonly secretBox: Buffer | null;
}

export interface VaultImage {
  readonly vaultId: Buffer;
  /** Grows by one with every commit. */
  readonly generation: number;
  readonly slots: readonly WrappedKey[];
  readonly records: readonly SealedRecord[];
}

export type Decoded =
  | { readonly kind: 'image'; readonly image: VaultImage }
  | { readonly kind: 'damaged'; readonly because: string }
  | { readonly kind: 'newer' };

const slotsSchema = z.array(z.object({ kind: z.string() }).catchall(z.union([z.string(), z.number()])));

const uint = (value: number, byteCount: 1 | 2 | 4 | 8): Buffer => {
  const bytes = Buffer.alloc(byteCount);
  if (byteCount === 8) bytes.writeBigUInt64BE(BigInt(value));
  else bytes.writeUIntBE(value, 0, byteCount);
  return bytes;
};
/** Bytes with their length before them. */
const sized = (bytes: Buffer, byteCount: 2 | 4): Buffer =>
  Buffer.concat([uint(bytes.length, byteCount), bytes]);
const sizedText = (text: string): Buffer => sized(Buffer.from(text, 'utf8'), 2);

/**
 * What a box is bound to. With it no box can be moved to another record, field, kind or vault, and no record can be
 * rolled back alone.
 */
export const boxContext = (
  vaultId: Buffer,
  record: Pick<SealedRecord, 'id' | 'kind' | 'revision'>,
  field: 'meta' | 'secret',
): Buffer =>
  Buffer.concat([
    MAGIC,
    uint(FORMAT_VERSION, 2),
    vaultId,
    sizedText(record.id),
    sizedText(record.kind),
    sizedText(field),
    uint(record.revision, 8),
  ]);

const encodeRecord = ({ id, kind, revision, metaBox, secretBox }: SealedRecord): Buffer =>
  Buffer.concat([
    sizedText(id),
    sizedText(kind),
    uint(revision, 8),
    sized(metaBox, 4),
    uint(secretBox === null ? 0 : 1, 1),
    ...(secretBox === null ? [] : [sized(secretBox, 4)]),
  ]);

const mac = (body: Buffer, fileKey: Buffer): Buffer => createHmac('sha256', fileKey).update(body).digest();
const checksum = (bytes: Buffer): Buffer => createHash('sha256').update(bytes).digest();

export const encodeVault = (image: VaultImage, fileKey: Buffer): Buffer => {
  const body = Buffer.concat([
    MAGIC,
    uint(FORMAT_VERSION, 2),
    uint(MIN_READER_VERSION, 2),
    image.vaultId,
    uint(image.generation, 8),
    sized(Buffer.from(JSON.stringify(image.slots), 'utf8'), 4),
    uint(image.records.length, 4),
    ...image.records.map(encodeRecord),
  ]);
  const authenticated = Buffer.concat([body, mac(body, fileKey)]);
  return Buffer.concat([authenticated, checksum(authenticated)]);
};

/** Whether the file as a whole (order, count, slots, generation) is as the holder of the key wrote it. */
export const isAuthentic = (bytes: Buffer, fileKey: Buffer): boolean => {
  const bodyEnd = bytes.length - CHECKSUM_BYTES - MAC_BYTES;
  return timingSafeEqual(
    mac(bytes.subarray(0, bodyEnd), fileKey),
    bytes.subarray(bodyEnd, bodyEnd + MAC_BYTES),
  );
};

class Malformed extends Error {}

/** Reads forward and never past the end. */
class ByteReader {
  readonly #bytes: Buffer;
  #offset = 0;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  take(length: number): Buffer {
    const end = this.#offset + length;
    if (end > this.#bytes.length) throw new Malformed('a length points past the end');
    const taken = this.#bytes.subarray(this.#offset, end);
    this.#offset = end;
    return taken;
  }

  uint(byteCount: 1 | 2 | 4): number {
    return this.take(byteCount).readUIntBE(0, byteCount);
  }

  uint64(): number {
    const value = Number(this.take(8).readBigUInt64BE());
    if (!Number.isSafeInteger(value)) throw new Malformed('a counter is out of range');
    return value;
  }

  sized(byteCount: 2 | 4): Buffer {
    return this.take(this.uint(byteCount));
  }

  text(): string {
    return this.sized(2).toString('utf8');
  }

  end(): void {
    if (this.#offset !== this.#bytes.length) throw new Malformed('there is more than the format allows');
  }
}

const readSlots = (bytes: Buffer): readonly WrappedKey[] => {
  if (bytes.length > MAX_SLOTS_BYTES) throw new Malformed('the key slots are too long');
  return slotsSchema.parse(JSON.parse(bytes.toString('utf8')));
};

const readSecretBox = (reader: ByteReader): Buffer | null => {
  const flag = reader.uint(1);
  if (flag > 1) throw new Malformed('a flag is neither 0 nor 1');
  return flag === 1 ? reader.sized(4) : null;
};

const readRecord = (reader: ByteReader): SealedRecord => ({
  id: reader.text(),
  kind: reader.text(),
  revision: reader.uint64(),
  metaBox: reader.sized(4),
  secretBox: readSecretBox(reader),
});

const readRecords = (reader: ByteReader, generation: number): readonly SealedRecord[] => {
  const records: SealedRecord[] = [];
  const ids = new Set<string>();
  for (let left = reader.uint(4); left > 0; left -= 1) {
    const record = readRecord(reader);
    if (ids.has(record.id)) throw new Malformed('two records have the same id');
    if (record.revision > generation) throw new Malformed('a record is newer than the file');
    ids.add(record.id);
    records.push(record);
  }
  return records;
};

const readImage = (reader: ByteReader): VaultImage => {
  const vaultId = reader.take(VAULT_ID_BYTES);
  const generation = reader.uint64();
  const slots = readSlots(reader.sized(4));
  const records = readRecords(reader, generation);
  reader.take(MAC_BYTES);
  reader.end();
  return { vaultId, generation, slots, records };
};

/** Needs no key: says whether the file is whole, not whether it is authentic. */
export const decodeVault = (bytes: Buffer): Decoded => {
  if (bytes.length < SMALLEST_FILE_BYTES) return { kind: 'damaged', because: 'it is too short' };
  const checksumStart = bytes.length - CHECKSUM_BYTES;
  const checked = bytes.subarray(0, checksumStart);
  const reader = new ByteReader(checked);
  if (!reader.take(MAGIC.length).equals(MAGIC)) {
    return { kind: 'damaged', because: 'it does not begin as a vault file does' };
  }
  if (!checksum(checked).equals(bytes.subarray(checksumStart))) {
    return { kind: 'damaged', because: 'its checksum does not fit its content' };
  }
  const version = reader.uint(2);
  if (Math.max(version, reader.uint(2)) > FORMAT_VERSION) return { kind: 'newer' };
  if (version !== FORMAT_VERSION) return { kind: 'damaged', because: 'its format version is unknown' };
  try {
    return { kind: 'image', image: readImage(reader) };
  } catch (error) {
    if (error instanceof Malformed) return { kind: 'damaged', because: error.message };
    if (error instanceof SyntaxError || error instanceof z.ZodError) {
      return { kind: 'damaged', because: 'its key slots are unreadable' };
    }
    throw error;
  }
};
