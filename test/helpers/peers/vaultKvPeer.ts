import { type PeerReply, type PeerRequest, PeerServer } from './peerServer.ts';

interface Version {
  data: Record<string, unknown> | null;
  deletionTime: string;
}

const errors = (status: number, ...messages: string[]): PeerReply => ({ status, body: { errors: messages } });

/** HashiCorp Vault's HTTP API for one mount of the KV secrets engine, version 2, as its API documentation has it. */
export class VaultKvPeer extends PeerServer {
  readonly token = 'hvs.CAESIPeerTokenThatIsAsLongAsARealOne0123456789';
  readonly mount = 'team/kv';
  /** null: no namespaces, and a request that names one is refused. */
  namespace: string | null = null;
  isSealed = false;
  readonly versions = new Map<string, Version[]>();

  set(path: string, data: Record<string, unknown>): void {
    this.versions.set(path, [...(this.versions.get(path) ?? []), { data, deletionTime: '' }]);
  }

  /** Deletes the latest version; its metadata stays. */
  delete(path: string): void {
    const latest = this.versions.get(path)?.at(-1);
    if (latest === undefined) throw new Error(`nothing at ${path}`);
    latest.data = null;
    latest.deletionTime = '2026-01-01T00:00:00Z';
  }

  latest(path: string): Record<string, unknown> | null {
    return this.versions.get(path)?.at(-1)?.data ?? null;
  }

  protected answer({ method, target, headers, body }: PeerRequest): PeerReply {
    if (this.isSealed) return errors(503, 'Vault is sealed');
    if (headers['x-vault-request'] !== 'true') return errors(400, 'missing required X-Vault-Request header');
    if ((headers['x-vault-namespace'] ?? null) !== this.namespace) return errors(404, 'no handler for route');
    if (headers['x-vault-token'] !== this.token) return errors(403, 'permission denied');
    const prefix = `/v1/${this.mount}/data/`;
    if (!target.startsWith(prefix))
      return errors(404, `no handler for route "${target.slice(4)}". route entry not found.`);
    const path = target.slice(prefix.length).split('/').map(decodeURIComponent).join('/');
    if (method === 'GET' && body.length === 0) return this.#read(path);
    if (method === 'POST' || method === 'PUT') return this.#write(path, headers['content-type'], body);
    return errors(405, 'unsupported operation');
  }

  #metadata(path: string): object {
    const versions = this.versions.get(path) ?? [];
    const deletionTime = versions.at(-1)?.deletionTime ?? '';
    return {
      created_time: '2026-01-01T00:00:00.000000000Z',
      custom_metadata: null,
      deletion_time: deletionTime,
      destroyed: false,
      version: versions.length,
    };
  }

  #wrapped(data: object): object {
    return {
      request_id: '5c6d1b5e-1111-2222-3333-444455556666',
      lease_id: '',
      renewable: false,
      lease_duration: 0,
      data,
      wrap_info: null,
      warnings: null,
      auth: null,
    };
  }

  #read(path: string): PeerReply {
    const versions = this.versions.get(path) ?? [];
    const latest = versions.at(-1);
    if (latest === undefined) return errors(404);
    const body = this.#wrapped({ data: latest.data, metadata: this.#metadata(path) });
    return { status: latest.data === null ? 404 : 200, body };
  }

  #write(path: string, contentType: string | undefined, body: Buffer): PeerReply {
    if (contentType !== 'application/json') return errors(400, 'failed to parse JSON input');
    const { options, data, ...rest } = JSON.parse(body.toString());
    if (Object.keys(rest).length > 0) return errors(400, 'unexpected field');
    if (typeof data !== 'object' || data === null || Array.isArray(data))
      return errors(400, 'no data provided');
    if (!Number.isInteger(options?.cas)) return errors(400, 'check-and-set parameter required for this call');
    if (options.cas !== (this.versions.get(path)?.length ?? 0))
      return errors(400, 'check-and-set parameter did not match the current version');
    this.set(path, data);
    return { status: 200, body: this.#wrapped(this.#metadata(path)) };
  }
}
