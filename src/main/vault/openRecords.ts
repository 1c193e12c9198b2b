import { AppError } from '../lib/appError.ts';
import { Secret } from '../lib/secret.ts';
import type { KeyWrapper, WrappedKey } from '../ports.ts';
import { recordContext } from './boxContext.ts';
import { directoryKeyOf, extractKey, fileKeyOf, recordKeyOf, withSlot } from './dataKey.ts';
import { type DirectoryLine, directoryBytes, lineOf, openDirectory, sealDirectory } from './directory.ts';
import { openFormat1 } from './format1.ts';
import { openBox, sealBox } from './sealedBox.ts';
import { boxOfSecret, NO_SECRET, secretOfBox } from './secretBox.ts';
import type { Stretch } from './stretch.ts';
import { encodeVault, isAuthentic, type VaultBytes, type VaultHead, type VaultImage } from './vaultFile.ts';

/** A record of an unlocked vault: its metadata is at hand, its secret stays sealed. */
interface OpenRecord extends DirectoryLine {
  readonly secret: Stretch;
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
  [...records.values()].map(({ entry: { kind, id, meta } }) => ({ kind, id, meta }));

/** What an unlocked vault holds in memory. */
export class OpenRecords {
  readonly #fileKey: Buffer;
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
    this.#fileKey = fileKeyOf(this.#extracted);
    this.#records = records;
  }

  static ofNew(vaultId: Buffer, dataKey: Buffer): OpenRecords {
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
    const lines = this.wrote(bytes) ? this.#directoryOf(image) : null;
    if (lines?.length !== image.secrets.length) throw damaged();
    const records = new Map<string, OpenRecord>();
    let index = 0;
    for (const { entry, line } of lines) {
      if (records.has(entry.id) || entry.revision > image.generation) throw damaged();
      records.set(entry.id, { entry, line, secret: image.secrets[index] ?? NO_SECRET });
      index += 1;
    }
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
      .filter(({ entry }) => entry.kind === kind)
      .map(({ entry: { id, meta } }) => ({ id, meta }));
  }

  /** @returns the plaintext, for the caller to wipe; null when there is no such record or it has no secret */
  secretOf(id: string): Buffer | null {
    const record = this.#records.get(id);
    return record === undefined ? null : this.#openSecret(record);
  }

  /** The records after the changes, which come with this generation; nothing is touched until `adopt`. */
  after(changes: readonly RecordChange[], generation: number): RecordMap {
    const records = new Map(this.#records);
    for (const change of changes) {
      if (change.op === 'delete') records.delete(change.id);
      else records.set(change.id, this.#seal(change, records.get(change.id), generation));
    }
    return records;
  }

  /** The file, as it is to be saved. */
  encoded(head: VaultHead, recordMap: RecordMap = this.#records): VaultBytes {
    const lines: Stretch[] = [];
    const secrets: Stretch[] = [];
    for (const { line, secret } of recordMap.values()) {
      lines.push(line);
      secrets.push(secret);
    }
    const draft = {
      ...head,
      directoryBytes: directoryBytes(lines),
      sealDirectory: (box: Buffer): void =>
        this.#withKey(directoryKeyOf(this.#extracted), (key) => sealDirectory(box, key, head, lines)),
      secrets,
    };
    return encodeVault(draft, this.#fileKey);
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

  /** Everything sealed anew for this generation, under another data key. */
  under(dataKey: Buffer, generation: number): OpenRecords {
    const open = new OpenRecords(this.#vaultId, dataKey, new Map());
    const puts = [...this.#records.values()].map((record) => ({
      ...{ op: 'put' as const, kind: record.entry.kind, id: record.entry.id, meta: record.entry.meta },
      secret: this.#openSecret(record),
    }));
    open.adopt(open.after(puts, generation));
    for (const { secret } of puts) secret?.fill(0);
    return open;
  }

  /** Whether the file was written by the holder of the same data key. */
  wrote(bytes: Buffer): boolean {
    return isAuthentic(bytes, this.#fileKey);
  }

  /** What is seen of these records, as if they had been taken over already. */
  lookingAt<Seen>(records: RecordMap, look: () => Seen): Seen {
    const present = this.#records;
    this.#records = records;
    try {
      return look();
    } finally {
      this.#records = present;
    }
  }

  /** Takes over what has become durable. */
  adopt(records: RecordMap): void {
    this.#records = records;
  }

  wipe(): void {
    this.#dataKey.fill(0);
    this.#extracted.fill(0);
    this.#fileKey.fill(0);
    this.#records = new Map();
  }

  /** A kept secret is sealed anew, too: metadata and secret belong to the same revision. */
  #seal({ id, kind, meta, secret }: RecordPut, before: OpenRecord | undefined, revision: number): OpenRecord {
    const identity = { id, kind, revision };
    const line = lineOf(identity, meta);
    const kept = secret === null && before !== undefined ? this.#openSecret(before) : null;
    const plaintext = secret ?? kept;
    if (plaintext === null) return { ...line, secret: NO_SECRET };
    const box = this.#withKey(recordKeyOf(this.#extracted, id), (key) =>
      sealBox(key, plaintext, recordContext(this.#vaultId, identity, 'secret')),
    );
    kept?.fill(0);
    return { ...line, secret: secretOfBox(box) };
  }

  #directoryOf({ vaultId, generation, directory, secrets }: VaultImage): readonly DirectoryLine[] | null {
    if (!Buffer.isBuffer(directory)) return openFormat1(this.#extracted, vaultId, directory);
    return this.#withKey(directoryKeyOf(this.#extracted), (key) =>
      openDirectory(key, { vaultId, generation }, secrets.length, directory),
    );
  }

  #openSecret({ entry, secret }: OpenRecord): Buffer | null {
    const box = boxOfSecret(secret);
    if (box === null) return null;
    const context = recordContext(this.#vaultId, entry, 'secret');
    const plaintext = this.#withKey(recordKeyOf(this.#extracted, entry.id), (key) =>
      openBox(key, box, context),
    );
    if (plaintext === null) throw damaged();
    return plaintext;
  }

  #withKey<T>(key: Buffer, use: (key: Buffer) => T): T {
    try {
      return use(key);
    } finally {
      key.fill(0);
    }
  }
}
