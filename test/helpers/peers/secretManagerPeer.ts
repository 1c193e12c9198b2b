import { createPublicKey, generateKeyPairSync, verify } from 'node:crypto';
import { type PeerReply, type PeerRequest, PeerServer } from './peerServer.ts';

interface Version {
  readonly data: Buffer;
  state: 'ENABLED' | 'DISABLED';
}

/** From RFC 3720 (iSCSI), which defines CRC32C, bit by bit. */
const castagnoli = (bytes: Buffer): string => {
  let crc = 0xffffffff;
  for (const byte of bytes)
    for (let bit = 0; bit < 8; bit += 1)
      crc = ((crc ^ (byte >> bit)) & 1) === 1 ? ((crc >>> 1) ^ 0x82f63b78) >>> 0 : crc >>> 1;
  return String((crc ^ 0xffffffff) >>> 0);
};

const keys = generateKeyPairSync('rsa', { modulusLength: 2048 });

const failure = (code: number, status: string, message: string): PeerReply => ({
  status: code,
  body: { error: { code, message, status } },
});

/** One project of Google Cloud Secret Manager by its REST API v1, opened by one service account. */
export class SecretManagerPeer extends PeerServer {
  readonly project = 'peer-project';
  readonly email = 'peer@peer-project.iam.gserviceaccount.com';
  readonly keyId = '0123456789abcdef0123456789abcdef01234567';
  readonly privateKey = keys.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
  readonly secrets = new Map<string, Version[]>();

  /** As the console of Google Cloud hands it out. */
  keyFile(changes: object = {}): string {
    return JSON.stringify({
      type: 'service_account',
      project_id: this.project,
      private_key_id: this.keyId,
      private_key: this.privateKey,
      client_email: this.email,
      client_id: '123456789012345678901',
      auth_uri: 'https://accounts.google.com/o/oauth2/auth',
      token_uri: 'https://oauth2.googleapis.com/token',
      auth_provider_x509_cert_url: 'https://www.googleapis.com/oauth2/v1/certs',
      client_x509_cert_url: `https://www.googleapis.com/robot/v1/metadata/x509/${this.email}`,
      universe_domain: 'googleapis.com',
      ...changes,
    });
  }

  put(name: string, ...texts: string[]): void {
    const added = texts.map((text): Version => ({ data: Buffer.from(text), state: 'ENABLED' }));
    this.secrets.set(name, [...(this.secrets.get(name) ?? []), ...added]);
  }

  latest(name: string): unknown {
    return JSON.parse(this.secrets.get(name)?.at(-1)?.data.toString() ?? 'null');
  }

  protected answer({ method, target, headers, body }: PeerRequest): PeerReply {
    if (!this.#isSigned(headers.authorization))
      return failure(401, 'UNAUTHENTICATED', 'Request had invalid authentication credentials.');
    const [, project, name = '', rest = ''] =
      /^\/v1\/projects\/([^/]+)\/secrets\/([A-Za-z0-9_-]{1,255})((?:\/|:).*)?$/.exec(target) ?? [];
    if (project !== this.project)
      return failure(403, 'PERMISSION_DENIED', 'Permission denied on resource project.');
    const versions = this.secrets.get(name);
    const full = `projects/987654321098/secrets/${name}`;
    if (versions === undefined) return failure(404, 'NOT_FOUND', `Secret [${full}] not found.`);
    if (method === 'GET' && rest === '' && body.length === 0)
      return { status: 200, body: { name: full, createTime: '2026-01-01T00:00:00Z', etag: '"1"' } };
    const [, wanted] = /^\/versions\/([1-9]\d*|latest):access$/.exec(rest) ?? [];
    if (method === 'GET' && wanted !== undefined && body.length === 0)
      return this.#access(full, versions, wanted);
    if (method === 'POST' && rest === ':addVersion' && headers['content-type'] === 'application/json')
      return this.#add(full, versions, JSON.parse(body.toString()));
    return failure(404, 'NOT_FOUND', 'Method not found.');
  }

  #access(full: string, versions: Version[], wanted: string): PeerReply {
    const number = wanted === 'latest' ? versions.length : Number(wanted);
    const version = versions[number - 1];
    if (version === undefined)
      return failure(404, 'NOT_FOUND', `Secret [${full}] not found or has no versions.`);
    const name = `${full}/versions/${number}`;
    if (version.state !== 'ENABLED')
      return failure(400, 'FAILED_PRECONDITION', `Secret Version [${name}] is in ${version.state} state.`);
    const payload = { data: version.data.toString('base64'), dataCrc32c: castagnoli(version.data) };
    return { status: 200, body: { name, payload } };
  }

  #add(full: string, versions: Version[], { payload, ...rest }: Record<string, never>): PeerReply {
    const { data, dataCrc32c } = (payload ?? {}) as { data?: string; dataCrc32c?: string };
    const bytes = Buffer.from(data ?? '', 'base64');
    if (Object.keys(rest).length > 0 || bytes.length === 0 || bytes.toString('base64') !== data)
      return failure(400, 'INVALID_ARGUMENT', 'Invalid payload.');
    if (dataCrc32c !== castagnoli(bytes)) return failure(400, 'INVALID_ARGUMENT', 'Checksum mismatch.');
    versions.push({ data: bytes, state: 'ENABLED' });
    const name = `${full}/versions/${versions.length}`;
    const made = { createTime: '2026-01-01T00:00:00Z', state: 'ENABLED', etag: '"1"' };
    return { status: 200, body: { name, ...made, clientSpecifiedPayloadChecksum: true } };
  }

  /** A JWT that the service account signed for this service itself, instead of having a token fetched (AIP-4111). */
  #isSigned(authorization: string | undefined): boolean {
    const [, header, claims, signature] =
      /^Bearer ([\w-]+)\.([\w-]+)\.([\w-]+)$/.exec(authorization ?? '') ?? [];
    if (header === undefined || claims === undefined || signature === undefined) return false;
    const json = (part: string) => JSON.parse(Buffer.from(part, 'base64url').toString());
    const { alg, typ, kid } = json(header);
    const { iss, sub, aud, iat, exp, ...others } = json(claims);
    const now = Date.now() / 1000;
    return (
      alg === 'RS256' &&
      typ === 'JWT' &&
      kid === this.keyId &&
      iss === this.email &&
      sub === this.email &&
      aud === 'https://secretmanager.googleapis.com/' &&
      Object.keys(others).length === 0 &&
      iat <= now + 5 &&
      exp > now &&
      exp - iat <= 3600 &&
      verify(
        'RSA-SHA256',
        Buffer.from(`${header}.${claims}`),
        createPublicKey(keys.publicKey.export({ type: 'spki', format: 'pem' })),
        Buffer.from(signature, 'base64url'),
      )
    );
  }
}
