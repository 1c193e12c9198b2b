import { Sha256 } from '@aws-crypto/sha256-js';
import { S3RequestPresigner } from '@aws-sdk/s3-request-presigner';
import { SignatureV4 } from '@smithy/signature-v4';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { localKey, type ProxyWorld, signedLocally, startProxyWorld } from './proxyWorld.ts';
import { outcomeOf, type PlainRequest, send } from './rawClient.ts';
import { valuesOf } from './recordingUpstream.ts';

let world: ProxyWorld;
beforeEach(async () => {
  world = await startProxyWorld();
});
afterEach(() => world.stop());

const outcome = async (request: PlainRequest): Promise<string> =>
  outcomeOf(await send(world.s3Port, request));

const options = (credentials: object, region: string) => ({
  service: 's3',
  region,
  uriEscapePath: false,
  sha256: Sha256,
  credentials: { ...localKey, ...credentials },
});
const signerOf = (credentials: object, region = 'us-east-1') => new SignatureV4(options(credentials, region));
const get = () => ({
  method: 'GET',
  protocol: 'http:',
  hostname: '127.0.0.1',
  path: '/demo/a',
  query: {},
  headers: { host: `127.0.0.1:${world.s3Port}` },
});

const presigned = async (
  expiresIn: number,
  credentials = {},
  region = 'us-east-1',
): Promise<PlainRequest> => {
  const { path, query = {} } = await new S3RequestPresigner(options(credentials, region)).presign(get(), {
    expiresIn,
    signingDate: new Date(world.clock.now()),
  });
  return { target: `${path}?${new URLSearchParams(query as Record<string, string>)}` };
};

describe('a signature in a header', () => {
  it.each([
    [-300_001, 'AUTH_STALE'],
    [-300_000, '200'],
    [0, '200'],
    [300_000, '200'],
    [300_001, 'AUTH_STALE'],
  ])('%i ms after it was made: %s', async (laterMs, expected) => {
    const request = await signedLocally(world, { target: '/demo/a' });
    world.clock.sleep(laterMs);
    expect(await outcome(request)).toBe(expected);
  });
});

describe('a presigned URL', () => {
  it.each([
    [60, -300_001, 'AUTH_STALE'],
    [60, -300_000, '200'],
    [60, 60_000, '200'],
    [60, 60_001, 'AUTH_STALE'],
    [1, 1_001, 'AUTH_STALE'],
    [604_800, 604_800_000, '200'],
    [604_800, 604_800_001, 'AUTH_STALE'],
  ])('for %i s is asked %i ms later: %s', async (expiresIn, laterMs, expected) => {
    const request = await presigned(expiresIn);
    world.clock.sleep(laterMs);
    expect(await outcome(request)).toBe(expected);
  });

  it('cannot be made for more than seven days', async () => {
    const request = await presigned(604_800);
    expect(await outcome({ target: request.target.replace('=604800', '=604801') })).toBe(
      'AUTH_BAD_SIGNATURE',
    );
  });
});

describe('the scope of a signature', () => {
  it.each(['us-east-1', 'eu-central-1', 'auto', 'nowhere'])('may name the region %s', async (region) => {
    const signed = await signerOf({}, region).sign(get(), { signingDate: new Date(world.clock.now()) });
    expect(await outcome({ target: '/demo/a', headers: signed.headers })).toBe('200');
    expect(await outcome(await presigned(60, {}, region))).toBe('200');
  });

  it('cannot be exchanged afterwards', async () => {
    const { target, headers } = await signedLocally(world, { target: '/demo/a' });
    const authorization = headers.authorization?.replace('/us-east-1/', '/eu-west-1/') ?? '';
    expect(await outcome({ target, headers: { ...headers, authorization } })).toBe('AUTH_BAD_SIGNATURE');
  });
});

describe('a session token', () => {
  const sessionToken = 'session-token-of-the-tool';
  it('in a header is covered by the signature and goes no further', async () => {
    const signed = await signerOf({ sessionToken }).sign(get(), { signingDate: new Date(world.clock.now()) });
    expect(signed.headers['x-amz-security-token']).toBe(sessionToken);
    expect(await outcome({ target: '/demo/a', headers: signed.headers })).toBe('200');
    expect(JSON.stringify(world.upstream.only)).not.toContain(sessionToken);
  });

  it('in a presigned URL goes no further', async () => {
    const request = await presigned(60, { sessionToken });
    expect(request.target).toContain(sessionToken);
    expect(await outcome(request)).toBe('200');
    expect(world.upstream.only.target).toBe('/demo/a');
  });
});

describe('a way of signing that is not Signature Version 4', () => {
  const id = localKey.accessKeyId;
  it.each([
    ['SigV2', `AWS ${id}:c2lnbmF0dXJl`, ''],
    ['presigned SigV2', undefined, `?AWSAccessKeyId=${id}&Expires=1795435200&Signature=c2ln`],
    [
      'SigV4A',
      `AWS4-ECDSA-P256-SHA256 Credential=${id}/20261123/s3/aws4_request, SignedHeaders=host, Signature=30`,
      '',
    ],
    ['presigned SigV4A', undefined, `?X-Amz-Algorithm=AWS4-ECDSA-P256-SHA256&X-Amz-Signature=30`],
  ])('%s is named, with the way out', async (_, authorization, query) => {
    const headers = authorization === undefined ? {} : { Authorization: authorization };
    const reply = await send(world.s3Port, { target: `/demo/a${query}`, headers });
    expect(reply.status).toBe(400);
    expect(valuesOf(reply, 'x-nfyio-vault-error')).toEqual(['AUTH_UNSUPPORTED']);
    expect(reply.body).toMatch(/SigV2.*SigV4A.*Signature Version 4/);
    expect(world.upstream.requests).toEqual([]);
  });

  it('Basic is no local credential at all', async () => {
    expect(await outcome({ target: '/demo/a', headers: { Authorization: 'Basic dTpw' } })).toBe(
      'AUTH_MISSING',
    );
  });
});
