import type { Bucket } from '../../shared/contract/credentials.ts';
import type { Workspace } from '../../shared/contract/workspaces.ts';
import type { Service } from './service.ts';

interface BucketsDependencies {
  readonly findWorkspace: (reference: string) => Workspace;
  readonly serviceOf: (workspaceId: string) => Service;
}

/** Buckets are managed with the control token: an S3 key cannot do it. */
export class Buckets {
  readonly #serviceOf: (workspaceReference: string) => Service;

  constructor({ findWorkspace, serviceOf }: BucketsDependencies) {
    this.#serviceOf = (reference) => serviceOf(findWorkspace(reference).id);
  }

  async list(workspace: string): Promise<readonly Bucket[]> {
    return this.#serviceOf(workspace).listBuckets();
  }

  async create(workspace: string, name: string): Promise<Bucket> {
    return this.#serviceOf(workspace).createBucket(name);
  }

  async delete(workspace: string, name: string): Promise<void> {
    await this.#serviceOf(workspace).deleteBucket(name);
  }
}
