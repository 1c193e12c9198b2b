import { describe, expect, it } from 'vitest';
import type { ConnectionWithLocal } from '../../../src/main/connections/connections.ts';
import { Presigning, type PresignOrder } from '../../../src/main/connections/presigning.ts';
import { AppError } from '../../../src/main/lib/appError.ts';
import { Secret } from '../../../src/main/lib/secret.ts';
import type { LocalCredential } from '../../../src/shared/contract/connections.ts';
import { FakeClock } from '../../helpers/fakeClock.ts';
import { grantOf, keyCredential } from '../../integration/proxy/proxyWorld.ts';

const NOW_MS = Date.UTC(2026, 10, 23, 12, 0, 0, 250);
const inSeconds = (seconds: number): string => new Date(NOW_MS + seconds * 1000).toISOString();

interface World {
  readonly kind?: 's3' | 'api';
  readonly local?: LocalCredential;
  readonly connectionEnds?: string | null;
  readonly credentialEnds?: string | null;
  readonly upstream?: string | null;
  readonly isIndexed?: boolean;
  readonly refusal?: 'READ_ONLY';
}

const localPair: LocalCredential = {
  kind: 's3',
  endpoint: 'http://127.0.0.1:7471',
  accessKeyId: 'LOCAL',
  secretAccessKey: 'local-secret',
  region: 'us-east-1',
};

const presign = (world: World = {}, order: Partial<PresignOrder> = {}) => {
  const { upstream = 'https://s3.test', connectionEnds = null, credentialEnds = null } = world;
  const grant = grantOf('s3', { upstream });
  const secrets: Secret[] = [];
  const presigning = new Presigning({
    clock: new FakeClock(NOW_MS),
    connections: {
      local: () =>
        ({
          connection: { id: 'c', kind: world.kind ?? 's3', expiresAt: connectionEnds },
          local: world.local ?? localPair,
        }) as ConnectionWithLocal,
    },
    grantOf: () => (world.isIndexed === false ? undefined : grant),
    secretOf: () => Secret.of('real-secret'),
    judge: () =>
      world.refusal === undefined
        ? { kind: 'allow', credential: keyCredential({ expiresAt: credentialEnds }) }
        : { kind: 'refuse', code: world.refusal },
    // Visibly fake: tells what it was given to sign with.
    sign: (target, { origin, accessKeyId, secretAccessKey }, seconds) => {
      secrets.push(secretAccessKey);
      return `${target.method} ${origin}/${target.bucket}/${target.key} ${accessKeyId} ${secretAccessKey.reveal()} ${seconds}`;
    },
  });
  const answer = presigning.presign({
    connection: 'c',
    method: 'GET',
    bucket: 'demo',
    key: 'a',
    expiresSeconds: 60,
    ...order,
  });
  return { ...answer, secrets };
};
const codeOf = (...given: Parameters<typeof presign>): string => {
  try {
    return presign(...given).url;
  } catch (error) {
    return error instanceof AppError ? `${error.code} ${error.message}` : String(error);
  }
};

describe('a URL for the loopback', () => {
  it('is signed with the local pair and is no secret', () => {
    expect(presign()).toMatchObject({
      url: 'GET http://127.0.0.1:7471/demo/a LOCAL local-secret 60',
      expiresAt: '2026-11-23T12:01:00.000Z',
      isSecret: false,
      shortenedBy: null,
    });
  });

  it('is not needed where a port asks for no signature', () => {
    expect(codeOf({ local: { kind: 'open', endpoint: 'http://127.0.0.1:9' } })).toMatch(
      /^INVALID_INPUT.*open port/,
    );
  });
});

describe('a URL for outside', () => {
  it('is signed with the real key and is a secret', () => {
    expect(presign({ upstream: 'https://s3.test/' }, { outside: true, method: 'PUT' })).toMatchObject({
      url: 'PUT https://s3.test/demo/a AKIAREALCANARY000001 real-secret 60',
      isSecret: true,
    });
  });

  it('can be made for a connection with an open port', () => {
    expect(
      presign({ local: { kind: 'open', endpoint: 'http://127.0.0.1:9' } }, { outside: true }).url,
    ).toContain('s3.test');
  });

  it('needs an endpoint', () => {
    expect(codeOf({ upstream: null }, { outside: true })).toMatch(/^NO_ENDPOINT/);
  });
});

describe('a presigned URL', () => {
  it.each([
    [60, null, null, 60, null],
    [60, inSeconds(30), null, 30, 'connection'],
    [60, null, inSeconds(20.9), 20, 'credential'],
    [60, inSeconds(30), inSeconds(20), 20, 'credential'],
    [60, inSeconds(20), inSeconds(30), 20, 'connection'],
    [60, inSeconds(60), inSeconds(60), 60, null],
    [604_800, inSeconds(1_000_000), null, 604_800, null],
  ])(
    'of %i s ends with its connection (%s) or credential (%s): %i s, and says by what',
    (expiresSeconds, connectionEnds, credentialEnds, expected, by) => {
      const { url, expiresAt, shortenedBy } = presign({ connectionEnds, credentialEnds }, { expiresSeconds });
      expect(shortenedBy).toBe(by);
      expect(url.endsWith(` ${expected}`)).toBe(true);
      expect(Date.parse(expiresAt)).toBeLessThanOrEqual(NOW_MS + expected * 1000);
    },
  );

  it('is not made for less than a second', () => {
    expect(codeOf({ connectionEnds: inSeconds(0.9) })).toMatch(/^CONNECTION_EXPIRED/);
    expect(codeOf({ credentialEnds: inSeconds(0.9) })).toMatch(/^CREDENTIAL_EXPIRED/);
  });

  it.each(['..', '.', 'a/../b', './a', 'a/.'])('is not made for the key %s, which clients resolve', (key) => {
    expect(codeOf({}, { key })).toMatch(/^INVALID_INPUT/);
  });

  it.each(['a..b', '...', 'a./b', '.a'])('is made for the key %s', (key) => {
    expect(codeOf({}, { key })).toContain(`/demo/${key} `);
  });

  it('is refused as the request would be', () => {
    expect(codeOf({ refusal: 'READ_ONLY' })).toMatch(/^READ_ONLY/);
    expect(codeOf({ kind: 'api' })).toMatch(/^INVALID_INPUT.*kind s3/);
    expect(codeOf({ isIndexed: false })).toMatch(/^CONNECTION_UNKNOWN/);
  });

  it.each([true, false])('leaves no secret behind (outside: %s)', (outside) => {
    const [secret] = presign({}, { outside }).secrets;
    expect(secret?.revealBytes().every((byte) => byte === 0)).toBe(true);
  });
});
