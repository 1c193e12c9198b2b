import { createHash } from 'node:crypto';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { DataFiles, type Segment } from './dataFiles.ts';
import { readJsonFolder, writeJson } from './jsonFile.ts';
import { StoreError } from './storeError.ts';
import { Uploads } from './uploads.ts';

/** What is kept with an object and given back with it: header names in lower case. */
export type KeptHeaders = Readonly<Record<string, string>>;

export interface StoredObject {
  /** One character per byte: keys are bytes, and sort as bytes. */
  readonly key: string;
  readonly size: number;
  /** Without quotes. */
  readonly etag: string;
  readonly modifiedAtMs: number;
  readonly headers: KeptHeaders;
  readonly segments: readonly Segment[];
}

/** Looks at what is stored now, at the moment of the change, and throws to prevent it. */
export type Admission = (current: StoredObject | undefined) => void;

export const admitAlways: Admission = () => undefined;

export interface NewObject {
  readonly body: AsyncIterable<Buffer>;
  /** Asked when the body has been read: some of them arrive behind it. */
  readonly headers: () => KeptHeaders;
  readonly admit: Admission;
}

/**
 * The objects of one bucket. Each has a document named by the hash of its key, so that any key works on any file
 * system; writing that document is the one moment in which an object appears, changes or goes.
 */
export class Bucket {
  readonly name: string;
  readonly createdAtMs: number;
  readonly uploads: Uploads;
  readonly #folder: string;
  readonly #now: () => number;
  readonly #data: DataFiles;
  readonly #objects = new Map<string, StoredObject>();
  #sortedKeys: readonly string[] | null = null;
  #lastChange: Promise<unknown> = Promise.resolve();

  constructor(folder: string, name: string, createdAtMs: number, now: () => number) {
    this.name = name;
    this.createdAtMs = createdAtMs;
    this.#folder = folder;
    this.#now = now;
    this.#data = new DataFiles(join(folder, 'data'));
    this.uploads = new Uploads(join(folder, 'uploads'), this.#data, now, (key, whole, admit) =>
      this.#publish(key, whole, admit),
    );
  }

  async open(): Promise<void> {
    await mkdir(join(this.#folder, 'data'), { recursive: true });
    await mkdir(join(this.#folder, 'objects'), { recursive: true });
    for (const object of await readJsonFolder<StoredObject>(join(this.#folder, 'objects')))
      this.#objects.set(object.key, object);
    await this.uploads.open();
    const wanted = [...this.#objects.values()].flatMap(({ segments }) => segments);
    await this.#data.sweep(new Set([...wanted, ...this.uploads.segments()].map(({ file }) => file)));
  }

  isEmpty(): boolean {
    return this.#objects.size === 0;
  }

  find(key: string): StoredObject | undefined {
    return this.#objects.get(key);
  }

  get(key: string): StoredObject {
    const object = this.find(key);
    if (object === undefined) throw new StoreError('NoSuchKey');
    return object;
  }

  /** In the order of their bytes. */
  keys(): readonly string[] {
    this.#sortedKeys ??= [...this.#objects.keys()].sort();
    return this.#sortedKeys;
  }

  /** Bytes `start` to `end`, both included. */
  read(object: StoredObject, start = 0, end = object.size - 1): AsyncGenerator<Buffer, void> {
    return this.#data.read(object.segments, start, end);
  }

  async put(key: string, { body, headers, admit }: NewObject): Promise<StoredObject> {
    const { md5, ...segment } = await this.#data.write(body);
    return this.#publish(key, { etag: md5, headers: headers(), segments: [segment] }, admit);
  }

  async copy(
    source: Bucket,
    object: StoredObject,
    key: string,
    headers: KeptHeaders,
    admit: Admission,
  ): Promise<StoredObject> {
    const segments = await this.#data.copyFrom(source.#data, object.segments);
    return this.#publish(key, { etag: object.etag, headers, segments }, admit);
  }

  /** Changes what is kept with an object; its bytes and its time stay. */
  async changeHeaders(key: string, change: (headers: KeptHeaders) => KeptHeaders): Promise<void> {
    await this.#oneByOne(async () => {
      const object = this.get(key);
      const changed: StoredObject = { ...object, headers: change(object.headers) };
      await writeJson(this.#documentOf(key), changed);
      this.#objects.set(key, changed);
    });
  }

  /** Removing what is not there is no failure. */
  async remove(key: string, admit: Admission = admitAlways): Promise<void> {
    await this.#oneByOne(async () => {
      const object = this.#objects.get(key);
      admit(object);
      if (object === undefined) return;
      await rm(this.#documentOf(key), { force: true });
      this.#objects.delete(key);
      this.#sortedKeys = null;
      await this.#data.discard(object.segments);
    });
  }

  async #publish(
    key: string,
    whole: Pick<StoredObject, 'etag' | 'headers' | 'segments'>,
    admit: Admission,
  ): Promise<StoredObject> {
    const size = whole.segments.reduce((sum, segment) => sum + segment.size, 0);
    return this.#oneByOne(async () => {
      const previous = this.#objects.get(key);
      const object: StoredObject = { key, size, modifiedAtMs: this.#now(), ...whole };
      try {
        admit(previous);
        await writeJson(this.#documentOf(key), object);
      } catch (error) {
        await this.#data.discard(whole.segments);
        throw error;
      }
      this.#objects.set(key, object);
      if (previous === undefined) this.#sortedKeys = null;
      else await this.#data.discard(previous.segments);
      return object;
    });
  }

  #documentOf(key: string): string {
    return join(this.#folder, 'objects', `${createHash('sha256').update(key, 'latin1').digest('hex')}.json`);
  }

  #oneByOne<T>(change: () => Promise<T>): Promise<T> {
    const result = this.#lastChange.then(change);
    this.#lastChange = result.catch(() => undefined);
    return result;
  }
}
