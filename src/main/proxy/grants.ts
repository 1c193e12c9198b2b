import type { Credential, KeyCredential, TokenCredential } from '../../shared/contract/credentials.ts';
import type { Secret } from '../lib/secret.ts';

/** What the proxy needs to know of a connection and its credentials; `app.ts` joins it to the use cases. */

/** A connection as the proxy sees it. All limits are conjunctive; null means "no limit of this kind". */
export interface Grant {
  readonly connectionId: string;
  readonly connectionName: string;
  readonly kind: 's3' | 'api';
  readonly readOnly: boolean;
  readonly buckets: readonly string[] | null;
  readonly prefix: string | null;
  readonly route: string | null;
  readonly methods: readonly string[] | null;
  readonly expiresAtMs: number | null;
  /** Origin from the workspace's configuration, e.g. https://s3.nfyio.com; null when it has none of this kind. */
  readonly upstream: string | null;
  /** The credentials it is bound to, deleted ones left out. */
  readonly credentials: readonly Credential[];
}

export interface Grants {
  /** While false every request is answered 423 and none of the calls below is made. */
  isUnlocked(): boolean;
  byAccessKeyId(accessKeyId: string): Grant | undefined;
  /** Looked up by digest: how long it takes says nothing about the token. */
  byToken(token: string): Grant | undefined;
  byConnectionId(connectionId: string): Grant | undefined;
  /** The local secret key that the tool signs with. */
  localSecretKey(connectionId: string): Secret;
  /** Whether it gives its place to another one: what runs with it may end, although no connection names it any more. */
  isRetiring(credentialId: string): boolean;
  /** The real access token or secret access key. */
  secretOf(credential: TokenCredential | KeyCredential): Secret;
}

/** One line of activity, told when a request has ended, however it ended. */
export interface ProxyRecord {
  readonly atMs: number;
  readonly grant: Grant | null;
  readonly credential: Credential | null;
  readonly kind: 's3' | 'api';
  readonly method: string;
  /** Without query and without a path capability. */
  readonly path: string;
  readonly status: number;
  /** A code of the error table when the proxy answered itself. */
  readonly refusal: string | null;
  readonly ms: number;
  readonly bytesIn: number;
  readonly bytesOut: number;
}
