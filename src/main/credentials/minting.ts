import { randomUUID } from 'node:crypto';
import type { Credential, KeyCredential, TokenCredential } from '../../shared/contract/credentials.ts';
import type { Workspace } from '../../shared/contract/workspaces.ts';
import { AppError } from '../lib/appError.ts';
import type { Secret } from '../lib/secret.ts';
import type { SerialQueue } from '../lib/serialQueue.ts';
import type { Change, Vault } from '../vault/vault.ts';
import { type Credentials, putCredential } from './credentials.ts';
import type { Service } from './service.ts';

interface MintingDependencies {
  readonly vault: Pick<Vault, 'commit'>;
  readonly edits: SerialQueue;
  readonly credentials: Credentials;
  readonly findWorkspace: (reference: string) => Workspace;
  /** @throws AppError NO_CONTROL_TOKEN */
  readonly serviceOf: (workspaceId: string) => Service;
}

export interface TokenOrder {
  readonly kind: 'token';
  readonly name: string;
  readonly scope: TokenCredential['scope'];
  readonly route: string | null;
  readonly expireDays: number;
}

export interface KeyOrder {
  readonly kind: 'key';
  readonly name: string;
  /** null: every bucket that the service lists. */
  readonly buckets: readonly string[] | null;
  readonly permission: KeyCredential['permission'];
  readonly expireDays: number | null;
}

export type MintOrder = TokenOrder | KeyOrder;

/** Made by the service, not sealed yet: seal `change`, or take it back. */
export interface Minted {
  readonly credential: Credential;
  readonly secret: Secret;
  readonly change: Change;
  /** Deletes it at the service again, as far as that works. @returns the failure to report instead of `cause` */
  takeBack(cause: unknown): Promise<AppError>;
}

const word = { token: 'access token', key: 'access key' } as const;

/** Where the service does not let a token manage credentials, the way round it is named. */
const withWayRound = (error: unknown, kind: Credential['kind']): unknown =>
  error instanceof AppError && (error.code === 'BACKEND_FORBIDDEN' || error.code === 'BACKEND_NOT_FOUND')
    ? error.withHint(
        `Create the ${word[kind]} in the dashboard, then import it (\`nfyio-vault ${kind} import\`).`,
      )
    : error;

const deleteAt = async (service: Service, { kind, uid }: Credential): Promise<void> => {
  if (uid === null) return;
  try {
    await (kind === 'token' ? service.deleteToken(uid) : service.deleteKey(uid));
  } catch (error) {
    if (!(error instanceof AppError && error.code === 'BACKEND_NOT_FOUND')) throw error;
  }
};

const minted = (credential: Credential, secret: Secret, service: Service): Minted => ({
  credential,
  secret,
  change: putCredential(credential, secret),
  takeBack: async (cause) => {
    const { kind, name, uid } = credential;
    const isGone = await deleteAt(service, credential).then(
      () => true,
      () => false,
    );
    const detail = isGone
      ? `The new ${word[kind]} “${name}” was deleted at the service again.`
      : `The new ${word[kind]} “${name}” (${uid}) is left at the service without its secret: delete it in the dashboard.`;
    return new AppError(cause instanceof AppError ? cause.code : 'STORAGE_FAILED', { detail, cause });
  },
});

/** Asks the service for new credentials and seals them before anyone sees them: it tells a secret only once. */
export class Minting {
  readonly #dependencies: MintingDependencies;

  constructor(dependencies: MintingDependencies) {
    this.#dependencies = dependencies;
  }

  /** Minted and sealed. */
  async create(workspaceReference: string, order: MintOrder): Promise<Minted> {
    const { credentials, edits, findWorkspace, vault } = this.#dependencies;
    const { id: workspaceId } = findWorkspace(workspaceReference);
    credentials.requireFreeName(workspaceId, order.kind, order.name);
    const made = await this.#mint(workspaceId, order);
    const seal = async (): Promise<void> => {
      findWorkspace(workspaceId);
      credentials.requireFreeName(workspaceId, order.kind, order.name);
      await vault.commit([made.change]);
    };
    await edits.run(seal).catch(async (error: unknown) => {
      throw await made.takeBack(error);
    });
    return made;
  }

  /** Minted for the caller to seal together with something else; the name is made new if it is taken. */
  order(workspaceId: string, order: MintOrder): Promise<Minted> {
    const name = this.#dependencies.credentials.freeName(workspaceId, order.kind, order.name);
    return this.#mint(workspaceId, { ...order, name });
  }

  /** One that is gone at the service already is fine. */
  async deleteAtService(credential: Credential): Promise<void> {
    await deleteAt(this.#dependencies.serviceOf(credential.workspaceId), credential);
  }

  async #mint(workspaceId: string, order: MintOrder): Promise<Minted> {
    const service = this.#dependencies.serviceOf(workspaceId);
    const common = { id: randomUUID(), workspaceId, name: order.name, origin: 'minted' } as const;
    try {
      if (order.kind === 'token') {
        const { name, scope, expireDays } = order;
        const made = await service.createToken({ name, scope, expireDays, route: order.route ?? undefined });
        const { uid, createdAt, expiresAt, route, token } = made;
        const credential: Credential = {
          ...common,
          kind: 'token',
          uid,
          createdAt,
          expiresAt,
          scope: made.scope,
          route,
        };
        return minted(credential, token, service);
      }
      const buckets = await this.#bucketsOf(service, order);
      const { name, permission } = order;
      const made = await service.createKey({
        name,
        buckets,
        permission,
        expireDays: order.expireDays ?? undefined,
      });
      const { uid, createdAt, expiresAt, accessKeyId, secretAccessKey } = made;
      const credential: Credential = {
        ...common,
        kind: 'key',
        uid,
        createdAt,
        expiresAt,
        accessKeyId,
        buckets: made.buckets,
        permission: made.permission,
      };
      return minted(credential, secretAccessKey, service);
    } catch (error) {
      throw (await this.#missingBucket(service, order, error)) ?? withWayRound(error, order.kind);
    }
  }

  /** The service says of a key for an unknown bucket only that there is no such thing: which one, is looked up. */
  async #missingBucket(service: Service, order: MintOrder, error: unknown): Promise<AppError | null> {
    const isAboutBuckets = error instanceof AppError && error.code === 'BACKEND_NOT_FOUND';
    if (order.kind !== 'key' || order.buckets === null || !isAboutBuckets) return null;
    const known = await service.listBuckets().catch(() => null);
    const missing = order.buckets.find((bucket) => known?.every(({ name }) => name !== bucket) === true);
    if (missing === undefined) return null;
    return new AppError('BACKEND_NOT_FOUND', {
      detail: `There is no bucket “${missing}” in this workspace.`,
      hint: `Create it first: \`nfyio-vault bucket create ${missing} --workspace …\`.`,
      cause: error,
    });
  }

  async #bucketsOf(service: Service, { buckets }: KeyOrder): Promise<string[]> {
    if (buckets !== null && !buckets.includes('*')) return [...new Set(buckets)];
    const names = (await service.listBuckets()).map(({ name }) => name);
    if (names.length > 0) return names;
    throw new AppError('INVALID_INPUT', {
      detail: 'The workspace has no bucket yet that a key could be for.',
      hint: 'Create a bucket first (`nfyio-vault bucket create`).',
    });
  }
}
