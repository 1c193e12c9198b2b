import { randomUUID } from 'node:crypto';
import type {
  Connection,
  ConnectionKind,
  LocalCredential,
  SnippetTool,
} from '../../shared/contract/connections.ts';
import type { Credential } from '../../shared/contract/credentials.ts';
import type { Workspace } from '../../shared/contract/workspaces.ts';
import { isExpired } from '../../shared/expiry.ts';
import { AppError } from '../lib/appError.ts';
import type { SerialQueue } from '../lib/serialQueue.ts';
import type { Clock } from '../ports.ts';
import type { Change, Vault } from '../vault/vault.ts';
import { fittingCredentials, namedCredentials, type Order, orderFor } from './binding.ts';
import { type ConnectionRecord, putConnection, readConnections } from './connectionRecord.ts';
import type { GrantIndex } from './grantIndex.ts';
import { type Limits, limitsOf, type WantedLimits } from './limits.ts';
import { LOCAL_REGION, newLocalAccessKeyId, newLocalSecretKey, newLocalToken } from './localKeys.ts';
import type { OpenPorts } from './openPorts.ts';
import { snippetInput } from './snippets/exampleInput.ts';
import { snippet } from './snippets/snippet.ts';

/** A credential that the service just made and that is not sealed yet. */
export interface Ordered {
  readonly credential: Credential;
  readonly changes: readonly Change[];
  /** Takes it back at the service. @returns the failure to report instead of `cause` */
  takeBack(cause: unknown): Promise<AppError>;
}

interface ConnectionsDependencies {
  readonly vault: Pick<Vault, 'records' | 'secretOf' | 'commit'>;
  readonly clock: Clock;
  readonly edits: SerialQueue;
  readonly index: GrantIndex;
  readonly openPorts: OpenPorts;
  readonly findWorkspace: (reference: string) => Workspace;
  readonly credentialsOf: (workspaceId: string) => readonly Credential[];
  readonly order: (workspaceId: string, order: Order) => Promise<Ordered>;
  /** Origin of the shared listener of that kind. */
  readonly origin: (kind: ConnectionKind) => string;
  readonly lastUsedMs: (connectionId: string) => number | null;
}

export interface NewConnection extends WantedLimits {
  readonly workspace: string;
  readonly name: string;
  readonly credentials?: readonly string[] | undefined;
  readonly ttlMs?: number | undefined;
  readonly open?: boolean | undefined;
  readonly port?: number | undefined;
}

export interface ConnectionWithLocal {
  readonly connection: Connection;
  readonly local: LocalCredential;
}

interface Binding {
  readonly credentials: readonly Credential[];
  /** Made for this connection and sealed together with it. */
  readonly ordered: Ordered | null;
}

/** The local grants: one per tool, each with a local credential of its own. */
export class Connections {
  readonly #dependencies: ConnectionsDependencies;

  constructor(dependencies: ConnectionsDependencies) {
    this.#dependencies = dependencies;
  }

