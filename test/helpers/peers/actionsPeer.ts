import sodium from 'libsodium-wrappers';
import { type PeerReply, type PeerRequest, PeerServer } from './peerServer.ts';

interface StoredSecret {
  readonly value: string;
  readonly createdAt: string;
  readonly updatedAt: string;
}

await sodium.ready;

const documentation = 'https://docs.github.com/rest/actions/secrets';
const failure = (status: number, message: string, headers = {}): PeerReply => ({
  status,
  headers,
  body: { message, documentation_url: documentation, status: String(status) },
});

/** GitHub's REST API for the secrets of one repository and one of its environments. */
export class ActionsPeer extends PeerServer {
  readonly token = 'github_pat_11PEERPEER0peerpeerpeerpeer';
  readonly repository = 'ada/engine';
  readonly environment = 'production/eu';
  /** The service's clock, epoch milliseconds. */
  nowMs = Date.UTC(2026, 0, 1);
  readonly #keys = sodium.crypto_box_keypair();
  readonly #keyId = '568250167242549743';
  readonly #secrets = {
    repository: new Map<string, StoredSecret>(),
    environment: new Map<string, StoredSecret>(),
  };

  /** What is stored, opened with the service's private key. */
  opened(name: string, where: 'repository' | 'environment' = 'repository'): string | null {
    return this.#secrets[where].get(name)?.value ?? null;
  }

  protected answer({ method, target, headers, body }: PeerRequest): PeerReply {
    if (headers.authorization !== `token ${this.token}`) return failure(401, 'Bad credentials');
    if (headers['user-agent'] === undefined)
      return failure(403, 'Request forbidden by administrative rules.');
    if (headers.accept !== 'application/vnd.github+json') return failure(415, 'Unsupported media type');
    if (headers['x-github-api-version'] !== '2022-11-28') return failure(400, 'Unsupported API version');
    const places = {
      [`/repos/${this.repository}/actions/secrets/`]: this.#secrets.repository,
      [`/repos/${this.repository}/environments/${encodeURIComponent(this.environment)}/secrets/`]:
        this.#secrets.environment,
    };
    const [prefix = '', secrets] = Object.entries(places).find(([start]) => target.startsWith(start)) ?? [];
    if (secrets === undefined) return failure(404, 'Not Found');
    const name = target.slice(prefix.length);
    if (method === 'GET' && name === 'public-key')
      return {
        status: 200,
        body: { key_id: this.#keyId, key: Buffer.from(this.#keys.publicKey).toString('base64') },
      };
    if (!/^[A-Z_][A-Z0-9_]*$/i.test(name) || /^GITHUB_/i.test(name)) return failure(422, 'Invalid name');
    if (method === 'GET') return this.#get(secrets, name.toUpperCase());
    if (method === 'PUT') return this.#put(secrets, name.toUpperCase(), JSON.parse(body.toString()));
    return failure(404, 'Not Found');
  }

  #get(secrets: Map<string, StoredSecret>, name: string): PeerReply {
    const secret = secrets.get(name);
    return secret === undefined
      ? failure(404, 'Not Found')
      : { status: 200, body: { name, created_at: secret.createdAt, updated_at: secret.updatedAt } };
  }

  #put(secrets: Map<string, StoredSecret>, name: string, input: Record<string, unknown>): PeerReply {
    const { encrypted_value: sealed, key_id: keyId, ...rest } = input;
    if (typeof sealed !== 'string' || keyId !== this.#keyId || Object.keys(rest).length > 0)
      return failure(422, 'Invalid request.');
    let value: string;
    try {
      const opened = sodium.crypto_box_seal_open(
        Buffer.from(sealed, 'base64'),
        this.#keys.publicKey,
        this.#keys.privateKey,
      );
      value = Buffer.from(opened).toString();
    } catch {
      return failure(422, 'Bad request - encrypted_value could not be decrypted.');
    }
    const now = new Date(Math.floor(this.nowMs / 1000) * 1000);
    const before = secrets.get(name);
    const at = now.toISOString().replace('.000Z', 'Z');
    secrets.set(name, { value, createdAt: before?.createdAt ?? at, updatedAt: at });
    const headers = { date: now.toUTCString() };
    return before === undefined ? { status: 201, body: {}, headers } : { status: 204, headers };
  }
}
