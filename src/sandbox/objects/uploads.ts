import { createHash, randomUUID } from 'node:crypto';
import { mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Admission, KeptHeaders, StoredObject } from './bucket.ts';
import type { DataFiles, Segment } from './dataFiles.ts';
import { readJson, readJsonFolder, writeJson } from './jsonFile.ts';
import { StoreError } from './storeError.ts';

export const MIN_PART_BYTES = 5 * 1024 * 1024;

export interface StoredPart extends Segment {
  readonly partNumber: number;
  /** Without quotes. */
  readonly etag: string;
  readonly modifiedAtMs: number;
}

interface UploadDocument {
  readonly uploadId: string;
  readonly key: string;
  readonly headers: KeptHeaders;
  readonly createdAtMs: number;
}

export interface Upload extends UploadDocument {
  readonly parts: ReadonlyMap<number, StoredPart>;
}

type Publish = (
  key: string,
  whole: Pick<StoredObject, 'etag' | 'headers' | 'segments'>,
  admit: Admission,
) => Promise<StoredObject>;

/** Multipart uploads of one bucket: a folder each, with a document for the upload and one for every part. */
export class Uploads {
  readonly #folder: string;
  readonly #data: DataFiles;
  readonly #now: () => number;
  readonly #publish: Publish;
  readonly #uploads = new Map<string, UploadDocument & { readonly parts: Map<number, StoredPart> }>();

  constructor(folder: string, data: DataFiles, now: () => number, publish: Publish) {
    this.#folder = folder;
    this.#data = data;
    this.#now = now;
    this.#publish = publish;
  }

  async open(): Promise<void> {
    await mkdir(this.#folder, { recursive: true });
    for (const uploadId of await readdir(this.#folder)) {
      const upload = await readJson<UploadDocument>(join(this.#folder, uploadId, 'upload')).catch(() => null);
      // Cut off between its folder and its document: nobody was told its id.
      if (upload === null) await rm(join(this.#folder, uploadId), { recursive: true, force: true });
      else {
        const parts = await readJsonFolder<StoredPart>(join(this.#folder, uploadId));
        this.#uploads.set(uploadId, {
          ...upload,
          parts: new Map(parts.map((part) => [part.partNumber, part])),
        });
      }
    }
  }

  segments(): Segment[] {
    return [...this.#uploads.values()].flatMap(({ parts }) => [...parts.values()]);
  }

  /** By key, then by age. */
  list(): Upload[] {
    return [...this.#uploads.values()].sort((left, right) =>
      left.key === right.key ? left.createdAtMs - right.createdAtMs : left.key < right.key ? -1 : 1,
    );
  }

  get(uploadId: string, key: string): Upload {
    return this.#find(uploadId, key);
  }

  async create(key: string, headers: KeptHeaders): Promise<string> {
    const uploadId = randomUUID();
    const upload: UploadDocument = { uploadId, key, headers, createdAtMs: this.#now() };
    await mkdir(join(this.#folder, uploadId));
    await writeJson(join(this.#folder, uploadId, 'upload'), upload);
    this.#uploads.set(uploadId, { ...upload, parts: new Map() });
    return uploadId;
  }

  async putPart(
    uploadId: string,
    key: string,
    partNumber: number,
    body: AsyncIterable<Buffer>,
  ): Promise<StoredPart> {
    this.#find(uploadId, key);
    const { md5, ...segment } = await this.#data.write(body);
    const part: StoredPart = { ...segment, partNumber, etag: md5, modifiedAtMs: this.#now() };
    try {
      await writeJson(join(this.#folder, uploadId, `${partNumber}.json`), part);
      // The upload may have ended while the part was on its way.
      const { parts } = this.#find(uploadId, key);
      const previous = parts.get(partNumber);
      parts.set(partNumber, part);
      if (previous !== undefined) await this.#data.discard([previous]);
      return part;
    } catch (error) {
      await this.#data.discard([segment]);
      throw this.#uploads.has(uploadId) ? error : new StoreError('NoSuchUpload');
    }
  }

  /** @param chosen the parts that make the object, in rising order; the others are dropped */
  async complete(
    uploadId: string,
    key: string,
    chosen: readonly { readonly partNumber: number; readonly etag: string }[],
    admit: Admission,
  ): Promise<StoredObject> {
    const { parts, headers } = this.#find(uploadId, key);
    const used = chosen.map(({ partNumber, etag }, index) => {
      const part = parts.get(partNumber);
      if (index > 0 && partNumber <= (chosen[index - 1]?.partNumber ?? 0))
        throw new StoreError('InvalidPartOrder');
      if (part === undefined || part.etag !== etag) throw new StoreError('InvalidPart');
      return part;
    });
    if (used.length === 0) throw new StoreError('InvalidPart');
    if (used.slice(0, -1).some(({ size }) => size < MIN_PART_BYTES)) throw new StoreError('EntityTooSmall');
    const digests = createHash('md5');
    for (const { etag } of used) digests.update(etag, 'hex');
    const segments = used.map(({ file, size }) => ({ file, size }));
    // Ended first: from here on the bytes belong to the object, and a second Complete finds nothing.
    this.#uploads.delete(uploadId);
    const etag = `${digests.digest('hex')}-${used.length}`;
    try {
      return await this.#publish(key, { etag, headers, segments }, admit);
    } finally {
      await rm(join(this.#folder, uploadId), { recursive: true, force: true });
      await this.#data.discard([...parts.values()].filter((part) => !used.includes(part)));
    }
  }

  async abort(uploadId: string, key: string): Promise<void> {
    const { parts } = this.#find(uploadId, key);
    this.#uploads.delete(uploadId);
    await rm(join(this.#folder, uploadId), { recursive: true, force: true });
    await this.#data.discard([...parts.values()]);
  }

  #find(uploadId: string, key: string): UploadDocument & { readonly parts: Map<number, StoredPart> } {
    const upload = this.#uploads.get(uploadId);
    if (upload === undefined || upload.key !== key) throw new StoreError('NoSuchUpload');
    return upload;
  }
}
