import { Sha256 } from '@aws-crypto/sha256-js';
import { SignatureV4 } from '@smithy/signature-v4';
import { type PeerReply, type PeerRequest, PeerServer } from './peerServer.ts';

interface Version {
  readonly id: string;
  readonly text?: string;
  readonly bytes?: string;
}

interface StoredSecret {
  /** In the order in which they became AWSCURRENT. */
  readonly versions: Version[];
}

const failure = (type: string, message: string, status = 400): PeerReply => ({
  status,
  headers: { 'content-type': 'application/x-amz-json-1.1' },
  body: { __type: type, Message: message },
});
const success = (body: object): PeerReply => ({
  status: 200,
  headers: { 'content-type': 'application/x-amz-json-1.1' },
  body,
});

const parsedCredential =
  /^AWS4-HMAC-SHA256 Credential=([^/]+)\/(\d{8})\/([^/]+)\/([^/]+)\/aws4_request, SignedHeaders=([^,]+), Signature=([0-9a-f]{64})$/;

/** AWS Secrets Manager's JSON 1.1 protocol, three of its operations, as its API reference has them. */
export class SecretsManagerPeer extends PeerServer {
  readonly accessKeyId = 'AKIAPEERPEERPEERPEER';
  readonly secretAccessKey = 'peer/secret+access/key/of/forty/chars/0123';
  readonly region = 'eu-central-1';
  /** Asked for with every request, unless null. */
  sessionToken: string | null = null;
  readonly secrets = new Map<string, StoredSecret>();

  put(name: string, version: Omit<Version, 'id'> | null): void {
    const secret = this.secrets.get(name) ?? { versions: [] };
    if (version !== null) secret.versions.push({ id: crypto.randomUUID(), ...version });
    this.secrets.set(name, secret);
  }

  current(name: string): unknown {
    return JSON.parse(this.secrets.get(name)?.versions.at(-1)?.text ?? 'null');
  }

  protected async answer(request: PeerRequest): Promise<PeerReply> {
    const { method, target, headers, body } = request;
    if (method !== 'POST' || target !== '/') return failure('UnknownOperationException', '', 404);
    if (headers['content-type'] !== 'application/x-amz-json-1.1')
      return failure('SerializationException', 'unexpected content type');
    const refusal = await this.#signatureProblem(request);
    if (refusal !== null) return refusal;
    const input = JSON.parse(body.toString());
    const operation = String(headers['x-amz-target']).replace(/^secretsmanager\./, '');
    const secret = this.secrets.get(input.SecretId);
    if (secret === undefined)
      return failure('ResourceNotFoundException', "Secrets Manager can't find the specified secret.");
    const names = { ARN: this.#arn(input.SecretId), Name: input.SecretId };
    if (operation === 'DescribeSecret') return success(names);
    if (operation === 'GetSecretValue') return this.#get(secret, names, input);
    if (operation === 'PutSecretValue') return this.#put(secret, names, input);
    return failure('UnknownOperationException', '');
  }

  #arn(name: string): string {
    return `arn:aws:secretsmanager:${this.region}:123456789012:secret:${name}-a1b2c3`;
  }

  #get(secret: StoredSecret, names: object, input: Record<string, unknown>): PeerReply {
    const { VersionId, VersionStage = 'AWSCURRENT', SecretId: _, ...rest } = input;
    if (Object.keys(rest).length > 0) return failure('ValidationException', 'unknown member');
    const staged = secret.versions.at(VersionStage === 'AWSPREVIOUS' ? -2 : -1);
    if (staged === undefined || (VersionId !== undefined && VersionId !== staged.id))
      return failure(
        'ResourceNotFoundException',
        `Secrets Manager can't find the specified secret value for staging label: ${String(VersionStage)}`,
      );
    return success({
      ...names,
      CreatedDate: 1767225600.5,
      VersionId: staged.id,
      VersionStages: [VersionStage],
      ...(staged.text === undefined ? {} : { SecretString: staged.text }),
      ...(staged.bytes === undefined ? {} : { SecretBinary: staged.bytes }),
    });
  }

  #put(secret: StoredSecret, names: object, input: Record<string, unknown>): PeerReply {
    const { ClientRequestToken: id, SecretString: text, SecretId: _, ...rest } = input;
    if (Object.keys(rest).length > 0) return failure('ValidationException', 'unknown member');
    if (typeof id !== 'string' || id.length < 32 || id.length > 64)
      return failure('InvalidParameterException', 'ClientRequestToken must have 32 to 64 characters');
    if (typeof text !== 'string' || text === '')
      return failure('InvalidParameterException', 'You must provide either SecretString or SecretBinary.');
    const same = secret.versions.find((version) => version.id === id);
    if (same !== undefined && same.text !== text)
      return failure('ResourceExistsException', 'A resource with the ID you requested already exists.');
    if (same === undefined) secret.versions.push({ id, text });
    return success({ ...names, VersionId: id, VersionStages: ['AWSCURRENT'] });
  }

  /** Judged by the signer of the AWS SDK, from the request as it arrived. */
  async #signatureProblem({ method, target, headers, body }: PeerRequest): Promise<PeerReply | null> {
    const [, keyId, day, region, service, signed] = parsedCredential.exec(headers.authorization ?? '') ?? [];
    if (keyId === undefined || signed === undefined)
      return failure('MissingAuthenticationTokenException', 'Missing Authentication Token');
    if (keyId !== this.accessKeyId)
      return failure('UnrecognizedClientException', 'The security token included in the request is invalid.');
    const names = signed.split(';');
    const date = String(headers['x-amz-date']);
    if (
      region !== this.region ||
      service !== 'secretsmanager' ||
      !date.startsWith(String(day)) ||
      !['host', 'x-amz-date', 'x-amz-target'].every((name) => names.includes(name))
    )
      return failure('InvalidSignatureException', 'Credential should be scoped to a valid region.');
    if ((headers['x-amz-security-token'] ?? null) !== this.sessionToken)
      return failure('UnrecognizedClientException', 'The security token included in the request is invalid.');
    const iso = date.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, '$1-$2-$3T$4:$5:$6Z');
    if (Math.abs(Date.parse(iso) - Date.now()) > 5 * 60_000)
      return failure('InvalidSignatureException', 'Signature expired');
    const signer = new SignatureV4({
      credentials: { accessKeyId: this.accessKeyId, secretAccessKey: this.secretAccessKey },
      region: this.region,
      service: 'secretsmanager',
      sha256: Sha256,
      applyChecksum: false,
    });
    const expected = await signer.sign(
      {
        method,
        protocol: 'http:',
        hostname: '127.0.0.1',
        path: target,
        query: {},
        headers: Object.fromEntries(names.map((name) => [name, String(headers[name])])),
        body: body.toString(),
      },
      { signingDate: new Date(iso), signableHeaders: new Set(names), unsignableHeaders: new Set() },
    );
    return expected.headers.authorization === headers.authorization
      ? null
      : failure('InvalidSignatureException', 'The request signature we calculated does not match.');
  }
}
