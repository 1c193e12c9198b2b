import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { S3Client, type S3ClientConfig } from '@aws-sdk/client-s3';
import { afterAll, beforeAll } from 'vitest';
import { ObjectStore } from '../../../src/sandbox/objects/objectStore.ts';
import type { S3Key } from '../../../src/sandbox/s3/authenticate.ts';
import { createS3Handler } from '../../../src/sandbox/s3/s3Handler.ts';

export const secretAccessKey = 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY';

const key = (buckets: readonly string[], changes: Partial<S3Key> = {}): S3Key => ({
  secretAccessKey,
  buckets,
  permission: 'read-write',
  expiresAtMs: null,
  ...changes,
});

/** A real S3 handler on a real port over real files. The clock can be moved; keys are what the map says. */
export interface S3Sandbox {
  readonly origin: string;
  readonly folder: string;
  readonly keys: Map<string, S3Key>;
  readonly touched: string[];
  readonly bugs: unknown[];
  skewMs: number;
  client(accessKeyId?: string, options?: S3ClientConfig): S3Client;
  store(): ObjectStore;
  /** Opens the folder anew, as after a restart. */
  reopen(): Promise<void>;
  /** Files that hold object bytes. */
  dataFiles(bucket: string): Promise<string[]>;
}

export const startedS3Sandbox = (): S3Sandbox => {
  const clients: S3Client[] = [];
  let store: ObjectStore;
  const sandbox: S3Sandbox & { origin: string; folder: string } = {
    origin: '',
    folder: '',
    keys: new Map([
      ['WRITER', key(['first', 'second', 'missing'])],
      ['READER', key(['first'], { permission: 'read' })],
      ['ELSEWHERE', key(['second'])],
      ['EXPIRED', key(['first'], { expiresAtMs: 1 })],
    ]),
    touched: [],
    bugs: [],
    skewMs: 0,
    client: (accessKeyId = 'WRITER', options = {}) => {
      const client = new S3Client({
        endpoint: sandbox.origin,
        region: 'us-east-1',
        forcePathStyle: true,
        maxAttempts: 1,
        credentials: { accessKeyId, secretAccessKey },
        ...options,
      });
      clients.push(client);
      return client;
    },
    store: () => store,
    reopen: async () => {
      store = new ObjectStore(sandbox.folder, now);
      await store.open();
    },
    dataFiles: async (bucket) => (await readdir(join(sandbox.folder, bucket, 'data'))).sort(),
  };
  const now = (): number => Date.now() + sandbox.skewMs;
  const server = createServer((request, response) =>
    createS3Handler({
      keys: {
        find: (accessKeyId) => sandbox.keys.get(accessKeyId),
        touched: (accessKeyId) => void sandbox.touched.push(accessKeyId),
      },
      objects: store,
      now,
      onBug: (error) => void sandbox.bugs.push(error),
    })(request, response),
  );

  beforeAll(async () => {
    sandbox.folder = await mkdtemp(join(tmpdir(), 'nfyio-vault-s3-'));
    await sandbox.reopen();
    await store.createBucket('first');
    await store.createBucket('second');
    await store.createBucket('hidden');
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    sandbox.origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterAll(async () => {
    for (const client of clients) client.destroy();
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
    await rm(sandbox.folder, { recursive: true, force: true });
  });
  return sandbox;
};