  list(filter: { readonly workspace?: string | undefined } = {}): Connection[] {
    const workspaceId =
      filter.workspace === undefined ? undefined : this.#dependencies.findWorkspace(filter.workspace).id;
    return readConnections(this.#dependencies.vault)
      .filter((record) => workspaceId === undefined || record.workspaceId === workspaceId)
      .map((record) => this.#shown(record));
  }

  async create(wanted: NewConnection): Promise<ConnectionWithLocal> {
    const { edits, findWorkspace, openPorts } = this.#dependencies;
    const limits = limitsOf(wanted);
    const isOpen = wanted.open ?? false;
    if (isOpen !== (wanted.port !== undefined)) throw new AppError('OPEN_NEEDS_PORT');
    const workspace = findWorkspace(wanted.workspace);
    if ((wanted.kind === 's3' ? workspace.s3Url : workspace.apiUrl) === null)
      throw new AppError('NO_ENDPOINT');
    this.#requireFreeName(workspace.id, wanted.name);

    const id = randomUUID();
    const openPort = wanted.port === undefined ? null : await openPorts.claim(id, wanted.kind, wanted.port);
    let isSealed = false;
    try {
      const binding = await this.#bind(workspace, wanted, limits);
      const record = this.#recordOf(id, workspace, wanted, limits, openPort, binding.credentials);
      await edits
        .run(() => this.#seal(record, binding))
        .catch(async (error: unknown) => {
          throw binding.ordered === null ? error : await binding.ordered.takeBack(error);
        });
      isSealed = true;
      return { connection: this.#shown(record), local: this.#localOf(record) };
    } finally {
      await openPorts.settle(id, isSealed);
    }
  }

  /** With this credential alone, under a name that is made new if it is taken. */
  createFor(
    { id, workspaceId }: Pick<Credential, 'id' | 'workspaceId'>,
    kind: ConnectionKind,
    name: string,
  ): Promise<ConnectionWithLocal> {
    return this.create({
      ...{ workspace: workspaceId, kind, credentials: [id] },
      name: this.#freeName(workspaceId, name),
    });
  }

  /** Effective at once: no request passes from the moment of the call, even while the file is still being written. */
  async revoke(reference: string): Promise<void> {
    const { edits, index, vault } = this.#dependencies;
    const { id } = this.#find(reference);
    index.drop(id);
    try {
      await edits.run(() => vault.commit([{ op: 'delete', id }]));
    } catch (error) {
      index.rebuild(); // Not revoked on disk: say so, and stay as the file is.
      throw error;
    }
  }

  local(reference: string): ConnectionWithLocal {
    const record = this.#find(reference);
    return { connection: this.#shown(record), local: this.#localOf(record) };
  }

  /** Ready to paste: see `snippets/`. */
  snippet(reference: string, tool: SnippetTool): string {
    const { connection, local } = this.local(reference);
    const bound = this.#dependencies
      .credentialsOf(connection.workspaceId)
      .filter(({ id }) => connection.credentialIds.includes(id));
    return snippet(tool, snippetInput(connection, local, bound));
  }

  /** Names of the unexpired connections that live by this credential alone. */
  dependingOn(credentialId: string): string[] {
    const nowMs = this.#dependencies.clock.now();
    return readConnections(this.#dependencies.vault)
      .filter(({ credentialIds }) => credentialIds.length === 1 && credentialIds[0] === credentialId)
      .filter(({ expiresAt }) => !isExpired(expiresAt, nowMs))
      .map(({ name }) => name);
  }

  unbind(credentialId: string): Change[] {
    return readConnections(this.#dependencies.vault)
      .filter(({ credentialIds }) => credentialIds.includes(credentialId))
      .map((record) =>
        putConnection({ ...record, credentialIds: record.credentialIds.filter((id) => id !== credentialId) }),
      );
  }

  /** The changes that have every connection use the one in the place of the other. */
  rebind(fromId: string, toId: string): Change[] {
    return readConnections(this.#dependencies.vault)
      .filter(({ credentialIds }) => credentialIds.includes(fromId))
      .map((record) => {
        const ids = record.credentialIds.map((id) => (id === fromId ? toId : id));
        return putConnection({ ...record, credentialIds: [...new Set(ids)] });
      });
  }

  /** Names of the connections that may use this credential. */
  using(credentialId: string): string[] {
    return readConnections(this.#dependencies.vault)
      .filter(({ credentialIds }) => credentialIds.includes(credentialId))
      .map(({ name }) => name);
  }

  async #bind(workspace: Workspace, wanted: NewConnection, limits: Limits): Promise<Binding> {
    const { clock, credentialsOf, order } = this.#dependencies;
    const candidates = credentialsOf(workspace.id);
    const nowMs = clock.now();
    if (wanted.credentials !== undefined && wanted.credentials.length > 0) {
      const credentials = namedCredentials(wanted.credentials, wanted.kind, candidates, nowMs);
      return { credentials, ordered: null };
    }
    const fitting = fittingCredentials(wanted.kind, limits, candidates, nowMs);
    if (fitting.length > 0) return { credentials: fitting, ordered: null };
    if (!workspace.hasControlToken) throw new AppError('NO_CREDENTIAL');
    const ordered = await order(workspace.id, orderFor(wanted.name, wanted.kind, limits));
    return { credentials: [ordered.credential], ordered };
  }

  #recordOf(
    id: string,
    workspace: Workspace,
    wanted: NewConnection,
    limits: Limits,
    openPort: number | null,
    credentials: readonly Credential[],
  ): ConnectionRecord {
    const nowMs = this.#dependencies.clock.now();
    return {
      id,
      workspaceId: workspace.id,
      kind: wanted.kind,
      name: wanted.name,
      credentialIds: credentials.map((credential) => credential.id),
      ...limits,
      openPort,
      accessKeyId: openPort !== null || wanted.kind === 'api' ? null : newLocalAccessKeyId(),
      createdAt: new Date(nowMs).toISOString(),
      expiresAt: wanted.ttlMs === undefined ? null : new Date(nowMs + wanted.ttlMs).toISOString(),
    };
  }

  /** Runs inside the edits queue: what was checked before may have changed since. */
  async #seal(record: ConnectionRecord, { ordered }: Binding): Promise<void> {
    const { credentialsOf, findWorkspace, vault } = this.#dependencies;
    findWorkspace(record.workspaceId);
    this.#requireFreeName(record.workspaceId, record.name);
    const known = new Set(credentialsOf(record.workspaceId).map(({ id }) => id));
    if (ordered === null && record.credentialIds.some((id) => !known.has(id))) {
      throw new AppError('CREDENTIAL_UNKNOWN');
    }
    const localSecret = record.kind === 's3' ? newLocalSecretKey() : newLocalToken();
    await vault.commit([
      ...(ordered?.changes ?? []),
      record.openPort === null ? putConnection(record, localSecret) : putConnection(record),
    ]);
  }

  #shown(record: ConnectionRecord): Connection {
    const lastUsedMs = this.#dependencies.lastUsedMs(record.id);
    return {
      ...record,
      endpoint: this.#endpointOf(record),
      lastUsedAt: lastUsedMs === null ? null : new Date(lastUsedMs).toISOString(),
    };
  }

  #endpointOf({ kind, openPort }: ConnectionRecord): string {
    return openPort === null ? this.#dependencies.origin(kind) : `http://127.0.0.1:${openPort}`;
  }

  #localOf(record: ConnectionRecord): LocalCredential {
    const endpoint = this.#endpointOf(record);
    if (record.openPort !== null) return { kind: 'open', endpoint };
    const sealed = this.#dependencies.vault.secretOf(record.id);
    const secret = sealed.reveal();
    sealed.wipe();
    return record.accessKeyId === null
      ? { kind: 'api', endpoint, token: secret, baseUrl: `${endpoint}/~${secret}` }
      : {
          kind: 's3',
          endpoint,
          accessKeyId: record.accessKeyId,
          secretAccessKey: secret,
          region: LOCAL_REGION,
        };
  }

  #find(reference: string): ConnectionRecord {
    const all = readConnections(this.#dependencies.vault);
    const [named, another] = all.filter(({ name }) => name === reference);
    const found = all.find(({ id }) => id === reference) ?? named;
    if (found === undefined) throw new AppError('CONNECTION_UNKNOWN');
    if (found === named && another !== undefined) {
      throw new AppError('INVALID_INPUT', { detail: 'Several connections have that name: give the id.' });
    }
    return found;
  }

  #isTaken(workspaceId: string, wanted: string): boolean {
    return readConnections(this.#dependencies.vault).some(
      (record) => record.workspaceId === workspaceId && record.name === wanted,
    );
  }

  /** The name, or the name with the first number that makes it new. */
  #freeName(workspaceId: string, wanted: string): string {
    let free = wanted;
    for (let number = 2; this.#isTaken(workspaceId, free); number += 1) free = `${wanted} ${number}`;
    return free;
  }

  #requireFreeName(workspaceId: string, wanted: string): void {
    if (this.#isTaken(workspaceId, wanted)) throw new AppError('CONNECTION_NAME_TAKEN');
  }
}
