import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import {
  type Credential,
  type CredentialKind,
  type KeyCredential,
  keyCredential,
  type TokenCredential,
  tokenCredential,
  type Verification,
} from '../../shared/contract/credentials.ts';
import type { Workspace } from '../../shared/contract/workspaces.ts';
import { AppError } from '../lib/appError.ts';
import type { Secret } from '../lib/secret.ts';
import { checkKeyShape, checkTokenShape } from '../lib/secretShape.ts';
import type { SerialQueue } from '../lib/serialQueue.ts';
import type { Clock } from '../ports.ts';
import type { Change, Vault } from '../vault/vault.ts';
import type { Verifying } from './verifying.ts';

interface CredentialsDependencies {
  readonly vault: Pick<Vault, 'records' | 'commit'>;
  readonly clock: Clock;
  readonly edits: SerialQueue;
  readonly findWorkspace: (reference: string) => Workspace;
  readonly verifying: Verifying;
  /** A token told which workspace of the service this one is. */
  readonly learnUid: (workspaceId: string, uid: string) => Promise<unknown>;
  /** Names of the connections that live by this credential alone. */
  readonly dependingOn: (credentialId: string) => readonly string[];
  /** The changes with which it goes, and with it all that hangs on it. */
  readonly removalOf: (credentialId: string) => readonly Change[];
  /** Whether it replaces another one, or is being replaced: it cannot be deleted before that is over. */
  readonly isRotating: (credentialId: string) => boolean;
  /** Deletes a minted one at the service; one that is gone there already is fine. */
  readonly deleteAtService: (credential: Credential) => Promise<void>;
}

export interface ImportedToken {
  readonly workspace: string;
  readonly name: string;
  readonly scope: TokenCredential['scope'];
  readonly token: Secret;
  readonly expiresAt?: string | undefined;
  readonly route?: string | undefined;
  readonly unverified?: boolean | undefined;
}

export interface ImportedKey {
  readonly workspace: string;
  readonly name: string;
  readonly buckets: readonly string[];
  readonly permission: KeyCredential['permission'];
  readonly accessKeyId: string;
  readonly secretAccessKey: Secret;
  readonly expiresAt?: string | undefined;
  readonly unverified?: boolean | undefined;
}

const RECORD_KIND = 'credential';
const credentialMeta = z.discriminatedUnion('kind', [
  tokenCredential.omit({ id: true }),
  keyCredential.omit({ id: true }),
]);
/** A credential without its id; distributes over the two kinds. */
type Meta<Kind extends Credential = Credential> = Kind extends Credential ? Omit<Kind, 'id'> : never;

/** Without a secret the one that is sealed already stays. */
export const putCredential = ({ id, ...meta }: Credential, secret?: Secret): Change => ({
  op: 'put',
  kind: RECORD_KIND,
  id,
  meta,
  ...(secret === undefined ? {} : { secret }),
});

/** The real credentials: what is known of them is listed, their secrets never are. */
export class Credentials {
  readonly #dependencies: CredentialsDependencies;

  constructor(dependencies: CredentialsDependencies) {
    this.#dependencies = dependencies;
  }

  list(filter: { readonly workspace?: string | undefined; readonly kind?: CredentialKind | undefined } = {}) {
    const workspaceId =
      filter.workspace === undefined ? undefined : this.#dependencies.findWorkspace(filter.workspace).id;
    return this.#dependencies.vault
      .records(RECORD_KIND)
      .map(({ id, meta }): Credential => ({ id, ...credentialMeta.parse(meta) }))
      .filter((credential) => workspaceId === undefined || credential.workspaceId === workspaceId)
      .filter((credential) => filter.kind === undefined || credential.kind === filter.kind);
  }

  /** @param reference id, or a name that only one credential has */
  find(reference: string, kind?: CredentialKind): Credential {
    const all = this.list();
    const byId = all.find(({ id }) => id === reference);
    if (byId !== undefined) {
      if (kind === undefined || byId.kind === kind) return byId;
      throw new AppError('CREDENTIAL_WRONG_KIND');
    }
    const named = all.filter(({ name }) => name === reference);
    const [found, another] = named.filter((credential) => kind === undefined || credential.kind === kind);
    if (another !== undefined) {
      throw new AppError('INVALID_INPUT', { detail: 'Several credentials have that name: give the id.' });
    }
    if (found !== undefined) return found;
    throw new AppError(named.length > 0 ? 'CREDENTIAL_WRONG_KIND' : 'CREDENTIAL_UNKNOWN');
  }

