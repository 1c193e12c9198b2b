import { Sha256 } from '@aws-crypto/sha256-js';
import { SignatureV4 } from '@smithy/signature-v4';
import { Secret } from '../../../src/main/lib/secret.ts';
import type { Grant, Grants, ProxyRecord } from '../../../src/main/proxy/grants.ts';
import type { ProxyLimits } from '../../../src/main/proxy/limits.ts';
import { createProxy, type SigningProxy } from '../../../src/main/proxy/proxy.ts';
import type { KeyCredential, TokenCredential } from '../../../src/shared/contract/credentials.ts';
import { FakeClock } from '../../helpers/fakeClock.ts';
import { MemoryLogger } from '../../helpers/memoryLogger.ts';
import { unlimitedGrant } from '../../helpers/unlimitedGrant.ts';
import type { PlainRequest } from './rawClient.ts';
import { type RecordedRequest, RecordingUpstream } from './recordingUpstream.ts';

export const realToken = 'nfyio_at_REALTOKENcanary0123456789abcdef';
export const realKey = {
  accessKeyId: 'AKIAREALCANARY000001',
  secretAccessKey: 'real/Secret+Canary0123456789abcdefghijkl',
};
export const localToken = 'nfyio_lt_LOCALTOKENcanary0123456789abcdef';
export const localKey = {
  accessKeyId: 'NFYLOCALABCDEFGHIJKL',
  secretAccessKey: 'localSecretCanary0123456789abcdefghijklm',
};

const common = {
  uid: null,
  workspaceId: 'workspace',
  origin: 'imported',
  createdAt: '2026-01-01T00:00:00.000Z',
  expiresAt: null,
} as const;

export const tokenCredential = (fields: Partial<TokenCredential> = {}): TokenCredential => ({
  ...common,
  id: 'token-1',
  name: 'token',
  kind: 'token',
  scope: 'write',
  route: null,
  ...fields,
});

export const keyCredential = (fields: Partial<KeyCredential> = {}): KeyCredential => ({
  ...common,
  id: 'key-1',
  name: 'key',
  kind: 'key',
  accessKeyId: realKey.accessKeyId,
  buckets: ['*'],
  permission: 'read-write',
  ...fields,
});

export const grantOf = (kind: 's3' | 'api', fields: Partial<Grant> = {}): Grant =>
  unlimitedGrant(kind, {
    connectionId: `connection-${kind}`,
    upstream: null,
    credentials: [kind === 's3' ? keyCredential() : tokenCredential()],
    ...fields,
  });

/** Grants out of a hat: one per kind, with the local and real secrets above. */
export class TestGrants implements Grants {
  locked = false;
  realSecretKey = realKey.secretAccessKey;
  readonly retiring = new Set<string>();
  s3: Grant;
  api: Grant;

  constructor(upstream: string) {
    this.s3 = grantOf('s3', { upstream });
    this.api = grantOf('api', { upstream });
  }

  isUnlocked(): boolean {
    return !this.locked;
  }

  byAccessKeyId(accessKeyId: string): Grant | undefined {
    return accessKeyId === localKey.accessKeyId ? this.s3 : undefined;
  }

  byToken(token: string): Grant | undefined {
    return token === localToken ? this.api : undefined;
  }

  byConnectionId(connectionId: string): Grant | undefined {
    return [this.s3, this.api].find((grant) => grant.connectionId === connectionId);
  }

  isRetiring(credentialId: string): boolean {
    return this.retiring.has(credentialId);
  }

  localSecretKey(): Secret {
    return Secret.of(localKey.secretAccessKey);
  }

  secretOf(credential: TokenCredential | KeyCredential): Secret {
    return Secret.of(credential.kind === 'token' ? realToken : this.realSecretKey);
  }
}

export interface ProxyWorld {
  readonly proxy: SigningProxy;
  readonly upstream: RecordingUpstream;
  readonly grants: TestGrants;
  readonly clock: FakeClock;
  readonly logger: MemoryLogger;
  readonly records: ProxyRecord[];
  readonly s3Port: number;
  readonly apiPort: number;
  /** Resolves with the record that comes next, or has come already and was not asked for. */
  nextRecord(): Promise<ProxyRecord>;
  stop(): Promise<void>;
}

/** Of a request to the API listener, with the local token. */
export const apiHead = ({ apiPort }: ProxyWorld, requestLine: string, ...lines: readonly string[]): string =>
  [requestLine, `Host: 127.0.0.1:${apiPort}`, `Authorization: Bearer ${localToken}`, ...lines, '', ''].join(
    '\r\n',
  );

