import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import { z } from 'zod';
import type { WrappedKey } from '../ports.ts';
import { ByteReader, Malformed } from './byteReader.ts';
import { ByteWriter, sizedBytes, textBytes } from './byteWriter.ts';

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

/** What the boxes of a record are bound to, besides the vault. */
export interface RecordIdentity {
  readonly id: string;
  readonly kind: string;
  /** Generation of the file in which it was last written. */
  readonly revision: number;
}

/**
 * One record with its plaintext sealed: a stretch of the bytes that it was read from or written to. Thousands of
 * small buffers would cost more than opening them, so its boxes are cut out when they are asked for.
 */
export class SealedRecord implements RecordIdentity {
  readonly id: string;
  readonly kind: string;
  readonly revision: number;
  readonly #bytes: Buffer;
  readonly #start: number;
  readonly #metaAt: number;
  readonly #end: number;

  constructor(
    { id, kind, revision }: RecordIdentity,
    bytes: Buffer,
    { start, metaAt, end }: { readonly start: number; readonly metaAt: number; readonly end: number },
  ) {
    this.id = id;
    this.kind = kind;
    this.revision = revision;
    this.#bytes = bytes;
    this.#start = start;
    this.#metaAt = metaAt;
    this.#end = end;
  }

  get byteLength(): number {
    return this.#end - this.#start;
  }

  get metaBox(): Buffer {
    return this.#sizedAt(this.#metaAt);
  }

  get secretBox(): Buffer | null {
    const flagAt = this.#metaAt + 4 + this.#bytes.readUInt32BE(this.#metaAt);
    return this.#bytes[flagAt] === 0 ? null : this.#sizedAt(flagAt + 1);
  }

  /** As it stands: a save encodes only what it changes. */
  writeTo(writer: ByteWriter): void {
    writer.raw(this.#bytes, this.#start, this.#end);
  }

  #sizedAt(offset: number): Buffer {
    const start = offset + 4;
    return this.#bytes.subarray(start, start + this.#bytes.readUInt32BE(offset));
  }
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

/**
 * What a box is bound to. With it no box can be moved to another record, field, kind or vault, and no record can be
 * rolled back alone.
 */
export const boxContext = (
  vaultId: Buffer,
  { id, kind, revision }: RecordIdentity,
  field: 'meta' | 'secret',
): Buffer =>
  new ByteWriter(MAGIC.length + 2 + VAULT_ID_BYTES + textBytes(id) + textBytes(kind) + textBytes(field) + 8)
    .raw(MAGIC)
    .uint(FORMAT_VERSION, 2)
    .raw(vaultId)
    .text(id)
    .text(kind)
    .text(field)
    .uint64(revision)
    .all();

export const encodeRecord = (
  identity: RecordIdentity,
  metaBox: Buffer,
  secretBox: Buffer | null,
): SealedRecord => {
  const { id, kind, revision } = identity;
  const metaAt = textBytes(id) + textBytes(kind) + 8;
  const secretBytes = secretBox === null ? 0 : sizedBytes(secretBox);
  const writer = new ByteWriter(metaAt + sizedBytes(metaBox) + 1 + secretBytes)
    .text(id)
    .text(kind)
    .uint64(revision)
    .sized(metaBox)
    .uint(secretBox === null ? 0 : 1, 1);
  if (secretBox !== null) writer.sized(secretBox);
  const bytes = writer.all();
  return new SealedRecord(identity, bytes, { start: 0, metaAt, end: bytes.length });
};

const mac = (body: Buffer, fileKey: Buffer): Buffer => createHmac('sha256', fileKey).update(body).digest();
const checksum = (bytes: Buffer): Buffer => createHash('sha256').update(bytes).digest();

export const encodeVault = ({ vaultId, generation, slots, records }: VaultImage, fileKey: Buffer): Buffer => {
  const slotsJson = Buffer.from(JSON.stringify(slots), 'utf8');
  const headBytes = MAGIC.length + 4 + VAULT_ID_BYTES + 8 + sizedBytes(slotsJson) + 4;
  const recordBytes = records.reduce((sum, { byteLength }) => sum + byteLength, 0);
  const writer = new ByteWriter(headBytes + recordBytes + MAC_BYTES + CHECKSUM_BYTES)
    .raw(MAGIC)
    .uint(FORMAT_VERSION, 2)
    .uint(MIN_READER_VERSION, 2)
    .raw(vaultId)
    .uint64(generation)
    .sized(slotsJson)
    .uint(records.length, 4);
  for (const record of records) record.writeTo(writer);
  writer.raw(mac(writer.soFar(), fileKey));
  return writer.raw(checksum(writer.soFar())).all();
};

/** Whether the file as a whole (order, count, slots, generation) is as the holder of the key wrote it. */
export const isAuthentic = (bytes: Buffer, fileKey: Buffer): boolean => {
  const bodyEnd = bytes.length - CHECKSUM_BYTES - MAC_BYTES;
  return timingSafeEqual(
    mac(bytes.subarray(0, bodyEnd), fileKey),
    bytes.subarray(bodyEnd, bodyEnd + MAC_BYTES),
  );
};

const readSlots = (bytes: Buffer): readonly WrappedKey[] => {
  if (bytes.length > MAX_SLOTS_BYTES) throw new Malformed('the key slots are too long');
  return slotsSchema.parse(JSON.parse(bytes.toString('utf8')));
};

const passSecretBox = (reader: ByteReader): void => {
  const flag = reader.uint(1);
  if (flag > 1) throw new Malformed('a flag is neither 0 nor 1');
  if (flag === 1) reader.passSized();
};

const readRecord = (reader: ByteReader): SealedRecord => {
  const start = reader.offset;
  const identity = { id: reader.text(), kind: reader.text(), revision: reader.uint64() };
  const metaAt = reader.offset;
  reader.passSized();
  passSecretBox(reader);
  return new SealedRecord(identity, reader.bytes, { start, metaAt, end: reader.offset });
};

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
  const slots = readSlots(reader.sized());
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
