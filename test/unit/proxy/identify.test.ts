import { describe, expect, it } from 'vitest';
import { Secret } from '../../../src/main/lib/secret.ts';
import type { Grants } from '../../../src/main/proxy/grants.ts';
import {
  type Identity,
  identifyBySignature,
  identifyByToken,
  identifyOpenPort,
} from '../../../src/main/proxy/identify.ts';
import { SigningKeys } from '../../../src/main/proxy/signingKeys.ts';
import { presignRequest } from '../../../src/main/sigv4/presignRequest.ts';
import type { HeaderPair, HttpRequestParts } from '../../../src/main/sigv4/requestParts.ts';
import { deriveSigningKey } from '../../../src/main/sigv4/signingKey.ts';
import { type SigningOptions, signRequest } from '../../../src/main/sigv4/signRequest.ts';
import { unlimitedGrant } from '../../helpers/unlimitedGrant.ts';

const SIGNED_AT_MS = Date.UTC(2026, 10, 23, 10, 11, 12);
const MINUTE_MS = 60_000;
const LOCAL_SECRET = 'local secret';

/** Knows one connection of each kind, by everything that could name it. */
const fakeGrants: Grants = {
  isUnlocked: () => true,
  byAccessKeyId: (id) =>
    id === 'LOCALS3' ? unlimitedGrant('s3') : id === 'LOCALAPI' ? unlimitedGrant('api') : undefined,
  byToken: (token) =>
    token === 'nfyio_lt_api'
      ? unlimitedGrant('api')
      : token === 'nfyio_lt_s3'
        ? unlimitedGrant('s3')
        : undefined,
  byConnectionId: (id) => (id === 's3' || id === 'api' ? unlimitedGrant(id) : undefined),
  isRetiring: () => false,
  localSecretKey: () => Secret.of(LOCAL_SECRET),
  secretOf: () => Secret.of('real'),
};

const requestWith = (
  headers: readonly HeaderPair[],
  rawPath = '/demo/a',
  rawQuery = '',
): HttpRequestParts => ({
  method: 'GET',
  rawPath,
  rawQuery,
  headers: [['Host', '127.0.0.1:7471'], ...headers],
});

/** The name of the connection, or the code of the refusal. */
const outcome = (identity: Identity): string =>
  identity.kind === 'identified' ? identity.grant.connectionName : identity.code;

describe('on the API listener', () => {
  const byToken = (authorization: string | null, rawPath = '/api/chat', rawQuery = ''): Identity =>
    identifyByToken(
      requestWith(authorization === null ? [] : [['Authorization', authorization]], rawPath, rawQuery),
      fakeGrants,
    );

  it.each([
    ['Bearer nfyio_lt_api', '/api/chat', 'api'],
    ['bearer  nfyio_lt_api', '/api/chat', 'api'],
    [null, '/~nfyio_lt_api/api/chat', 'api'],
    ['Bearer something', '/~nfyio_lt_api/api/chat', 'api'],
    ['Bearer nfyio_lt_s3', '/api/chat', 'CONNECTION_WRONG_KIND'],
    ['Bearer nfyio_lt_other', '/api/chat', 'AUTH_UNKNOWN'],
    ['Bearer nfyio_at_real', '/api/chat', 'REAL_CREDENTIAL_REFUSED'],
    ['Bearer nfyio_at_real', '/~nfyio_lt_api/api/chat', 'REAL_CREDENTIAL_REFUSED'],
    [null, '/~nfyio_at_real/api/chat', 'REAL_CREDENTIAL_REFUSED'],
    [null, '/api/chat', 'AUTH_MISSING'],
    ['Bearer two words', '/api/chat', 'AUTH_MISSING'],
    ['AWS4-HMAC-SHA256 Credential=a', '/api/chat', 'CONNECTION_WRONG_KIND'],
  ])('%j at %s is %s', (authorization, rawPath, expected) => {
    expect(outcome(byToken(authorization, rawPath))).toBe(expected);
  });

  it('takes a presigned request for one that belongs to the other listener', () => {
    expect(outcome(byToken(null, '/demo/a', 'X-Amz-Algorithm=AWS4-HMAC-SHA256'))).toBe(
      'CONNECTION_WRONG_KIND',
    );
  });

  it('hands on no path capability, and no second Authorization', () => {
    expect(byToken(null, '/~nfyio_lt_api/api/chat')).toMatchObject({ request: { rawPath: '/api/chat' } });
    const twice = requestWith([
      ['Authorization', 'Bearer nfyio_lt_api'],
      ['authorization', 'Bearer nfyio_lt_api'],
    ]);
    expect(outcome(identifyByToken(twice, fakeGrants))).toBe('MALFORMED_REQUEST');
  });
});

