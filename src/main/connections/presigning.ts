import type { KeyCredential } from '../../shared/contract/credentials.ts';
import type { ErrorCode } from '../../shared/errorCodes.ts';
import { AppError } from '../lib/appError.ts';
import { Secret } from '../lib/secret.ts';
import type { Clock } from '../ports.ts';
import type { Connections } from './connections.ts';
import type { LocalGrant } from './grantIndex.ts';

interface Target {
  readonly method: 'GET' | 'PUT';
  readonly bucket: string;
  readonly key: string;
}

interface Key {
  readonly origin: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: Secret;
}

interface PresigningDependencies {
  readonly connections: Pick<Connections, 'local'>;
  readonly clock: Clock;
  readonly grantOf: (connectionId: string) => LocalGrant | undefined;
  /** The real secret access key. */
  readonly secretOf: (credentialId: string) => Secret;
  readonly judge: (
    grant: LocalGrant,
    target: Target,
    nowMs: number,
  ) =>
    | { readonly kind: 'allow'; readonly credential: KeyCredential }
    | { readonly kind: 'refuse'; readonly code: ErrorCode };
  readonly sign: (target: Target, key: Key, expiresSeconds: number, nowMs: number) => string;
}

export interface PresignOrder extends Target {
  readonly connection: string;
  readonly expiresSeconds: number;
  readonly outside?: boolean | undefined;
}

export interface PresignedUrl {
  readonly url: string;
  readonly expiresAt: string;
  readonly isSecret: boolean;
  readonly shortenedBy: 'connection' | 'credential' | null;
}

/** URLs that make one request of a connection without any other credential, as long as they live. */
export class Presigning {
  readonly #dependencies: PresigningDependencies;

  constructor(dependencies: PresigningDependencies) {
    this.#dependencies = dependencies;
  }

  /** Good for nothing that the connection could not do itself, and no longer than it or its credential lives. */
  presign({ connection: reference, expiresSeconds, outside = false, ...target }: PresignOrder): PresignedUrl {
    const { clock, connections, grantOf, judge, sign } = this.#dependencies;
    const nowMs = clock.now();
    const { connection, local } = connections.local(reference);
    if (connection.kind !== 's3') throw invalid('Presigned URLs are for connections of kind s3.');
    if (/(?:^|\/)\.{1,2}(?:\/|$)/.test(target.key))
      throw invalid('A key with . or .. between its slashes does not survive in a URL.');
    const grant = grantOf(connection.id);
    if (grant === undefined) throw new AppError('CONNECTION_UNKNOWN');
    const verdict = judge(grant, target, nowMs);
    if (verdict.kind === 'refuse') throw new AppError(verdict.code);
    const { credential } = verdict;
    const connectionSeconds = secondsLeft(connection.expiresAt, nowMs);
    const credentialSeconds = secondsLeft(credential.expiresAt, nowMs);
    if (connectionSeconds < 1) throw new AppError('CONNECTION_EXPIRED');
    if (credentialSeconds < 1) throw new AppError('CREDENTIAL_EXPIRED');
    const soonest = connectionSeconds <= credentialSeconds ? 'connection' : 'credential';
    const seconds = Math.min(expiresSeconds, connectionSeconds, credentialSeconds);
    const key = outside ? this.#realKey(grant, credential) : localKey(local);
    const url = sign(target, key, seconds, nowMs);
    key.secretAccessKey.wipe();
    // A signature names whole seconds.
    const signedAtMs = Math.floor(nowMs / 1000) * 1000;
    const expiresAt = new Date(signedAtMs + seconds * 1000).toISOString();
    return { url, expiresAt, isSecret: outside, shortenedBy: seconds < expiresSeconds ? soonest : null };
  }

  #realKey({ upstream }: LocalGrant, { id, accessKeyId }: KeyCredential): Key {
    if (upstream === null) throw new AppError('NO_ENDPOINT');
    const { origin } = new URL(upstream);
    return { origin, accessKeyId, secretAccessKey: this.#dependencies.secretOf(id) };
  }
}

const secondsLeft = (expiresAt: string | null, nowMs: number): number =>
  expiresAt === null ? Number.POSITIVE_INFINITY : Math.floor((Date.parse(expiresAt) - nowMs) / 1000);

const localKey = (local: ReturnType<Connections['local']>['local']): Key => {
  if (local.kind !== 's3')
    throw invalid('An open port asks for no signature: its address followed by /bucket/key is enough.');
  const { endpoint, accessKeyId, secretAccessKey } = local;
  return { origin: endpoint, accessKeyId, secretAccessKey: Secret.of(secretAccessKey) };
};

const invalid = (detail: string): AppError => new AppError('INVALID_INPUT', { detail });
