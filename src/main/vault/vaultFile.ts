import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import { z } from 'zod';
import type { WrappedKey } from '../ports.ts';
import { MAGIC, VAULT_ID_BYTES } from './boxContext.ts';
import { ByteReader, Malformed } from './byteReader.ts';
import { ByteWriter, sizedBytes } from './byteWriter.ts';
import { readFormat1, type SealedMeta } from './format1.ts';
import { type Stretch, totalLength } from './stretch.ts';

/** The vault file, byte by byte: docs/vault-format.md. Pure functions; nothing here knows a plaintext. */

const FORMAT_VERSION = 2;
export const MAX_VAULT_BYTES = 64 * 1024 * 1024;
const MAC_BYTES = 32;
const CHECKSUM_BYTES = 32;
/** Magic and the two versions stay in place, and the checksum stays last, in every version to come. */
const SMALLEST_FILE_BYTES = MAGIC.length + 4 + CHECKSUM_BYTES;
const MAX_SLOTS_BYTES = 65_536;

export interface VaultHead {
  readonly vaultId: Buffer;
  /** Grows by one with every commit. */
  readonly generation: number;
  readonly slots: readonly WrappedKey[];
}

/** What needs a key to be opened. */
interface VaultContent {
  /** A box; in format 1 there was one for the metadata of each record. */
  readonly directory: Buffer | readonly SealedMeta[];
  /** Sized boxes, in the order of the directory; of no bytes where a record has no secret. */
  readonly secrets: readonly Stretch[];
}

export interface VaultImage extends VaultHead, VaultContent {}

/** What is to be written. */
export interface VaultDraft extends VaultHead {
  readonly directoryBytes: number;
  /** Into the file itself: for megabytes, a copy would cost more than the sealing. */
  sealDirectory(box: Buffer): void;
  readonly secrets: readonly Stretch[];
}

/** A vault file and what it says without a key. */
export interface VaultBytes {
  readonly bytes: Buffer;
  readonly image: VaultImage;
}

export type Decoded =
  | { readonly kind: 'image'; readonly image: VaultImage }
  | { readonly kind: 'damaged'; readonly because: string }
  | { readonly kind: 'newer' };

const slotsSchema = z.array(z.object({ kind: z.string() }).catchall(z.union([z.string(), z.number()])));

const mac = (body: Buffer, fileKey: Buffer): Buffer => createHmac('sha256', fileKey).update(body).digest();
const checksum = (bytes: Buffer): Buffer => createHash('sha256').update(bytes).digest();

export const encodeVault = (
  { directoryBytes, sealDirectory, secrets, ...head }: VaultDraft,
  fileKey: Buffer,
): VaultBytes => {
  const { vaultId, generation, slots } = head;
  const slotsJson = Buffer.from(JSON.stringify(slots), 'utf8');
  const headBytes = MAGIC.length + 2 + 2 + VAULT_ID_BYTES + 8 + sizedBytes(slotsJson) + 4;
  const contentBytes = 4 + directoryBytes + totalLength(secrets);
  const writer = new ByteWriter(headBytes + contentBytes + MAC_BYTES + CHECKSUM_BYTES)
    .raw(MAGIC)
    .uint(FORMAT_VERSION, 2)
    .uint(FORMAT_VERSION, 2)
    .raw(vaultId)
    .uint64(generation)
    .sized(slotsJson)
    .uint(secrets.length, 4);
  const directory = writer.sizedSpace(directoryBytes);
  sealDirectory(directory);
  writer.stretches(secrets);
  writer.raw(mac(writer.soFar(), fileKey));
  const bytes = writer.raw(checksum(writer.soFar())).all();
  return { bytes, image: { ...head, directory, secrets } };
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

const readContent = (reader: ByteReader, recordCount: number): VaultContent => {
  const directory = reader.sized();
  const secrets: Stretch[] = [];
  while (secrets.length < recordCount) secrets.push(reader.sizedStretch());
  return { directory, secrets };
};

const readImage = (reader: ByteReader, version: number): VaultImage => {
  const head: VaultHead = {
    vaultId: reader.take(VAULT_ID_BYTES),
    generation: reader.uint64(),
    slots: readSlots(reader.sized()),
  };
  const recordCount = reader.uint(4);
  const content = version === 1 ? readFormat1(reader, recordCount) : readContent(reader, recordCount);
  reader.take(MAC_BYTES);
  reader.end();
  return { ...head, ...content };
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
  if (version === 0) return { kind: 'damaged', because: 'its format version is unknown' };
  try {
    return { kind: 'image', image: readImage(reader, version) };
  } catch (error) {
    if (error instanceof Malformed) return { kind: 'damaged', because: error.message };
    if (error instanceof SyntaxError || error instanceof z.ZodError) {
      return { kind: 'damaged', because: 'its key slots are unreadable' };
    }
    throw error;
  }
};
