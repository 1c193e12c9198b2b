import type { Credential } from '../../shared/contract/credentials.ts';
import type { Workspace } from '../../shared/contract/workspaces.ts';
import type { Secret } from '../lib/secret.ts';
import type { Vault } from '../vault/vault.ts';
import { type ConnectionRecord, readConnections } from './connectionRecord.ts';
import { tokenDigest } from './localKeys.ts';

/** A connection joined with all that a request needs to know of it. */
export interface LocalGrant {
  readonly connectionId: string;
  readonly connectionName: string;
  readonly kind: 's3' | 'api';
  readonly readOnly: boolean;
  readonly buckets: readonly string[] | null;
  readonly prefix: string | null;
  readonly route: string | null;
  readonly methods: readonly string[] | null;
  readonly expiresAtMs: number | null;
  readonly upstream: string | null;
  readonly credentials: readonly Credential[];
}

interface GrantIndexDependencies {
  readonly vault: Pick<Vault, 'records' | 'secretOf'>;
  readonly workspaces: () => readonly Workspace[];
  readonly credentials: () => readonly Credential[];
}

const grantOf = (
  record: ConnectionRecord,
  workspace: Workspace | undefined,
  credentials: ReadonlyMap<string, Credential>,
): LocalGrant => ({
  connectionId: record.id,
  connectionName: record.name,
  kind: record.kind,
  readOnly: record.readOnly,
  buckets: record.buckets,
  prefix: record.prefix,
  route: record.route,
  methods: record.methods,
  expiresAtMs: record.expiresAt === null ? null : Date.parse(record.expiresAt),
  upstream: (record.kind === 's3' ? workspace?.s3Url : workspace?.apiUrl) ?? null,
  // Whatever a record says: a credential goes to the upstream of its own workspace and to no other.
  credentials: record.credentialIds.flatMap((id) => {
    const credential = credentials.get(id);
    return credential?.workspaceId === record.workspaceId ? credential : [];
  }),
});

/** Finds the grant of a local credential in one look-up. Rebuilt after every change, so a request never computes it. */
export class GrantIndex {
  readonly #dependencies: GrantIndexDependencies;
  readonly #byId = new Map<string, LocalGrant>();
  readonly #idByAccessKeyId = new Map<string, string>();
  readonly #idByTokenDigest = new Map<string, string>();
  readonly #secrets = new Map<string, Secret>();

  constructor(dependencies: GrantIndexDependencies) {
    this.#dependencies = dependencies;
  }

  rebuild(): void {
    const { vault } = this.#dependencies;
    const workspaces = new Map(this.#dependencies.workspaces().map((workspace) => [workspace.id, workspace]));
    const credentials = new Map(
      this.#dependencies.credentials().map((credential) => [credential.id, credential]),
    );
    this.#forget();
    for (const record of readConnections(vault)) {
      this.#byId.set(record.id, grantOf(record, workspaces.get(record.workspaceId), credentials));
      if (record.openPort !== null) continue;
      if (record.accessKeyId !== null) this.#idByAccessKeyId.set(record.accessKeyId, record.id);
      else {
        const token = vault.secretOf(record.id);
        this.#idByTokenDigest.set(tokenDigest(token.reveal()), record.id);
        token.wipe();
      }
    }
  }

  /** On lock. */
  clear(): void {
    for (const secret of this.#secrets.values()) secret.wipe();
    this.#forget();
  }

  /** Secrets are not wiped here: requests that are under way still need theirs. */
  #forget(): void {
    this.#byId.clear();
    this.#idByAccessKeyId.clear();
    this.#idByTokenDigest.clear();
    this.#secrets.clear();
  }

  /**
   * Of a connection or a credential. Opened at first use and kept until something changes or the vault is locked, so
   * that a request does not cost a decryption. Not for the caller to wipe.
   */
  secretOf(id: string): Secret {
    const known = this.#secrets.get(id);
    if (known !== undefined) return known;
    const secret = this.#dependencies.vault.secretOf(id);
    this.#secrets.set(id, secret);
    return secret;
  }

  /** From this moment no request finds it, whatever becomes of the file. */
  drop(connectionId: string): void {
    this.#byId.delete(connectionId);
  }

  byConnectionId(connectionId: string): LocalGrant | undefined {
    return this.#byId.get(connectionId);
  }

  byAccessKeyId(accessKeyId: string): LocalGrant | undefined {
    return this.#byId.get(this.#idByAccessKeyId.get(accessKeyId) ?? '');
  }

  byToken(token: string): LocalGrant | undefined {
    return this.#byId.get(this.#idByTokenDigest.get(tokenDigest(token)) ?? '');
  }
}