describe('on a port of its own', () => {
  it('is whoever the port stands for, as long as that is there', () => {
    expect(outcome(identifyOpenPort('s3', requestWith([]), fakeGrants))).toBe('s3');
    expect(outcome(identifyOpenPort('gone', requestWith([]), fakeGrants))).toBe('AUTH_UNKNOWN');
  });
});

describe('on the S3 listener', () => {
  const identify = (request: HttpRequestParts, nowMs = SIGNED_AT_MS): string =>
    outcome(identifyBySignature(request, fakeGrants, new SigningKeys(), nowMs));

  const signing = (accessKeyId: string, service = 's3', secret = LOCAL_SECRET): SigningOptions => ({
    accessKeyId,
    signingKey: deriveSigningKey(secret, '20261123', 'us-east-1', service),
    region: 'us-east-1',
    service,
    amzDate: '20261123T101112Z',
    payloadHash: 'UNSIGNED-PAYLOAD',
  });
  const signed = (options: SigningOptions): HttpRequestParts => {
    const request = requestWith([]);
    return { ...request, headers: [...request.headers, ...signRequest(request, options)] };
  };

  it.each([
    [signing('LOCALS3'), 's3'],
    [signing('LOCALAPI'), 'CONNECTION_WRONG_KIND'],
    [signing('NOBODY'), 'AUTH_UNKNOWN'],
    [signing('AKIAREAL'), 'REAL_CREDENTIAL_REFUSED'],
    [signing('ASIAREAL'), 'REAL_CREDENTIAL_REFUSED'],
    [signing('LOCALS3', 'ec2'), 'AUTH_BAD_SIGNATURE'],
    [signing('LOCALS3', 's3', 'another secret'), 'AUTH_BAD_SIGNATURE'],
  ])('%j is %s', (options, expected) => {
    expect(identify(signed(options))).toBe(expected);
  });

  it.each([
    [-5 * MINUTE_MS - 1, 'AUTH_STALE'],
    [-5 * MINUTE_MS, 's3'],
    [5 * MINUTE_MS, 's3'],
    [5 * MINUTE_MS + 1, 'AUTH_STALE'],
  ])('a signature seen %i ms after it was made is %s', (laterMs, expected) => {
    expect(identify(signed(signing('LOCALS3')), SIGNED_AT_MS + laterMs)).toBe(expected);
  });

  it.each([
    [-5 * MINUTE_MS - 1, 'AUTH_STALE'],
    [-5 * MINUTE_MS, 's3'],
    [3600_000, 's3'],
    [3600_001, 'AUTH_STALE'],
  ])('a link for an hour, used %i ms after it was made, is %s', (laterMs, expected) => {
    const request = requestWith([]);
    const rawQuery = presignRequest(request, { ...signing('LOCALS3'), expiresSeconds: 3600 });
    expect(identify({ ...request, rawQuery }, SIGNED_AT_MS + laterMs)).toBe(expected);
  });

  it.each([
    [null, '/demo/a', 'AUTH_MISSING'],
    ['Basic dXNlcjpwYXNz', '/demo/a', 'AUTH_MISSING'],
    ['AWS AKID:c2lnbmF0dXJl', '/demo/a', 'AUTH_UNSUPPORTED'],
    ['AWS4-ECDSA-P256-SHA256 Credential=a', '/demo/a', 'AUTH_UNSUPPORTED'],
    ['AWS4-HMAC-SHA256 Credential=a', '/demo/a', 'AUTH_BAD_SIGNATURE'],
    ['Bearer nfyio_lt_api', '/demo/a', 'CONNECTION_WRONG_KIND'],
    ['Bearer nfyio_at_real', '/demo/a', 'REAL_CREDENTIAL_REFUSED'],
    [null, '/~nfyio_lt_api/demo/a', 'CONNECTION_WRONG_KIND'],
    [null, '/~backup/a', 'AUTH_MISSING'],
  ])('%j at %s is %s', (authorization, rawPath, expected) => {
    const headers: HeaderPair[] = authorization === null ? [] : [['Authorization', authorization]];
    expect(identify(requestWith(headers, rawPath))).toBe(expected);
  });
});
