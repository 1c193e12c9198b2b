import type { Accounts } from '../accounts/accounts.ts';
import type { BucketSummary, ObjectStore } from '../objects/objectStore.ts';
import { StoreError } from '../objects/storeError.ts';
import { RestError } from './restError.ts';

export const MAX_BUCKETS = 100;

const refusal = (error: unknown): unknown => {
  if (!(error instanceof StoreError)) return error;
  switch (error.code) {
    case 'BucketAlreadyOwnedByYou':
      return new RestError('DUPLICATE_ENTRY', 'A bucket of that name already exists.');
    case 'InvalidBucketName':
      return new RestError('INVALID_INPUT', 'Some fields are not valid.', [
        { path: 'name', message: 'a bucket name has 3 to 63 of a-z, 0-9 and -' },
      ]);
    case 'BucketNotEmpty':
      return new RestError('INVALID_INPUT', 'The bucket is not empty.', [
        { path: 'name', message: 'not empty' },
      ]);
    default:
      return error;
  }
};

/** Buckets as one workspace sees them: those of another one do not exist for it. */
export class WorkspaceBuckets {
  readonly #accounts: Accounts;
  readonly #store: ObjectStore;

  constructor(accounts: Accounts, store: ObjectStore) {
    this.#accounts = accounts;
    this.#store = store;
  }

  list(workspaceUid: string): BucketSummary[] {
    return this.#store.listBuckets().filter(({ name }) => this.#accounts.ownsBucket(workspaceUid, name));
  }

  /** @throws RestError NOT_FOUND */
  requireAll(workspaceUid: string, names: readonly string[]): void {
    const known = new Set(this.list(workspaceUid).map(({ name }) => name));
    if (!names.every((name) => known.has(name))) throw new RestError('NOT_FOUND', 'There is no such bucket.');
  }

  objectCount(name: string): number {
    return this.#store.bucket(name).keys().length;
  }

  /** @throws RestError DUPLICATE_ENTRY | QUOTA_EXCEEDED | INVALID_INPUT */
  async create(workspaceUid: string, name: string): Promise<BucketSummary> {
    if (this.list(workspaceUid).length >= MAX_BUCKETS)
      throw new RestError('QUOTA_EXCEEDED', `A workspace has at most ${MAX_BUCKETS} buckets.`);
    try {
      // Names are one space for all workspaces: they are host names in virtual-hosted style.
      const made = await this.#store.createBucket(name);
      await this.#accounts.setBucketOwner(name, workspaceUid);
      return made;
    } catch (error) {
      throw refusal(error);
    }
  }

  /** @throws RestError NOT_FOUND | INVALID_INPUT */
  async delete(workspaceUid: string, name: string): Promise<void> {
    this.requireAll(workspaceUid, [name]);
    try {
      await this.#store.deleteBucket(name);
      await this.#accounts.setBucketOwner(name, null);
    } catch (error) {
      throw refusal(error);
    }
  }
}
