import { randomUUID } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import { type Accent, accent, type Workspace, workspace } from '../../shared/contract/workspaces.ts';
import type { Probe } from '../backend/backend.ts';
import { AppError } from '../lib/appError.ts';
import type { Secret } from '../lib/secret.ts';
import { checkTokenShape } from '../lib/secretShape.ts';
import type { SerialQueue } from '../lib/serialQueue.ts';
import type { Clock } from '../ports.ts';
import type { Change, Vault } from '../vault/vault.ts';
import { endpointOrigin } from './endpointUrl.ts';

interface WorkspacesDependencies {
  readonly vault: Pick<Vault, 'records' | 'secretOf' | 'commit'>;
  readonly clock: Clock;
  /** Every read-check-commit runs through the one queue, so that no check is outdated when its change is saved. */
  readonly edits: SerialQueue;
  /** What a new control token may do. @throws AppError BACKEND_… when the service does not answer */
  readonly probe: (apiUrl: string, token: Secret) => Promise<Probe>;
  /** What goes with a workspace that is removed. */
  readonly recordIdsOf: (workspaceId: string) => readonly string[];
}

export interface NewWorkspace {
  readonly name: string;
  readonly apiUrl?: string | undefined;
  readonly s3Url?: string | undefined;
  readonly controlToken?: Secret | undefined;
}

/** What the service tells of a workspace. */
export type Learned = Partial<Pick<Workspace, 'uid' | 'capabilities'>>;

interface Endpoints {
  readonly apiUrl: string | null;
  readonly s3Url: string | null;
}

const RECORD_KIND = 'workspace';
const workspaceMeta = workspace.omit({ id: true });
const publicEndpoints: Endpoints = { apiUrl: 'https://app.nfyio.com', s3Url: 'https://s3.nfyio.com' };

const endpointsOf = ({ apiUrl, s3Url }: NewWorkspace): Endpoints =>
  apiUrl === undefined && s3Url === undefined
    ? publicEndpoints
    : {
        apiUrl: apiUrl === undefined ? null : endpointOrigin(apiUrl),
        s3Url: s3Url === undefined ? null : endpointOrigin(s3Url),
      };

const nothingKnown = { uid: null, capabilities: null };

const leastUsed = (workspaces: readonly Workspace[]): Accent => {
  const uses = (one: Accent): number => workspaces.filter(({ accent }) => accent === one).length;
  return accent.options.reduce((best, one) => (uses(one) < uses(best) ? one : best));
};

/** The nfyio workspaces and custom endpoints that this vault knows; a control token is the record's secret. */
export class Workspaces {
  readonly #dependencies: WorkspacesDependencies;

  constructor(dependencies: WorkspacesDependencies) {
    this.#dependencies = dependencies;
  }

  list(): Workspace[] {
    return this.#dependencies.vault
      .records(RECORD_KIND)
      .map(({ id, meta }) => ({ id, ...workspaceMeta.parse(meta) }));
  }

  /** @param reference id or name; ids win */
  find(reference: string): Workspace {
    const all = this.list();
    const found = all.find(({ id }) => id === reference) ?? all.find(({ name }) => name === reference);
    if (found === undefined) throw new AppError('WORKSPACE_UNKNOWN');
    return found;
  }

  /** What it takes to ask the service on a person's behalf. @throws AppError NO_CONTROL_TOKEN | NO_ENDPOINT */
  control(workspaceId: string): { readonly apiUrl: string; readonly token: Secret } {
    const { apiUrl, hasControlToken } = this.find(workspaceId);
    if (!hasControlToken) throw new AppError('NO_CONTROL_TOKEN');
    if (apiUrl === null) throw new AppError('NO_ENDPOINT');
    return { apiUrl, token: this.#dependencies.vault.secretOf(workspaceId) };
  }

  async add(wanted: NewWorkspace): Promise<Workspace> {
    const endpoints = endpointsOf(wanted);
    this.#requireFreeName(wanted.name);
    if (wanted.controlToken !== undefined) {
      // Never the public service by default here: a token of one's own server must not travel there.
      if (endpoints.apiUrl === null) {
        throw new AppError('INVALID_INPUT', { detail: 'A control token needs the apiUrl it is for.' });
      }
      const known = await this.#shown(endpoints.apiUrl, wanted.controlToken);
      return this.#store(
        { name: wanted.name, ...endpoints, ...known, isSandbox: false },
        wanted.controlToken,
      );
    }
    return this.#store({ name: wanted.name, ...endpoints, ...nothingKnown, isSandbox: false }, undefined);
  }

