import { randomBytes, randomUUID } from 'node:crypto';
import { join } from 'node:path';
import {
  type AccountState,
  accountState,
  type KeyRecord,
  type TokenRecord,
  type WorkspaceRecord,
} from './accountState.ts';
import { readIfPresent, writeDurably } from './durableFile.ts';
import { newAccessKeyId, newToken, secretAccessKeyOf, tokenDigest } from './secrets.ts';

const DAY_MS = 86_400_000;
const FLUSH_AFTER_MS = 2_000;

export interface TokenRequest {
  readonly name: string;
  readonly scope: TokenRecord['scope'];
  readonly route: string | null;
  readonly expireDays: number;
}

export interface KeyRequest {
  readonly name: string;
  readonly buckets: readonly string[];
  readonly permission: KeyRecord['permission'];
  readonly expireDays: number | null;
}

const newWorkspace = (name: string, projectUid: string | null, createdAtMs: number): WorkspaceRecord => ({
  uid: randomUUID(),
  name,
  projectUid,
  teamUid: randomUUID(),
  createdAtMs,
});

const readState = async (file: string): Promise<AccountState | null> => {
  const content = await readIfPresent(file);
  if (content === null) return null;
  try {
    return accountState.parse(JSON.parse(content.toString('utf8')));
  } catch (error) {
    throw new Error(`${file} is damaged. It was left as it is; move it away to start a new sandbox.`, {
      cause: error,
    });
  }
};

/** Workspaces, tokens and keys of the sandbox. What a promise here resolves to is already on disk. */
export class Accounts {
  readonly #file: string;
  readonly #masterKey: Buffer;
  readonly #now: () => number;
  readonly #lastUsed: Map<string, number>;
  #state: AccountState;
  #tail: Promise<unknown> = Promise.resolve();
  #flushTimer: NodeJS.Timeout | null = null;

  private constructor(file: string, masterKey: Buffer, state: AccountState, now: () => number) {
    this.#file = file;
    this.#masterKey = masterKey;
    this.#state = state;
    this.#now = now;
    this.#lastUsed = new Map(Object.entries(state.lastUsed));
  }

  /**
   * Opens the accounts of a folder; where there are none, they are seeded with one workspace.
   * @param prepare what else a new sandbox needs; done again if the first start was cut short
   */
  static async open(
    folder: string,
    workspaceName: string,
    now: () => number,
    prepare: () => Promise<void>,
  ): Promise<Accounts> {
    const file = join(folder, 'accounts.json');
    const keyFile = join(folder, 'master.key');
    const state = await readState(file);
    const storedKey = await readIfPresent(keyFile);
    if (state !== null) {
      // A new master key would change every S3 secret behind the back of those who hold one.
      if (storedKey?.length !== 32)
        throw new Error(`${keyFile} is missing or damaged. Move ${folder} away to start a new sandbox.`);
      return new Accounts(file, storedKey, state, now);
    }
    await prepare();
    const masterKey = randomBytes(32);
    await writeDurably(keyFile, masterKey);
    const seeded: AccountState = {
      version: 1,
      workspaces: [newWorkspace(workspaceName, randomUUID(), now())],
      tokens: [],
      keys: [],
      bucketOwners: {},
      lastUsed: {},
    };
    await writeDurably(file, JSON.stringify(seeded));
    return new Accounts(file, masterKey, seeded, now);
  }

  workspace(uid: string): WorkspaceRecord | undefined {
    return this.#state.workspaces.find((workspace) => workspace.uid === uid);
  }

