import { mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Bucket } from './bucket.ts';
import { readJson, writeJson } from './jsonFile.ts';
import { StoreError } from './storeError.ts';

export interface BucketSummary {
  readonly name: string;
  readonly createdAtMs: number;
}

/** Buckets and their objects on disk: one folder per bucket, everything of a bucket below it. */
export class ObjectStore {
  readonly #folder: string;
  readonly #now: () => number;
  readonly #buckets = new Map<string, Bucket>();

  constructor(folder: string, now: () => number) {
    this.#folder = folder;
    this.#now = now;
  }

  async open(): Promise<void> {
    await mkdir(this.#folder, { recursive: true });
    for (const name of await readdir(this.#folder)) {
      const summary = await readJson<BucketSummary>(join(this.#folder, name, 'bucket.json')).catch(
        () => null,
      );
      if (summary !== null) await this.#openBucket(summary);
    }
  }

  /** By name. */
  listBuckets(): BucketSummary[] {
    return [...this.#buckets.values()]
      .map(({ name, createdAtMs }) => ({ name, createdAtMs }))
      .sort((left, right) => (left.name < right.name ? -1 : 1));
  }

  /** @throws StoreError NoSuchBucket */
  bucket(name: string): Bucket {
    const bucket = this.#buckets.get(name);
    if (bucket === undefined) throw new StoreError('NoSuchBucket');
    return bucket;
  }

  /** @throws StoreError InvalidBucketName | BucketAlreadyOwnedByYou */
  async createBucket(name: string): Promise<BucketSummary> {
    if (!/^[a-z0-9-]{3,63}$/.test(name)) throw new StoreError('InvalidBucketName');
    if (this.#buckets.has(name)) throw new StoreError('BucketAlreadyOwnedByYou');
    const summary = { name, createdAtMs: this.#now() };
    await mkdir(join(this.#folder, name), { recursive: true });
    await writeJson(join(this.#folder, name, 'bucket.json'), summary);
    await this.#openBucket(summary);
    return summary;
  }

  /** @throws StoreError NoSuchBucket | BucketNotEmpty */
  async deleteBucket(name: string): Promise<void> {
    if (!this.bucket(name).isEmpty()) throw new StoreError('BucketNotEmpty');
    this.#buckets.delete(name);
    await rm(join(this.#folder, name), { recursive: true, force: true });
  }

  async #openBucket({ name, createdAtMs }: BucketSummary): Promise<void> {
    const bucket = new Bucket(join(this.#folder, name), name, createdAtMs, this.#now);
    await bucket.open();
    this.#buckets.set(name, bucket);
  }
}
