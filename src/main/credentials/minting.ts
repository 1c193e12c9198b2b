import { randomUUID } from 'node:crypto';
import type { Credential, KeyCredential, TokenCredential } from '../../shared/contract/credentials.ts';
import type { Workspace } from '../../shared/contract/workspaces.ts';
import { AppError } from '../lib/appError.ts';
import type { Secret } from '../lib/secret.ts';
import type { SerialQueue } from '../lib/serialQueue.ts';
import type { Clock } from '../ports.ts';
import type { Change, Vault } from '../vault/vault.ts';
import { type Credentials, putCredential } from './credentials.ts';
import type { Asked, Intents } from './intents.ts';
import { orderLike } from './orderLike.ts';
import type { Service } from './service.ts';

interface MintingDependencies {
  readonly vault: Pick<Vault, 'commit'>;
  readonly clock: Pick<Clock, 'now'>;
  readonly edits: SerialQueue;
  readonly credentials: Credentials;
  readonly intents: Intents;
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

/** What the service decides of a credential. */
type Made = { readonly secret: Secret } & (
  | Pick<TokenCredential, 'kind' | 'uid' | 'createdAt' | 'expiresAt' | 'scope' | 'route'>
  | Pick<KeyCredential, 'kind' | 'uid' | 'createdAt' | 'expiresAt' | 'accessKeyId' | 'buckets' | 'permission'>
);

/** Made by the service, not sealed yet: seal `changes`, or take it back. */
export interface Minted {
  readonly credential: Credential;
  readonly secret: Secret;
  readonly changes: readonly Change[];
  /** Deletes it at the service again, as far as that works. @returns the failure to report instead of `cause` */
  takeBack(cause: unknown): Promise<AppError>;
  /** Leaves it at the service although it is not sealed: what was written down before tells of it. */
  leave(): void;
}

/** @param unsealed why the vault could not keep it; then what the secret shows is the only copy */
export type Created = Pick<Minted, 'credential' | 'secret'> & { readonly unsealed: AppError | null };

export const word = { token: 'access token', key: 'access key' } as const;

/** Where the service does not let a token manage credentials, the way round it is named. */
const withWayRound = (error: unknown, kind: Credential['kind']): unknown =>
  error instanceof AppError &&
  // A server without the call may say so in a page of its own.
  ['BACKEND_FORBIDDEN', 'BACKEND_NOT_FOUND', 'BACKEND_UNREADABLE'].includes(error.code)
    ? error.withHint(
        `Create the ${word[kind]} in the dashboard, then import it (\`nfyio-vault ${kind} import\`).`,
      )
    : error;

const deleteAt = async (service: Service, { kind, uid }: Pick<Credential, 'kind' | 'uid'>): Promise<void> => {
  if (uid === null) return;
  try {
    await (kind === 'token' ? service.deleteToken(uid) : service.deleteKey(uid));
  } catch (error) {
    if (!(error instanceof AppError && error.code === 'BACKEND_NOT_FOUND')) throw error;
  }
};

/** The disk failed, and nothing else has changed: the person is there, and has a use for what was made. */
const isOfStorage = (error: unknown): boolean =>
  error instanceof AppError &&
  ['DISK_FULL', 'VAULT_FULL', 'STORAGE_FAILED', 'VAULT_CHANGED'].includes(error.code);

const unsealedBy = (cause: unknown, { kind, name }: Credential): AppError =>
  new AppError(cause instanceof AppError ? cause.code : 'STORAGE_FAILED', {
    detail: `The ${word[kind]} “${name}” was made at the service, and the vault could not keep it: what is shown, if anything, is the only copy.`,
    hint: `Keep it elsewhere and import it (\`nfyio-vault ${kind} import\`) once the vault can save again, or have it deleted: \`nfyio-vault intent list\`.`,
    cause,
  });

/** Asks the service for new credentials and seals them before anyone sees them: it tells a secret only once. */
export class Minting {
  readonly #dependencies: MintingDependencies;

  constructor(dependencies: MintingDependencies) {
    this.#dependencies = dependencies;
  }