  /** The workspace of that name, made now if there is none. */
  async workspaceNamed(name: string): Promise<WorkspaceRecord> {
    const known = this.#state.workspaces.find((workspace) => workspace.name === name);
    if (known !== undefined) return known;
    const workspace = newWorkspace(name, null, this.#now());
    await this.#commit((state) => state.workspaces.push(workspace));
    return workspace;
  }

  tokens(workspaceUid: string): readonly TokenRecord[] {
    return this.#state.tokens.filter((token) => token.workspaceUid === workspaceUid);
  }

  tokenByText(token: string): TokenRecord | undefined {
    const digest = tokenDigest(token);
    return this.#state.tokens.find((record) => record.digest === digest);
  }

  /** The token's text exists in this answer and nowhere else. */
  async createToken(
    workspaceUid: string,
    request: TokenRequest,
  ): Promise<{ record: TokenRecord; token: string }> {
    const token = newToken();
    const createdAtMs = this.#now();
    const record: TokenRecord = {
      uid: randomUUID(),
      workspaceUid,
      name: request.name,
      prefix: token.slice(0, 14),
      digest: tokenDigest(token),
      scope: request.scope,
      route: request.route,
      createdAtMs,
      expiresAtMs: createdAtMs + request.expireDays * DAY_MS,
    };
    await this.#commit((state) => state.tokens.push(record));
    return { record, token };
  }

  /** @returns false when the workspace has no such token */
  async deleteToken(workspaceUid: string, uid: string): Promise<boolean> {
    if (!this.tokens(workspaceUid).some((token) => token.uid === uid)) return false;
    await this.#commit((state) => {
      state.tokens = state.tokens.filter((token) => token.uid !== uid);
    });
    return true;
  }

  keys(workspaceUid: string): readonly KeyRecord[] {
    return this.#state.keys.filter((key) => key.workspaceUid === workspaceUid);
  }

  keyByAccessKeyId(accessKeyId: string): KeyRecord | undefined {
    return this.#state.keys.find((key) => key.accessKeyId === accessKeyId);
  }

  secretOf(key: KeyRecord): string {
    return secretAccessKeyOf(this.#masterKey, key.accessKeyId, key.generation);
  }

  async createKey(workspaceUid: string, request: KeyRequest): Promise<KeyRecord> {
    const createdAtMs = this.#now();
    const key: KeyRecord = {
      uid: randomUUID(),
      workspaceUid,
      name: request.name,
      accessKeyId: newAccessKeyId(),
      generation: 1,
      buckets: [...request.buckets],
      permission: request.permission,
      createdAtMs,
      expiresAtMs: request.expireDays === null ? null : createdAtMs + request.expireDays * DAY_MS,
    };
    await this.#commit((state) => state.keys.push(key));
    return key;
  }

  /** Same id, buckets, permission and expiry; the old secret is dead when this resolves. */
  async regenerateKey(workspaceUid: string, uid: string): Promise<KeyRecord | undefined> {
    if (!this.keys(workspaceUid).some((key) => key.uid === uid)) return undefined;
    await this.#commit((state) => {
      for (const key of state.keys) if (key.uid === uid) key.generation += 1;
    });
    return this.keys(workspaceUid).find((key) => key.uid === uid);
  }

  /** @returns false when the workspace has no such key */
  async deleteKey(workspaceUid: string, uid: string): Promise<boolean> {
    if (!this.keys(workspaceUid).some((key) => key.uid === uid)) return false;
    await this.#commit((state) => {
      state.keys = state.keys.filter((key) => key.uid !== uid);
    });
    return true;
  }

  ownsBucket(workspaceUid: string, bucket: string): boolean {
    return (this.#state.bucketOwners[bucket] ?? this.#state.workspaces[0]?.uid) === workspaceUid;
  }

  /** `null` gives the name free. */
  setBucketOwner(bucket: string, workspaceUid: string | null): Promise<void> {
    return this.#commit((state) => {
      if (workspaceUid === null) delete state.bucketOwners[bucket];
      else state.bucketOwners[bucket] = workspaceUid;
    });
  }

  lastUsedMs(uid: string): number | null {
    return this.#lastUsed.get(uid) ?? null;
  }

  /** Remembered at once, written a little later: a crash may lose the last seconds of it, and nothing else. */
  touch(uid: string): void {
    this.#lastUsed.set(uid, this.#now());
    this.#flushTimer ??= setTimeout(() => {
      this.flush().catch(() => undefined);
    }, FLUSH_AFTER_MS).unref();
  }

  async flush(): Promise<void> {
    if (this.#flushTimer !== null) {
      clearTimeout(this.#flushTimer);
      this.#flushTimer = null;
      await this.#commit(() => undefined);
    }
    await this.#tail;
  }

  /** A change that cannot be written did not happen. */
  #commit(change: (draft: AccountState) => void): Promise<void> {
    const task = this.#tail.then(async () => {
      const draft = structuredClone(this.#state);
      change(draft);
      const known = new Set([...draft.tokens, ...draft.keys].map(({ uid }) => uid));
      draft.lastUsed = Object.fromEntries([...this.#lastUsed].filter(([uid]) => known.has(uid)));
      await writeDurably(this.#file, JSON.stringify(draft));
      this.#state = draft;
    });
    this.#tail = task.catch(() => undefined);
    return task;
  }
}