  async importToken(given: ImportedToken): Promise<Credential> {
    const { findWorkspace, learnUid, verifying } = this.#dependencies;
    checkTokenShape(given.token.reveal());
    const workspace = findWorkspace(given.workspace);
    this.requireFreeName(workspace.id, 'token', given.name);
    const route = given.route ?? null;
    const { verification, workspaceUid } = given.unverified
      ? verifying.notAsked()
      : await verifying.token(workspace, given.token, route);
    const own = { kind: 'token', scope: given.scope, route, verification } as const;
    const imported = await this.#import(workspace.id, given, own, given.token);
    if (workspaceUid !== null && workspace.uid === null) await learnUid(workspace.id, workspaceUid);
    return imported;
  }

  async importKey(given: ImportedKey): Promise<Credential> {
    const { findWorkspace, verifying } = this.#dependencies;
    const { accessKeyId, permission, secretAccessKey } = given;
    checkKeyShape(accessKeyId, secretAccessKey.reveal());
    if (given.buckets.length > 1 && given.buckets.includes('*')) {
      throw new AppError('INVALID_INPUT', { detail: '"*" means every bucket and stands alone.' });
    }
    const workspace = findWorkspace(given.workspace);
    this.requireFreeName(workspace.id, 'key', given.name);
    const buckets = [...new Set(given.buckets)];
    const { verification } = given.unverified
      ? verifying.notAsked()
      : await verifying.key(workspace, { accessKeyId, secretAccessKey, buckets });
    const own = { kind: 'key', accessKeyId, buckets, permission, verification } as const;
    return this.#import(workspace.id, given, own, secretAccessKey);
  }

  /** It was seen to work: from now on it is verified, if nobody had seen it before. */
  worked(id: string): Promise<void> {
    const { clock, edits, vault } = this.#dependencies;
    return edits.run(async () => {
      const credential = this.list().find((one) => one.id === id);
      if (credential?.verification?.state !== 'unverified') return;
      const verification: Verification = {
        ...credential.verification,
        ...{ state: 'verified', at: new Date(clock.now()).toISOString(), notes: [] },
      };
      await vault.commit([putCredential({ ...credential, verification })]);
    });
  }

  async delete(reference: string, kind?: CredentialKind): Promise<void> {
    const { deleteAtService, dependingOn, edits, isRotating, removalOf, vault } = this.#dependencies;
    const credential = this.find(reference, kind);
    if (isRotating(credential.id)) throw new AppError('ROTATION_RUNNING');
    const dependent = dependingOn(credential.id);
    if (dependent.length > 0) {
      throw new AppError('CREDENTIAL_IN_USE', { detail: `Connections: ${dependent.join(', ')}.` });
    }
    if (credential.origin === 'minted') await deleteAtService(credential);
    await edits.run(() => vault.commit(removalOf(credential.id)));
  }

  /** The change that seals it. Without a secret the one that is sealed already stays. */
  put(credential: Credential, secret?: Secret): Change {
    return putCredential(credential, secret);
  }

  /** @throws AppError CREDENTIAL_NAME_TAKEN */
  requireFreeName(workspaceId: string, kind: CredentialKind, wanted: string): void {
    if (this.#names(workspaceId, kind).has(wanted)) throw new AppError('CREDENTIAL_NAME_TAKEN');
  }

  /** The name, or the name with the first number that makes it new. */
  freeName(workspaceId: string, kind: CredentialKind, wanted: string): string {
    const taken = this.#names(workspaceId, kind);
    let free = wanted;
    for (let number = 2; taken.has(free); number += 1) free = `${wanted} ${number}`;
    return free;
  }

  #names(workspaceId: string, kind: CredentialKind): ReadonlySet<string> {
    return new Set(
      this.list({ kind })
        .filter((credential) => credential.workspaceId === workspaceId)
        .map(({ name }) => name),
    );
  }

  #import(
    workspaceId: string,
    given: { readonly name: string; readonly expiresAt?: string | undefined },
    own:
      | Pick<TokenCredential, 'kind' | 'scope' | 'route' | 'verification'>
      | Pick<KeyCredential, 'kind' | 'accessKeyId' | 'buckets' | 'permission' | 'verification'>,
    secret: Secret,
  ): Promise<Credential> {
    const { clock, edits, findWorkspace, vault } = this.#dependencies;
    return edits.run(async () => {
      findWorkspace(workspaceId); // It may have gone while the service was asked.
      this.requireFreeName(workspaceId, own.kind, given.name);
      const meta: Meta = {
        ...own,
        uid: null,
        workspaceId,
        name: given.name,
        origin: 'imported',
        createdAt: new Date(clock.now()).toISOString(),
        expiresAt: given.expiresAt === undefined ? null : new Date(given.expiresAt).toISOString(),
      };
      const credential: Credential = { id: randomUUID(), ...meta };
      await vault.commit([putCredential(credential, secret)]);
      return credential;
    });
  }
}
