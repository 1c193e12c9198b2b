import { AppError } from '../lib/appError.ts';
import { parseBoundedJson } from '../lib/boundedJson.ts';
import { Secret } from '../lib/secret.ts';
import type { KeyWrapper, WrappedKey } from '../ports.ts';
import { extractKey, fileKeyOf, recordKeyOf, withSlot } from './dataKey.ts';
import { openBox, sealBox } from './sealedBox.ts';
import { boxContext, encodeRecord, isAuthentic, type SealedRecord, type VaultImage } from './vaultFile.ts';
import type { StoredVault } from './vaultFolder.ts';

/** A record of an unlocked vault: its metadata is at hand, its secret stays sealed. */
interface OpenRecord {
  readonly sealed: SealedRecord;
  readonly meta: unknown;
}

/** What may be known of a record without asking for its secret. */
export interface VaultRecord {
  readonly kind: string;
  readonly id: string;
  /** Frozen. */
  readonly meta: unknown;
}

/** With its secret, for the caller to wipe. */
export interface OpenedRecord extends VaultRecord {
  readonly secret: Secret | null;
}

/** A vault file and what it says without a key. */
type VaultBytes = Pick<StoredVault, 'bytes' | 'image'>;

export type RecordMap = ReadonlyMap<string, OpenRecord>;

interface RecordPut {
  readonly op: 'put';
  readonly kind: string;
  readonly id: string;
  readonly meta: unknown;
  /** null keeps the sealed one, if any. */
  readonly secret: Buffer | null;
}
export type RecordChange = RecordPut | { readonly op: 'delete'; readonly id: string };

const damaged = (): AppError =>
  new AppError('VAULT_DAMAGED', {
    detail: 'It is whole, but not as this vault wrote it: something else has changed it.',
  });

export const listed = (records: RecordMap): readonly VaultRecord[] =>
  [...records.values()].map(({ sealed: { kind, id }, meta }) => ({ kind, id, meta }));

/** What an unlocked vault holds in memory. */
export class OpenRecords {
  readonly fileKey: Buffer;
  readonly #vaultId: Buffer;
  /** For new slots. */
  readonly #dataKey: Buffer;
  /** Derives the key of a record whenever it is needed: no other key is held. */
  readonly #extracted: Buffer;
  #records: RecordMap;

