import { lookup } from 'node:dns';
import { Agent } from 'node:http';
import {
  CopyObjectCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { runCommand } from '../../helpers/servedVault.ts';
import {
  expectedAuthorization,
  localKey,
  localToken,
  type ProxyWorld,
  signedLocally,
  startProxyWorld,
} from './proxyWorld.ts';
import { outcomeOf, type PlainRequest, send } from './rawClient.ts';
import { valuesOf } from './recordingUpstream.ts';

let world: ProxyWorld;
beforeEach(async () => {
  world = await startProxyWorld();
});
afterEach(() => world.stop());

const host = (bucket = 'demo', port = world.s3Port): string => `${bucket}.localhost:${port}`;
const outcome = async (request: PlainRequest, port = world.s3Port): Promise<string> =>
  outcomeOf(await send(port, request));

describe('a signed request to a bucket of localhost', () => {
  it.each([
    ['GET', '/a', '/demo/a'],
    ['GET', '/', '/demo/'],
    ['GET', '/?list-type=2&prefix=x', '/demo/?list-type=2&prefix=x'],
    ['PUT', '/dir/a%20b', '/demo/dir/a%20b'],
    ['GET', '//a', '/demo//a'],
    ['DELETE', '/demo/a', '/demo/demo/a'],
  ])('%s %s is asked upstream as %s', async (method, target, expected) => {
    expect(await outcome(await signedLocally(world, { method, target, host: host() }))).toBe('200');
    const { only } = world.upstream;
    expect(only.target).toBe(expected);
    expect(valuesOf(only, 'host')).toEqual([world.upstream.host]);
    expect(valuesOf(only, 'authorization')).toEqual([await expectedAuthorization(only)]);
  });

  it('is shown in activity with its bucket', async () => {
    await outcome(await signedLocally(world, { target: '/a', host: host() }));
    expect((await world.nextRecord()).path).toBe('/demo/a');
    world.grants.s3 = { ...world.grants.s3, buckets: ['other'] };
    await outcome(await signedLocally(world, { target: '/a', host: host() }));
    expect(await world.nextRecord()).toMatchObject({ path: '/demo/a', refusal: 'BUCKET_FORBIDDEN' });
  });

  it('is held to the buckets and the prefix of the connection', async () => {
    world.grants.s3 = { ...world.grants.s3, buckets: ['demo'], prefix: 'in/' };
    const ask = async (bucket: string, target: string) =>
      outcome(await signedLocally(world, { target, host: host(bucket) }));
    expect(await ask('demo', '/in/a')).toBe('200');
    expect(await ask('demo', '/out/a')).toBe('PREFIX_FORBIDDEN');
    expect(await ask('other', '/in/a')).toBe('BUCKET_FORBIDDEN');
    expect(await ask('in', '/demo/in/a')).toBe('HOST_REFUSED');
    expect(world.upstream.requests).toHaveLength(1);
  });

  it('is redirected in path style, as the upstream puts it', async () => {
    world.upstream.answer = (_, outgoing) =>
      outgoing.writeHead(307, { Location: `${world.upstream.origin}/demo/b` }).end();
    const reply = await send(world.s3Port, await signedLocally(world, { target: '/a', host: host() }));
    expect(valuesOf(reply, 'location')).toEqual([`http://localhost:${world.s3Port}/demo/b`]);
  });

  it('that was signed for another Host is refused', async () => {
    const { headers } = await signedLocally(world, { target: '/a', host: host('demo') });
    expect(await outcome({ target: '/a', headers, host: host('other') })).toBe('HOST_REFUSED');
    const plain = await signedLocally(world, { target: '/a' });
    expect(await outcome({ ...plain, host: host() })).toBe('HOST_REFUSED');
  });

  it('is told that it is too old: it was signed with the key', async () => {
    const request = await signedLocally(world, { target: '/a', host: host() });
    world.clock.advance(300_001);
    expect(await outcome(request)).toBe('AUTH_STALE');
  });
});

describe('a bucket of localhost', () => {
  it.each([
    ['without a signature', {}],
    ['with a bearer token', { authorization: `Bearer ${localToken}` }],
    ['with a broken signature', { authorization: 'AWS4-HMAC-SHA256 nonsense' }],
    ['with SigV2', { authorization: `AWS ${localKey.accessKeyId}:x` }],
  ])('%s is any wrong Host', async (_, headers) => {
    const reply = await send(world.s3Port, { target: '/a', host: host(), headers });
    const wrong = await send(world.s3Port, { target: '/a', host: `rebind.test:${world.s3Port}`, headers });
    expect([reply.status, valuesOf(reply, 'x-nfyio-vault-error')]).toEqual([421, ['HOST_REFUSED']]);
    expect(reply.body.replace(/[0-9a-f]{32}/, '')).toBe(wrong.body.replace(/[0-9a-f]{32}/, ''));
    expect(world.upstream.requests).toEqual([]);
  });

  it('is refused with a signature of somebody else', async () => {
    const stranger = { ...localKey, secretAccessKey: 'another-secret' };
    expect(await outcome(await signedLocally(world, { target: '/a', host: host() }, stranger))).toBe(
      'HOST_REFUSED',
    );
  });

  it('is refused on the API listener and on an open port, signed or not', async () => {
    const open = await world.proxy.openPort('connection-s3', 's3', 0);
    for (const port of [world.apiPort, open.port]) {
      const signed = await signedLocally(world, { target: '/a', host: host('demo', port) });
      expect(await outcome(signed, port)).toBe('HOST_REFUSED');
      const bearer = { authorization: `Bearer ${localToken}` };
      expect(await outcome({ target: '/a', host: host('demo', port), headers: bearer }, port)).toBe(
        'HOST_REFUSED',
      );
    }
    expect(world.upstream.requests).toEqual([]);
  });

  it('is refused to a web page before its signature is looked at', async () => {
    const { target, headers } = await signedLocally(world, { target: '/a', host: host() });
    expect(await outcome({ target, host: host(), headers: { ...headers, origin: 'http://a.test' } })).toBe(
      'BROWSER_REFUSED',
    );
  });
});

describe('a real client in virtual-hosted style', () => {
  beforeEach(() => world.clock.advance(Date.now() - world.clock.now()));

  const answer = (method = '', target = ''): string => {
    if (method === 'GET' && target.includes('list-type')) return '<ListBucketResult/>';
    return method === 'PUT' ? '<CopyObjectResult/>' : '';
  };

  it('@aws-sdk/client-s3 without forcePathStyle works', async () => {
    world.upstream.answer = (incoming, outgoing) => {
      incoming.on('end', () => outgoing.end(answer(incoming.method, incoming.url)));
      incoming.resume();
    };
    const client = new S3Client({
      endpoint: `http://localhost:${world.s3Port}`,
      region: 'eu-central-1',
      credentials: localKey,
      // Not every resolver knows the names below localhost.
      requestHandler: {
        httpAgent: new Agent({ lookup: (_, options, done) => lookup('127.0.0.1', options, done) }),
      },
    });
    const object = { Bucket: 'demo', Key: 'dir/a b+c' };
    await client.send(new PutObjectCommand({ ...object, Body: 'hello' }));
    await client.send(new CopyObjectCommand({ ...object, CopySource: 'other/x%20y' }));
    await client.send(new GetObjectCommand(object));
    await client.send(new ListObjectsV2Command({ Bucket: 'demo', Prefix: 'dir/' }));
    await client.send(new DeleteObjectCommand(object));
    const url = new URL(await getSignedUrl(client, new GetObjectCommand(object), { expiresIn: 60 }));
    expect(url.host).toBe(host());
    expect(await outcome({ target: `${url.pathname}${url.search}`, host: url.host })).toBe('200');
    expect(world.upstream.requests.map(({ method, target }) => `${method} ${target.split('?')[0]}`)).toEqual([
      'PUT /demo/dir/a%20b%2Bc',
      'PUT /demo/dir/a%20b%2Bc',
      'GET /demo/dir/a%20b%2Bc',
      'GET /demo/',
      'DELETE /demo/dir/a%20b%2Bc',
      'GET /demo/dir/a%20b%2Bc',
    ]);
    expect(world.upstream.requests[0]?.body.toString()).toBe('hello');
    expect(world.upstream.requests[1] && valuesOf(world.upstream.requests[1], 'x-amz-copy-source')).toEqual([
      'other/x%20y',
    ]);
  });

  it('curl works', async () => {
    const { exitCode, stderr } = await runCommand('/usr/bin/curl', [
      ...['--silent', '--show-error', '--fail-with-body', '--resolve', `${host()}:127.0.0.1`],
      ...[
        '--aws-sigv4',
        'aws:amz:us-east-1:s3',
        '--user',
        `${localKey.accessKeyId}:${localKey.secretAccessKey}`,
      ],
      ...['--upload-file', import.meta.filename, `http://${host()}/a`],
    ]);
    expect(exitCode, stderr).toBe(0);
    expect(world.upstream.only).toMatchObject({ method: 'PUT', target: '/demo/a' });
  });
});
