import { createServer } from 'node:http';
import { join } from 'node:path';
import { Accounts } from './accounts/accounts.ts';
import { makePrivateFolder } from './accounts/durableFile.ts';
import { listenOnLoopback, stopListening } from './listenOnLoopback.ts';
import { ObjectStore } from './objects/objectStore.ts';
import { createRestHandler } from './rest/restHandler.ts';
import { createS3Handler } from './s3/s3Handler.ts';

export interface SandboxOptions {
  /** Everything the sandbox keeps lies below it. */
  readonly folder: string;
  /** Preferred; 0, or when it is taken: a free one. */
  readonly apiPort: number;
  readonly s3Port: number;
  /** Epoch milliseconds. */
  readonly now: () => number;
  readonly log: (message: string) => void;
}

export interface RunningSandbox {
  /** Origin of the REST API. */
  readonly api: string;
  /** Origin of the S3 endpoint. */
  readonly s3: string;
  /**
   * A write token of all routes for 365 days, as a person would make one in the dashboard.
   * @param workspaceName made when there is none of that name
   */
  mintControlToken(workspaceName?: string): Promise<{ readonly token: string; readonly expiresAt: string }>;
  stop(): Promise<void>;
}

const WORKSPACE = 'sandbox';
const BUCKET = 'demo';

/** What the S3 door may know of an access key: nothing of buckets that are another workspace's by now. */
const keyLookup = (accounts: Accounts) => ({
  find: (accessKeyId: string) => {
    const key = accounts.keyByAccessKeyId(accessKeyId);
    if (key === undefined) return undefined;
    return {
      secretAccessKey: accounts.secretOf(key),
      buckets: key.buckets.filter((bucket) => accounts.ownsBucket(key.workspaceUid, bucket)),
      permission: key.permission,
      expiresAtMs: key.expiresAtMs,
    };
  },
  touched: (accessKeyId: string) => {
    const key = accounts.keyByAccessKeyId(accessKeyId);
    if (key !== undefined) accounts.touch(key.uid);
  },
});

/** An nfyio-compatible service on the loopback: REST and S3 over one set of accounts, kept in one folder. */
export const startSandbox = async ({
  folder,
  apiPort,
  s3Port,
  now,
  log,
}: SandboxOptions): Promise<RunningSandbox> => {
  await makePrivateFolder(folder);
  const objects = new ObjectStore(join(folder, 'objects'), now);
  await objects.open();
  const accounts = await Accounts.open(folder, WORKSPACE, now, async () => {
    if (!objects.listBuckets().some(({ name }) => name === BUCKET)) await objects.createBucket(BUCKET);
  });
  const apiServer = createServer(createRestHandler({ accounts, objects, now, log }));
  const onBug = (): void => log('an S3 request failed unexpectedly');
  // No limit on the whole request: a large upload may take as long as it takes.
  const s3Server = createServer(
    { requestTimeout: 0 },
    createS3Handler({ keys: keyLookup(accounts), objects, now, onBug }),
  );
  const stopServers = () => Promise.all([apiServer, s3Server].map(stopListening));
  try {
    const api = await listenOnLoopback(apiServer, apiPort);
    const s3 = await listenOnLoopback(s3Server, s3Port);
    return {
      api,
      s3,
      mintControlToken: async (workspaceName = WORKSPACE) => {
        const workspace = await accounts.workspaceNamed(workspaceName);
        const { record, token } = await accounts.createToken(workspace.uid, {
          name: 'nfyio Vault',
          scope: 'write',
          route: null,
          expireDays: 365,
        });
        return { token, expiresAt: new Date(record.expiresAtMs).toISOString() };
      },
      stop: async () => {
        await stopServers();
        await accounts.flush();
      },
    };
  } catch (error) {
    await stopServers();
    throw error;
  }
};