  private constructor(vaultId: Buffer, dataKey: Buffer, records: RecordMap) {
    this.#vaultId = vaultId;
    this.#dataKey = Buffer.from(dataKey);
    this.#extracted = extractKey(dataKey, vaultId);
    this.fileKey = fileKeyOf(this.#extracted);
    this.#records = records;
  }

  static ofNew({ vaultId }: VaultImage, dataKey: Buffer): OpenRecords {
    return new OpenRecords(vaultId, dataKey, new Map());
  }

  /** @throws AppError VAULT_DAMAGED when the file is not authentic */
  static read(stored: VaultBytes, dataKey: Buffer): OpenRecords {
    const open = new OpenRecords(stored.image.vaultId, dataKey, new Map());
    try {
      open.#records = open.recordsIn(stored);
      return open;
    } catch (error) {
      open.wipe();
      throw error;
    }
  }

  /** What a file of this vault holds, without taking it over. @throws AppError VAULT_DAMAGED when it is not authentic */
  recordsIn({ bytes, image }: VaultBytes): RecordMap {
    if (!this.wrote(bytes)) throw damaged();
    const records = new Map<string, OpenRecord>();
    for (const sealed of image.records) records.set(sealed.id, { sealed, meta: this.#metaOf(sealed) });
    return records;
  }

  all(): readonly VaultRecord[] {
    return listed(this.#records);
  }

  /** Of the records that are wanted, with their secrets. */
  opened(isWanted: (record: VaultRecord) => boolean): readonly OpenedRecord[] {
    return this.all()
      .filter(isWanted)
      .map((record) => {
        const bytes = this.secretOf(record.id);
        return { ...record, secret: bytes === null ? null : Secret.ofBytes(bytes) };
      });
  }

  ofKind(kind: string): readonly { readonly id: string; readonly meta: unknown }[] {
    return [...this.#records.values()]
      .filter(({ sealed }) => sealed.kind === kind)
      .map(({ sealed, meta }) => ({ id: sealed.id, meta }));
  }

  /** @returns the plaintext, for the caller to wipe; null when there is no such record or it has no secret */
  secretOf(id: string): Buffer | null {
    const record = this.#records.get(id);
    return record === undefined ? null : this.#openSecret(record.sealed);
  }

  /** The image, for the next generation, and the records after the changes; nothing is touched until `adopt`. */
  after(image: VaultImage, changes: readonly RecordChange[]): { image: VaultImage; records: RecordMap } {
    const revision = image.generation + 1;
    const records = new Map(this.#records);
    for (const change of changes) {
      if (change.op === 'delete') records.delete(change.id);
      else records.set(change.id, this.#seal(change, records.get(change.id), revision));
    }
    const sealed = [...records.values()].map((record) => record.sealed);
    return { image: { ...image, records: sealed }, records };
  }

  /** The slots with this wrapper's own one added or renewed. */
  async slotsWith(slots: readonly WrappedKey[], wrapper: KeyWrapper): Promise<readonly WrappedKey[]> {
    // A lock may zero ours meanwhile.
    const dataKey = Buffer.from(this.#dataKey);
    try {
      return await withSlot(slots, wrapper, dataKey);
    } finally {
      dataKey.fill(0);
    }
  }

  /** Everything sealed anew, under another data key. */
  under(dataKey: Buffer, image: VaultImage): { image: VaultImage; open: OpenRecords } {
    const open = new OpenRecords(this.#vaultId, dataKey, new Map());
    const puts = [...this.#records.values()].map((record): RecordPut & { secret: Buffer | null } => ({
      ...{ op: 'put', kind: record.sealed.kind, id: record.sealed.id, meta: record.meta },
      secret: this.#openSecret(record.sealed),
    }));
    const after = open.after(image, puts);
    for (const { secret } of puts) secret?.fill(0);
    open.adopt(after.records);
    return { image: after.image, open };
  }

  /** Whether the file was written by the holder of the same data key. */
  wrote(bytes: Buffer): boolean {
    return isAuthentic(bytes, this.fileKey);
  }

  /** Takes over what has become durable. */
  adopt(records: RecordMap): void {
    this.#records = records;
  }

  wipe(): void {
    this.#dataKey.fill(0);
    this.#extracted.fill(0);
    this.fileKey.fill(0);
    this.#records = new Map();
  }

  /** Sealed anew as a whole, a kept secret too: metadata and secret belong to the same revision. */
  #seal({ id, kind, meta, secret }: RecordPut, before: OpenRecord | undefined, revision: number): OpenRecord {
    const json = JSON.stringify(meta);
    const kept = secret === null && before !== undefined ? this.#openSecret(before.sealed) : null;
    const plaintext = secret ?? kept;
    const sealed = this.#withKeyOf(id, (key) => {
      const identity = { id, kind, revision };
      const seal = (bytes: Buffer, field: 'meta' | 'secret'): Buffer =>
        sealBox(key, bytes, boxContext(this.#vaultId, identity, field));
      const metaBox = seal(Buffer.from(json, 'utf8'), 'meta');
      return encodeRecord(identity, metaBox, plaintext && seal(plaintext, 'secret'));
    });
    kept?.fill(0);
    return { sealed, meta: parseBoundedJson(json) };
  }

  #metaOf(sealed: SealedRecord): unknown {
    const plaintext = this.#openBox(sealed, 'meta', sealed.metaBox);
    try {
      return parseBoundedJson(plaintext.toString('utf8'));
    } catch {
      throw damaged();
    }
  }

  #openSecret(sealed: SealedRecord): Buffer | null {
    const { secretBox } = sealed;
    return secretBox && this.#openBox(sealed, 'secret', secretBox);
  }

  #openBox(sealed: SealedRecord, field: 'meta' | 'secret', box: Buffer): Buffer {
    const context = boxContext(this.#vaultId, sealed, field);
    const plaintext = this.#withKeyOf(sealed.id, (key) => openBox(key, box, context));
    if (plaintext === null) throw damaged();
    return plaintext;
  }

  #withKeyOf<T>(id: string, use: (key: Buffer) => T): T {
    const key = recordKeyOf(this.#extracted, id);
    try {
      return use(key);
    } finally {
      key.fill(0);
    }
  }
}