export const startProxyWorld = async (
  limits: Partial<ProxyLimits> = {},
  certificates?: readonly string[],
): Promise<ProxyWorld> => {
  const upstream = new RecordingUpstream();
  await upstream.start();
  const grants = new TestGrants(upstream.origin);
  const clock = new FakeClock(Date.UTC(2026, 10, 23, 12, 0, 0));
  const logger = new MemoryLogger();
  const records: ProxyRecord[] = [];
  const waiting: ((record: ProxyRecord) => void)[] = [];
  const untaken: ProxyRecord[] = [];
  const onRecord = (record: ProxyRecord): void => {
    records.push(record);
    const taker = waiting.shift();
    if (taker === undefined) untaken.push(record);
    else taker(record);
  };
  const proxy = createProxy({
    ...{ grants, clock, logger, onRecord, limits },
    ...(certificates === undefined ? {} : { certificates }),
  });
  const s3Port = (await proxy.listen('s3', 0)).port;
  const apiPort = (await proxy.listen('api', 0)).port;
  return {
    proxy,
    upstream,
    grants,
    clock,
    logger,
    records,
    s3Port,
    apiPort,
    nextRecord: () => {
      const record = untaken.shift();
      return record === undefined ? new Promise((resolve) => waiting.push(resolve)) : Promise.resolve(record);
    },
    stop: async () => {
      const stopped = proxy.stop(0);
      clock.advance(1);
      await stopped;
      await upstream.stop();
    },
  };
};

/** It takes the proxy a while to find out that a tool is gone: as long as it waits for something, time goes on. */
export const letTimePassUntil = async <Value>(
  { clock }: Pick<ProxyWorld, 'clock'>,
  event: Promise<Value>,
): Promise<Value> => {
  let hasCome = false;
  void event.then(() => {
    hasCome = true;
  });
  while (!hasCome) {
    if (clock.pendingTimers > 0) clock.advance(100);
    await new Promise((turn) => setImmediate(turn));
  }
  return event;
};

const signer = (credentials: { accessKeyId: string; secretAccessKey: string }): SignatureV4 =>
  new SignatureV4({ service: 's3', region: 'us-east-1', uriEscapePath: false, sha256: Sha256, credentials });

const splitTarget = (target: string): { path: string; query: Record<string, string> } => {
  const [path = '', rawQuery = ''] = target.split('?');
  return { path, query: Object.fromEntries(new URLSearchParams(rawQuery)) };
};

/** Signs with the local key the way the AWS SDK does. */
export const signedLocally = async (
  world: Pick<ProxyWorld, 's3Port' | 'clock'>,
  request: Omit<PlainRequest, 'headers'> & { readonly headers?: Readonly<Record<string, string>> },
  credentials = localKey,
): Promise<PlainRequest & { readonly headers: Record<string, string> }> => {
  const { path, query } = splitTarget(request.target);
  const signed = await signer(credentials).sign(
    {
      method: request.method ?? 'GET',
      protocol: 'http:',
      hostname: '127.0.0.1',
      path,
      query,
      headers: {
        host: request.host ?? `127.0.0.1:${world.s3Port}`,
        'x-amz-content-sha256': 'UNSIGNED-PAYLOAD',
        ...request.headers,
      },
    },
    { signingDate: new Date(world.clock.now()) },
  );
  return { ...request, headers: signed.headers };
};

/** The Authorization that the AWS SDK's signer would have put on what arrived upstream. */
export const expectedAuthorization = async (recorded: RecordedRequest, key = realKey): Promise<string> => {
  const headers = Object.fromEntries(recorded.headers.map(([name, value]) => [name.toLowerCase(), value]));
  const { authorization = '', 'x-amz-date': amzDate = '', ...rest } = headers;
  const names = /SignedHeaders=([^,]+)/.exec(authorization)?.[1]?.split(';') ?? [];
  const [, year, month, day, hour, minute, second] =
    /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(amzDate) ?? [];
  const { path, query } = splitTarget(recorded.target);
  const signed = await signer(key).sign(
    {
      method: recorded.method,
      protocol: 'http:',
      hostname: '127.0.0.1',
      path,
      query,
      headers: Object.fromEntries(Object.entries(rest).filter(([name]) => names.includes(name))),
    },
    { signingDate: new Date(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`) },
  );
  return signed.headers.authorization ?? '';
};