  /** Minted and sealed; where the disk fails in between, minted all the same. */
  async create(workspaceReference: string, order: MintOrder): Promise<Created> {
    const { credentials, edits, findWorkspace, vault } = this.#dependencies;
    const { id: workspaceId } = findWorkspace(workspaceReference);
    credentials.requireFreeName(workspaceId, order.kind, order.name);
    const made = await this.#mint(workspaceId, order, null);
    const seal = async (): Promise<void> => {
      findWorkspace(workspaceId);
      credentials.requireFreeName(workspaceId, order.kind, order.name);
      await vault.commit(made.changes);
    };
    try {
      await edits.run(seal);
      return { ...made, unsealed: null };
    } catch (error) {
      if (!isOfStorage(error)) throw await made.takeBack(error);
      made.leave();
      return { ...made, unsealed: unsealedBy(error, made.credential) };
    }
  }

  /** Minted for the caller to seal together with something else; the name is made new if it is taken. */
  order(workspaceId: string, order: MintOrder): Promise<Minted> {
    const name = this.#dependencies.credentials.freeName(workspaceId, order.kind, order.name);
    return this.#mint(workspaceId, { ...order, name }, null);
  }

  /** Another one of the same power and the same length of life, for the caller to seal under the same name. */
  async replacement(old: Credential): Promise<Minted> {
    const order = orderLike(old);
    try {
      return await this.#mint(old.workspaceId, order, old);
    } catch (error) {
      if (!(error instanceof AppError && error.code === 'BACKEND_CONFLICT')) throw error;
      // A service that wants every name once.
      const at = new Date(this.#dependencies.clock.now()).toISOString().slice(0, 16);
      return await this.#mint(old.workspaceId, { ...order, name: `${order.name.slice(0, 60)} ${at}` }, old);
    }
  }

  /** One that is gone at the service already is fine. */
  async deleteAtService(credential: Pick<Credential, 'kind' | 'uid' | 'workspaceId'>): Promise<void> {
    await deleteAt(this.#dependencies.serviceOf(credential.workspaceId), credential);
  }

  async #mint(workspaceId: string, order: MintOrder, replaced: Credential | null): Promise<Minted> {
    const { intents, serviceOf } = this.#dependencies;
    const service = serviceOf(workspaceId);
    const { kind, name } = order;
    const wanted = { what: 'mint', workspaceId, kind, name, credentialId: replaced?.id ?? null } as const;
    const { rotateDaysBefore } = replaced ?? {};
    const common = {
      id: randomUUID(),
      workspaceId,
      name: replaced?.name ?? name,
      origin: 'minted',
      ...(rotateDaysBefore === undefined ? {} : { rotateDaysBefore }),
    } as const;
    try {
      const ask = await this.#asking(service, order);
      const asked = await intents.ask(wanted, ask);
      const { secret, ...made } = asked.answer;
      return minted({ ...common, ...made }, secret, asked, service);
    } catch (error) {
      throw (await this.#missingBucket(service, order, error)) ?? withWayRound(error, kind);
    }
  }

  /** Whatever can be asked before is asked before; what is returned makes the credential. */
  async #asking(service: Service, order: MintOrder): Promise<() => Promise<Made>> {
    const { name } = order;
    if (order.kind === 'token') {
      const { scope, expireDays } = order;
      return async () => {
        const made = await service.createToken({ name, scope, expireDays, route: order.route ?? undefined });
        const { uid, createdAt, expiresAt, route, token } = made;
        return { kind: 'token', uid, createdAt, expiresAt, scope: made.scope, route, secret: token };
      };
    }
    const { permission } = order;
    const buckets = await this.#bucketsOf(service, order);
    const expireDays = order.expireDays ?? undefined;
    return async () => {
      const made = await service.createKey({ name, buckets, permission, expireDays });
      const { uid, createdAt, expiresAt, accessKeyId, secretAccessKey } = made;
      const power = { buckets: made.buckets, permission: made.permission };
      return { kind: 'key', uid, createdAt, expiresAt, accessKeyId, ...power, secret: secretAccessKey };
    };
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

const minted = (
  credential: Credential,
  secret: Secret,
  { settled, leave, forget }: Asked<unknown>,
  service: Service,
): Minted => ({
  credential,
  secret,
  changes: [putCredential(credential, secret), ...settled],
  leave,
  takeBack: async (cause) => {
    const { kind, name, uid } = credential;
    const isGone = await deleteAt(service, credential).then(
      () => true,
      () => false,
    );
    if (isGone) await forget();
    else leave();
    const detail = isGone
      ? `The new ${word[kind]} “${name}” was deleted at the service again.`
      : `The new ${word[kind]} “${name}” (${uid}) is left at the service without its secret: see \`nfyio-vault intent list\`.`;
    return new AppError(cause instanceof AppError ? cause.code : 'STORAGE_FAILED', { detail, cause });
  },
});
