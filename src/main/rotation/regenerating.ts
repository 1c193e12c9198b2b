import type { Credential, CredentialKind, KeyCredential } from '../../shared/contract/credentials.ts';
import type { Regeneration, RunningRequest } from '../../shared/contract/rotation.ts';
import { AppError } from '../lib/appError.ts';
import type { Secret } from '../lib/secret.ts';
import type { SerialQueue } from '../lib/serialQueue.ts';
import type { Clock } from '../ports.ts';
import type { Change, Vault } from '../vault/vault.ts';

/** What the service says of a key that it has given a new secret. */
interface Regenerated {
  readonly accessKeyId: string;
  readonly expiresAt: string | null;
  readonly secretAccessKey: Secret;
}

interface RegeneratingDependencies {
  readonly vault: Pick<Vault, 'commit'>;
  readonly clock: Pick<Clock, 'now'>;
  readonly edits: SerialQueue;
  readonly credentials: {
    find(reference: string, kind: CredentialKind): Credential;
    put(credential: Credential, secret: Secret): Change;
  };
  readonly service: {
    /** With the id by which the service knows it. @throws AppError CREDENTIAL_NOT_LOCATED */
    locate(key: KeyCredential): Promise<KeyCredential>;
    /** Written down before, and told of if the answer is never sealed. */
    regenerate(key: KeyCredential): Promise<{
      readonly answer: Regenerated;
      readonly settled: readonly Change[];
      leave(): void;
    }>;
  };
  readonly traffic: {
    requestsWith(credentialId: string): { readonly running: readonly RunningRequest[] };
    /** @returns whether nothing runs any more */
    idle(credentialId: string, limitMs: number): Promise<boolean>;
    /** @returns the function that lets them go on */
    hold(credentialId: string): () => { readonly requests: number; readonly longestMs: number };
  };
  readonly isRotating: (credentialId: string) => boolean;
  /** Takes the secret over, to be shown once. @returns the revealId */
  readonly offer: (credential: Credential, secret: Secret) => string;
}

/** How long requests that run are waited for; what runs longer already is not worth that others wait for it. */
export const LONG_REQUEST_MS = 30_000;
/** For those that run beside the long ones, once it is said that these do not matter. */
const SHORT_WAIT_MS = 5_000;

export type OnLongRequests = 'ask' | 'goOn';

/** Gives an access key a new secret while tools use it: they wait for a moment, and none of them is refused. */
export class Regenerating {
  readonly #dependencies: RegeneratingDependencies;
  readonly #underWay = new Set<string>();

  constructor(dependencies: RegeneratingDependencies) {
    this.#dependencies = dependencies;
  }

  isRegenerating(credentialId: string): boolean {
    return this.#underWay.has(credentialId);
  }

  /** @throws AppError ROTATION_RUNNING | BACKEND_… | … */
  async regenerate(reference: string, onLongRequests: OnLongRequests = 'ask'): Promise<Regeneration> {
    const { credentials, isRotating, service } = this.#dependencies;
    const found = credentials.find(reference, 'key');
    if (found.kind !== 'key') throw new AppError('CREDENTIAL_WRONG_KIND');
    const { id } = found;
    if (isRotating(id) || this.#underWay.has(id)) throw new AppError('ROTATION_RUNNING');
    this.#underWay.add(id);
    try {
      const key = await service.locate(found);
      const long = onLongRequests === 'ask' ? this.#long(id) : [];
      return long.length > 0 ? { outcome: 'busy', running: long } : await this.#held(key, onLongRequests);
    } finally {
      this.#underWay.delete(id);
    }
  }

  #long(id: string): RunningRequest[] {
    const { clock, traffic } = this.#dependencies;
    const before = clock.now() - LONG_REQUEST_MS;
    return traffic.requestsWith(id).running.filter(({ since }) => Date.parse(since) <= before);
  }

  async #held(key: KeyCredential, onLongRequests: OnLongRequests): Promise<Regeneration> {
    const { traffic } = this.#dependencies;
    const release = traffic.hold(key.id);
    let cost = { requests: 0, longestMs: 0 };
    const ends = async (): Promise<KeyCredential | Regeneration> => {
      const isIdle = await traffic.idle(key.id, onLongRequests === 'ask' ? LONG_REQUEST_MS : SHORT_WAIT_MS);
      return isIdle || onLongRequests === 'goOn'
        ? await this.#exchange(key)
        : { outcome: 'busy', running: [...traffic.requestsWith(key.id).running] };
    };
    const end = await ends().finally(() => {
      cost = release();
    });
    if ('outcome' in end) return end;
    const { requests: heldRequests, longestMs: longestDelayMs } = cost;
    return { outcome: 'regenerated', credential: end, heldRequests, longestDelayMs };
  }

  /** @returns the key as it is sealed, or what became of a secret that could not be */
  async #exchange(key: KeyCredential): Promise<KeyCredential | Regeneration> {
    const { clock, credentials, edits, offer, service, vault } = this.#dependencies;
    const { answer, settled, leave } = await service.regenerate(key);
    const { accessKeyId, secretAccessKey } = answer;
    const regeneratedAt = new Date(clock.now()).toISOString();
    const news = { uid: key.uid, accessKeyId, expiresAt: answer.expiresAt ?? key.expiresAt, regeneratedAt };
    const renewed: KeyCredential = { ...key, ...news };
    try {
      await edits.run(async () => {
        // It may have been renamed meanwhile, or have gone with its workspace.
        const present = credentials.find(key.id, 'key');
        await vault.commit([
          credentials.put({ ...present, ...news } as KeyCredential, secretAccessKey),
          ...settled,
        ]);
      });
      secretAccessKey.wipe();
      return renewed;
    } catch (cause) {
      leave();
      const detail = `The service has given the access key “${key.name}” a new secret, and the old one is dead.`;
      const code = cause instanceof AppError ? cause.code : 'STORAGE_FAILED';
      const hint = `Regenerate it again once the vault can save (\`nfyio-vault key regenerate ${key.id}\`): that is always safe.`;
      const problem = new AppError(code, { detail, hint, cause });
      // Nothing is shown after a lock.
      if (code === 'VAULT_LOCKED' || code === 'CREDENTIAL_UNKNOWN') throw problem;
      const revealId = offer(renewed, secretAccessKey);
      return { outcome: 'unsealed', credential: renewed, revealId, problem: problem.toWire() };
    }
  }
}