  /** Another control token in the place of its own, or its first one; everything else of it stays. */
  async setControlToken(reference: string, controlToken: Secret): Promise<Workspace> {
    const { id, apiUrl, uid } = this.find(reference);
    if (apiUrl === null) throw new AppError('NO_ENDPOINT');
    const known = await this.#shown(apiUrl, controlToken);
    if (uid !== null && known.uid !== null && known.uid !== uid) throw new AppError('CREDENTIAL_ELSEWHERE');
    const { edits, vault } = this.#dependencies;
    return edits.run(async () => {
      const updated = { ...this.find(id), ...known, uid: known.uid ?? uid, hasControlToken: true };
      await vault.commit([this.#put(updated, controlToken)]);
      return updated;
    });
  }

  /** Remembers what was learned of it; what is known already costs nothing. */
  learn(reference: string, learned: Learned): Promise<Workspace> {
    return this.#dependencies.edits.run(async () => {
      const known = this.find(reference);
      const updated = { ...known, ...learned };
      if (!isDeepStrictEqual(known, updated)) await this.#dependencies.vault.commit([this.#put(updated)]);
      return updated;
    });
  }

  /** Connects the embedded backend: its ports may be others at every start, its control token is minted once. */
  async connectSandbox(
    endpoints: { readonly apiUrl: string; readonly s3Url: string },
    mintControlToken: () => Promise<Secret>,
  ): Promise<Workspace> {
    const known = this.list().find(({ isSandbox }) => isSandbox);
    if (known === undefined) {
      this.#requireFreeName('sandbox');
      return this.#store(
        { name: 'sandbox', ...endpoints, ...nothingKnown, isSandbox: true },
        await mintControlToken(),
      );
    }
    const updated = { ...known, ...endpoints };
    if (known.apiUrl !== endpoints.apiUrl || known.s3Url !== endpoints.s3Url) {
      await this.#dependencies.edits.run(() => this.#dependencies.vault.commit([this.#put(updated)]));
    }
    return updated;
  }

  /** Takes its credentials and connections along, in one step. */
  remove(reference: string): Promise<void> {
    return this.#dependencies.edits.run(async () => {
      const { id } = this.find(reference);
      const ids = [id, ...this.#dependencies.recordIdsOf(id)];
      await this.#dependencies.vault.commit(ids.map((gone) => ({ op: 'delete', id: gone })));
    });
  }

  /** What a control token may do there, asked with it. @throws AppError BACKEND_UNAUTHORIZED | … */
  async #shown(apiUrl: string, controlToken: Secret): Promise<Required<Learned>> {
    checkTokenShape(controlToken.reveal());
    const { token, may, workspaceUid } = await this.#dependencies.probe(apiUrl, controlToken);
    if (token === 'dead') throw new AppError('BACKEND_UNAUTHORIZED');
    return { uid: workspaceUid, capabilities: { checkedAt: this.#now(), token, may } };
  }

  #store(
    fields: Omit<Workspace, 'id' | 'createdAt' | 'hasControlToken' | 'accent'>,
    controlToken: Secret | undefined,
  ): Promise<Workspace> {
    const { edits, vault } = this.#dependencies;
    return edits.run(async () => {
      this.#requireFreeName(fields.name);
      const added: Workspace = {
        id: randomUUID(),
        ...fields,
        hasControlToken: controlToken !== undefined,
        createdAt: this.#now(),
        accent: leastUsed(this.list()),
      };
      await vault.commit([this.#put(added, controlToken)]);
      return added;
    });
  }

  #put({ id, ...meta }: Workspace, secret?: Secret): Change {
    return { op: 'put', kind: RECORD_KIND, id, meta, ...(secret === undefined ? {} : { secret }) };
  }

  #now(): string {
    return new Date(this.#dependencies.clock.now()).toISOString();
  }

  #requireFreeName(wanted: string): void {
    if (this.list().some(({ name }) => name === wanted)) throw new AppError('WORKSPACE_NAME_TAKEN');
  }
}
