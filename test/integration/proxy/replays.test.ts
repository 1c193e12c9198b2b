import { DeleteObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { runCommand } from '../../helpers/servedVault.ts';
import { awsEnvironment } from '../../interop/clients/realClient.ts';
import { letTimePassUntil, localKey, type ProxyWorld, signedLocally, startProxyWorld } from './proxyWorld.ts';
import { outcomeOf, type PlainRequest, RawConnection, requestBytes, send } from './rawClient.ts';

let world: ProxyWorld;
beforeEach(async () => {
  world = await startProxyWorld();
});
afterEach(() => world.stop());

const outcome = async (request: PlainRequest): Promise<string> =>
  outcomeOf(await send(world.s3Port, request));
const signed = (method: string, target = '/demo/a', body = 'hello') =>
  signedLocally(world, { method, target, ...(method === 'DELETE' || method === 'GET' ? {} : { body }) });

const localClient = (maxAttempts = 3): S3Client =>
  new S3Client({
    endpoint: `http://127.0.0.1:${world.s3Port}`,
    region: 'us-east-1',
    forcePathStyle: true,
    credentials: localKey,
    maxAttempts,
  });

const answerWith = (...statuses: readonly number[]): void => {
  const left = [...statuses];
  world.upstream.answer = (incoming, outgoing) => {
    incoming.on('end', () => outgoing.writeHead(left.shift() ?? 200).end());
    incoming.resume();
  };
};

/** Real clients sign with the time of the machine. */
const withRealTime = (): void => world.clock.advance(Date.now() - world.clock.now());

describe('a signed write that was answered', () => {
  it('is not carried out again: a thousand replays, none accepted', async () => {
    const request = await signed('PUT');
    expect(await outcome(request)).toBe('200');
    const replies = [];
    for (let round = 0; round < 100; round += 1)
      replies.push(...(await Promise.all(Array.from({ length: 10 }, () => outcome(request)))));
    expect(replies).toHaveLength(1_000);
    expect(new Set(replies)).toEqual(new Set(['AUTH_REPLAYED']));
    expect(world.upstream.requests).toHaveLength(1);
  });

  it.each([
    ['PUT', '/demo/a'],
    ['POST', '/demo/a?uploads'],
    ['POST', '/demo?delete'],
    ['DELETE', '/demo/a'],
  ])('%s %s is good once', async (method, target) => {
    const request = await signed(method, target);
    expect(await outcome(request)).toBe('200');
    expect(await outcome(request)).toBe('AUTH_REPLAYED');
  });

  it.each(['GET', 'HEAD'])('%s may be repeated', async (method) => {
    const request = await signedLocally(world, { method, target: '/demo/a' });
    expect([await outcome(request), await outcome(request)]).toEqual(['200', '200']);
  });

  it('counts as answered when the upstream refused it', async () => {
    answerWith(403);
    const request = await signed('PUT');
    expect([await outcome(request), await outcome(request)]).toEqual(['403', 'AUTH_REPLAYED']);
  });

  it('can be made again by who holds the key: one second later the signature is another one', async () => {
    expect(await outcome(await signed('DELETE'))).toBe('200');
    world.clock.advance(1_000);
    expect(await outcome(await signed('DELETE'))).toBe('200');
  });

  it('by a presigned URL works once, whatever the order of its parameters', async () => {
    withRealTime();
    const url = new URL(
      await getSignedUrl(localClient(), new PutObjectCommand({ Bucket: 'demo', Key: 'a' }), {
        expiresIn: 604_800,
      }),
    );
    const put = (query: string) =>
      outcome({ method: 'PUT', target: `${url.pathname}?${query}`, body: 'once' });
    const query = url.search.slice(1);
    expect(await put(query)).toBe('200');
    expect(await put(query)).toBe('AUTH_REPLAYED');
    expect(await put(query.split('&').reverse().join('&'))).toBe('AUTH_REPLAYED');
    world.clock.advance(6 * 86_400_000);
    expect(await put(query)).toBe('AUTH_REPLAYED');
    world.clock.advance(2 * 86_400_000);
    expect(await put(query)).toBe('AUTH_STALE');
    expect(world.upstream.requests).toHaveLength(1);
  });

  it('tells an S3 tool what to do about it', async () => {
    const request = await signed('PUT');
    await outcome(request);
    const reply = await send(world.s3Port, request);
    expect(reply.status).toBe(403);
    expect(reply.body).toContain('Sign each request anew');
  });
});

describe('a signed write that came to nothing', () => {
  it.each([500, 503])('with %i from the upstream may be repeated as it is', async (status) => {
    answerWith(status, status);
    const request = await signed('PUT');
    const outcomes = [];
    for (let attempt = 0; attempt < 4; attempt += 1) outcomes.push(await outcome(request));
    expect(outcomes).toEqual([String(status), String(status), '200', 'AUTH_REPLAYED']);
  });

  it('because the upstream could not be reached may be repeated', async () => {
    const { upstream } = world.grants.s3;
    world.grants.s3 = { ...world.grants.s3, upstream: 'http://127.0.0.1:1' };
    const request = await signed('PUT');
    expect(await outcome(request)).toBe('UPSTREAM_UNREACHABLE');
    world.grants.s3 = { ...world.grants.s3, upstream };
    expect(await outcome(request)).toBe('200');
  });

  it('because a limit of the connection refused it was never used', async () => {
    const request = await signed('PUT');
    world.grants.s3 = { ...world.grants.s3, readOnly: true };
    expect(await outcome(request)).toBe('READ_ONLY');
    world.grants.s3 = { ...world.grants.s3, readOnly: false };
    expect(await outcome(request)).toBe('200');
  });

  it('because its tool went away before the reply may be repeated; while it runs it may not', async () => {
    const arrived = new Promise<void>((resolve) => {
      world.upstream.answer = () => resolve();
    });
    const request = await signed('PUT');
    const impatient = new RawConnection(world.s3Port);
    impatient.write(requestBytes(world.s3Port, request));
    await arrived;
    expect(await outcome(request)).toBe('AUTH_REPLAYED');
    await world.nextRecord();
    impatient.socket.destroy();
    await letTimePassUntil(world, world.nextRecord());
    answerWith(200);
    expect(await outcome(request)).toBe('200');
  });
});

describe('locking', () => {
  it('makes no used signature good again', async () => {
    const request = await signed('PUT');
    expect(await outcome(request)).toBe('200');
    world.proxy.abortAll();
    expect(await outcome(request)).toBe('AUTH_REPLAYED');
  });
});

describe('an SDK that retries', () => {
  it('@aws-sdk/client-s3 gets through an upstream that fails first', async () => {
    withRealTime();
    answerWith(500, 503, 200);
    const client = localClient();
    await client.send(new PutObjectCommand({ Bucket: 'demo', Key: 'a', Body: 'hello' }));
    await client.send(new DeleteObjectCommand({ Bucket: 'demo', Key: 'a' }));
    expect(world.upstream.requests.map(({ method }) => method)).toEqual(['PUT', 'PUT', 'PUT', 'DELETE']);
  });

  it('boto3 gets through an upstream that fails first', async () => {
    withRealTime();
    answerWith(500, 503, 200);
    const endpoint = `http://127.0.0.1:${world.s3Port}`;
    const program = `
import boto3, sys
from botocore.config import Config
s3 = boto3.client('s3', endpoint_url=sys.argv[1], config=Config(s3={'addressing_style': 'path'}))
s3.put_object(Bucket='demo', Key='a', Body=b'hello')
`;
    const { exitCode, stderr } = await runCommand('/usr/bin/python3', ['-c', program, endpoint], {
      env: awsEnvironment({ endpoint, ...localKey }),
    });
    expect(exitCode, stderr).toBe(0);
    expect(world.upstream.requests).toHaveLength(3);
  });
});
