import type { Credential, KeyCredential } from '../../shared/contract/credentials.ts';
import type { RegeneratedKey } from '../backend/backend.ts';
import { AppError } from '../lib/appError.ts';
import type { Vault } from '../vault/vault.ts';
import type { Credentials } from './credentials.ts';
import type { Asked, IntentRecord, Intents } from './intents.ts';
import { isSame, type Known, type Listed, orphansOf } from './orphans.ts';
import { hasDoneNothing } from './outcome.ts';
import type { Service } from './service.ts';

interface AtServiceDependencies {
  readonly vault: Pick<Vault, 'secretOf'>;
  readonly credentials: Pick<Credentials, 'list'>;
  readonly intents: Intents;
  /** @throws AppError NO_CONTROL_TOKEN */
  readonly serviceOf: (workspaceId: string) => Service;
}

export interface Deleted {
  readonly uid: string;
  readonly name: string;
  readonly createdAt: string | null;
}

/** Which of the service's credentials are ours, and which are nobody's. */
export class AtService {
  readonly #dependencies: AtServiceDependencies;

  constructor(dependencies: AtServiceDependencies) {
    this.#dependencies = dependencies;
  }

  /**
   * An imported one is known by its secret alone: the service is asked for its id and how long it lives.
   * @throws AppError CREDENTIAL_NOT_LOCATED
   */
  async locate<Kind extends Credential>(credential: Kind): Promise<Kind> {
    if (credential.uid !== null) return credential;
    const listed = await this.#list(credential.workspaceId, credential.kind);
    const [found, another] = listed.filter((one) => isSame(this.#known(credential), one));
    if (found === undefined || another !== undefined) throw new AppError('CREDENTIAL_NOT_LOCATED');
    const { uid, createdAt, expiresAt, buckets } = found;
    return {
      ...credential,
      uid,
      createdAt: createdAt ?? credential.createdAt,
      expiresAt: expiresAt ?? credential.expiresAt,
      ...(credential.kind === 'key' && buckets ? { buckets } : {}),
    };
  }

  /** The old secret is dead when the service has answered, or it may be when the answer is lost: that is written down. */
  async regenerate({ id, uid, workspaceId, kind, name }: KeyCredential): Promise<Asked<RegeneratedKey>> {
    const { intents, serviceOf } = this.#dependencies;
    if (uid === null) throw new AppError('CREDENTIAL_NOT_LOCATED');
    const service = serviceOf(workspaceId);
    const wanted = { what: 'regenerate', workspaceId, kind, name, credentialId: id } as const;
    try {
      return await intents.ask(wanted, () => service.regenerateKey(uid));
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      if (!hasDoneNothing(error))
        throw error.withHint(
          `Its secret may be dead: regenerate it again (\`nfyio-vault key regenerate ${id}\`), which is always safe.`,
        );
      const isNotLetIn = error.code === 'BACKEND_FORBIDDEN' || error.code === 'BACKEND_NOT_FOUND';
      throw isNotLetIn
        ? error.withHint(
            'Regenerate it in the dashboard, and import its new secret (`nfyio-vault key import`).',
          )
        : error;
    }
  }

  /** Deletes what a mint may have left behind, then forgets the intent. */
  async cleanUp(intent: IntentRecord): Promise<readonly Deleted[]> {
    const { credentials, intents, serviceOf } = this.#dependencies;
    const service = serviceOf(intent.workspaceId);
    const listed = await this.#list(intent.workspaceId, intent.kind);
    const known = credentials
      .list({ kind: intent.kind })
      .filter(({ workspaceId }) => workspaceId === intent.workspaceId)
      .map((credential) => this.#known(credential));
    const orphans = orphansOf(intent, listed, known);
    for (const { uid } of orphans)
      await (intent.kind === 'token' ? service.deleteToken(uid) : service.deleteKey(uid));
    await intents.dismiss(intent.id);
    return orphans.map(({ uid, name, createdAt }) => ({ uid, name, createdAt }));
  }

  /** What earlier mints of a replacement for this credential may have left behind. */
  async cleanUpAfter(credentialId: string): Promise<void> {
    for (const intent of this.#dependencies.intents.unresolved())
      if (intent.what === 'mint' && intent.credentialId === credentialId) await this.cleanUp(intent);
  }

  #list(
    workspaceId: string,
    kind: Credential['kind'],
  ): Promise<readonly (Listed & { expiresAt: string | null; buckets?: string[] | null })[]> {
    const service = this.#dependencies.serviceOf(workspaceId);
    return kind === 'token' ? service.listTokens() : service.listKeys();
  }

  #known(credential: Credential): Known {
    const beginsWith = (prefix: string): boolean => {
      const secret = this.#dependencies.vault.secretOf(credential.id);
      const begins = secret.reveal().startsWith(prefix);
      secret.wipe();
      return begins;
    };
    return { credential, beginsWith };
  }
}
