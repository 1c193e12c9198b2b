import { Sha256 } from '@aws-crypto/sha256-js';
import { SignatureV4 } from '@smithy/signature-v4';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  expectedAuthorization,
  localKey,
  localToken,
  type ProxyWorld,
  realToken,
  signedLocally,
  startProxyWorld,
} from './proxyWorld.ts';
import { codeOf, rawRequest, send } from './rawClient.ts';
import { valuesOf } from './recordingUpstream.ts';

let world: ProxyWorld;
beforeEach(async () => {
  world = await startProxyWorld();
});
afterEach(() => world.stop());

const everythingUpstreamSaw = (): string => JSON.stringify(world.upstream.requests);

describe('an S3 request signed with the local key', () => {
  it('reaches the upstream signed with the real key, as the AWS signer would have signed it', async () => {
    const request = await signedLocally(world, {
      method: 'PUT',
      target: '/demo/a%20b%2Bc/%E2%82%AC~.txt?x-id=PutObject',
      headers: { 'content-type': 'text/plain', 'x-amz-meta-note': 'two  blanks' },
      body: 'hello',
    });
    const reply = await send(world.s3Port, request);
    expect(reply.status).toBe(200);
    const seen = world.upstream.only;
    expect(seen.target).toBe('/demo/a%20b%2Bc/%E2%82%AC~.txt?x-id=PutObject');
    expect(seen.body.toString()).toBe('hello');
    expect(valuesOf(seen, 'authorization')).toEqual([await expectedAuthorization(seen)]);
    expect(valuesOf(seen, 'host')).toEqual([world.upstream.host]);
    expect(everythingUpstreamSaw()).not.toContain(localKey.accessKeyId);
  });

  it.each(['/demo//double//slash', '/demo/a/../b', '/demo/a%2Fb', '/demo/plus+and%2520', "/demo/q!'()*"])(
    'keeps the path %s byte for byte',
    async (target) => {
      const reply = await send(world.s3Port, await signedLocally(world, { target }));
      expect(reply.status).toBe(200);
      expect(world.upstream.only.target).toBe(target);
    },
  );

  it('keeps the names that a tool gives to its metadata, underscores and all', async () => {
    const request = await signedLocally(world, {
      method: 'PUT',
      target: '/demo/a',
      headers: { 'x-amz-meta-my_key': 'one', 'X-Amz-Meta-_': 'two', 'x-amz-copy_source': '/other/a' },
      body: 'hello',
    });
    expect((await send(world.s3Port, request)).status).toBe(200);
    const seen = world.upstream.only;
    expect(seen.headers.filter(([name]) => name.includes('_'))).toEqual([
      ['x-amz-meta-my_key', 'one'],
      ['X-Amz-Meta-_', 'two'],
    ]);
    expect(valuesOf(seen, 'authorization')).toEqual([await expectedAuthorization(seen)]);
  });

  it('re-signs the hash that the tool declared for its body', async () => {
    const sha256OfHello = '2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824';
    const request = await signedLocally(world, {
      method: 'PUT',
      target: '/demo/hello',
      headers: { 'x-amz-content-sha256': sha256OfHello },
      body: 'hello',
    });
    await send(world.s3Port, request);
    expect(valuesOf(world.upstream.only, 'x-amz-content-sha256')).toEqual([sha256OfHello]);
  });

  it('accepts a presigned URL until it expires and forwards nothing of its signature', async () => {
    const presigned = await new SignatureV4({
      service: 's3',
      region: 'eu-west-3',
      uriEscapePath: false,
      sha256: Sha256,
      credentials: localKey,
    }).presign(
      {
        method: 'GET',
        protocol: 'http:',
        hostname: '127.0.0.1',
        path: '/demo/a',
        query: { 'response-content-type': 'text/plain' },
        headers: { host: `127.0.0.1:${world.s3Port}`, 'x-amz-content-sha256': 'UNSIGNED-PAYLOAD' },
      },
      { expiresIn: 600, signingDate: new Date(world.clock.now()) },
    );
    const target = `/demo/a?${new URLSearchParams(presigned.query as Record<string, string>)}`;
    world.clock.advance(599_000);
    expect((await send(world.s3Port, { target })).status).toBe(200);
    expect(world.upstream.only.target).toBe('/demo/a?response-content-type=text%2Fplain');
    world.clock.advance(2_000);
    const late = await send(world.s3Port, { target });
    expect(valuesOf(late, 'x-nfyio-vault-error')).toEqual(['AUTH_STALE']);
    expect(world.upstream.requests).toHaveLength(1);
  });

  it('is refused when it was signed with another secret, changed on the way, or too long ago', async () => {
    const forged = await signedLocally(
      world,
      { target: '/demo/a' },
      { ...localKey, secretAccessKey: 'x'.repeat(40) },
    );
    const changed = { ...(await signedLocally(world, { target: '/demo/a' })), target: '/demo/b' };
    const old = await signedLocally(world, { target: '/demo/a' });
    const codes: string[][] = [];
    for (const request of [forged, changed])
      codes.push(valuesOf(await send(world.s3Port, request), 'x-nfyio-vault-error'));
    world.clock.advance(301_000);
    codes.push(valuesOf(await send(world.s3Port, old), 'x-nfyio-vault-error'));
    expect(codes).toEqual([['AUTH_BAD_SIGNATURE'], ['AUTH_BAD_SIGNATURE'], ['AUTH_STALE']]);
    expect(world.upstream.requests).toEqual([]);
  });
});

describe('a request to the API listener', () => {
  it.each([
    ['a bearer token', '/api/auth/me?x=1', { Authorization: `Bearer ${localToken}` }],
    ['a path capability', `/~${localToken}/api/auth/me?x=1`, {}],
    ['an encoded path capability', `/%7E${localToken}/api/auth/me?x=1`, {}],
  ])('with %s carries the real token upstream and the local one nowhere', async (_, target, headers) => {
    const reply = await send(world.apiPort, { target, headers });
    expect(reply.status).toBe(200);
    expect(world.upstream.only.target).toBe('/api/auth/me?x=1');
    expect(valuesOf(world.upstream.only, 'authorization')).toEqual([`Bearer ${realToken}`]);
    expect(everythingUpstreamSaw()).not.toContain(localToken);
    const record = await world.nextRecord();
    expect(record).toMatchObject({ path: '/api/auth/me', status: 200, refusal: null, method: 'GET' });
    expect(JSON.stringify(world.records)).not.toContain(localToken);
  });

  it('loses what could authenticate, reroute or reframe it', async () => {
    const hostile = {
      Authorization: `Bearer ${localToken}`,
      Cookie: 'session=1',
      'Proxy-Authorization': 'Basic abc',
      'Proxy-Connection': 'keep-alive',
      TE: 'trailers',
      Trailer: 'X-Late',
      'Keep-Alive': 'timeout=5',
      Forwarded: 'for=1.2.3.4',
      'X-Forwarded-Host': 'evil.test',
      'X-Forwarded-For': '1.2.3.4',
      Via: '1.1 evil',
      'X-HTTP-Method-Override': 'DELETE',
      'X-Original-URL': '/api/admin',
      x_forwarded_host: 'evil.test',
      'X-Amz-Security-Token': 'session',
      'X-My-Token': localToken,
      'X-Kept': 'yes',
    };
    await send(world.apiPort, { method: 'POST', target: '/api/chat', headers: hostile, body: '{}' });
    const names = world.upstream.only.headers.map(([name]) => name.toLowerCase());
    expect(names.sort()).toEqual(['authorization', 'connection', 'content-length', 'host', 'x-kept']);
  });

  it('cannot have a header of ours taken away by naming it in Connection', async () => {
    for (const nominee of ['authorization', 'host', 'content-length', 'x-amz-date', 'Transfer-Encoding']) {
      const bytes = `GET /api/a HTTP/1.1\r\nHost: 127.0.0.1:${world.apiPort}\r\nAuthorization: Bearer ${localToken}\r\nConnection: close, ${nominee}\r\n\r\n`;
      expect((await rawRequest(world.apiPort, bytes)).status).toBe(400);
    }
    expect(world.upstream.requests).toEqual([]);
  });

  it('refuses the real token, and an S3 signature, each with its own reason', async () => {
    const real = await send(world.apiPort, {
      target: '/api/a',
      headers: { Authorization: `Bearer ${realToken}` },
    });
    const s3 = await send(world.apiPort, await signedLocally(world, { target: '/demo/a' }));
    const none = await send(world.apiPort, { target: '/api/a' });
    const unknown = await send(world.apiPort, {
      target: '/api/a',
      headers: { Authorization: 'Bearer nfyio_lt_x' },
    });
    expect([real, s3, none, unknown].map(codeOf)).toEqual([
      'REAL_CREDENTIAL_REFUSED',
      'CONNECTION_WRONG_KIND',
      'AUTH_MISSING',
      'AUTH_UNKNOWN',
    ]);
    expect(real.text).not.toContain(realToken);
  });
});

describe('a token in the middle of a request', () => {
  it('is told where it belongs, and goes nowhere', async () => {
    const headers = { Authorization: `Bearer ${localToken}` };
    const { port } = await world.proxy.openPort('connection-s3', 's3', 0);
    const replies = [
      await send(world.apiPort, { target: `/api/~${localToken}/a`, headers }),
      await send(world.apiPort, { target: `/~${localToken}/~${localToken}/a` }),
      await send(world.apiPort, { target: `/api/a?token=${localToken}`, headers }),
      await send(world.s3Port, await signedLocally(world, { target: `/demo/${localToken}` })),
      await send(port, { target: `/demo/a?prefix=${localToken}` }),
      await send(world.apiPort, { target: `/api/a?token=${realToken}`, headers }),
    ];
    expect(replies.map(codeOf)).toEqual([
      ...Array.from({ length: 5 }, () => 'CREDENTIAL_MISPLACED'),
      'REAL_CREDENTIAL_REFUSED',
    ]);
    expect(replies[0]?.body).toContain('at the start of the path');
    expect(world.upstream.requests).toEqual([]);
    expect(JSON.stringify([world.records, replies])).not.toMatch(new RegExp(`${localToken}|${realToken}`));
  });
});

describe('the wrong listener', () => {
  it('tells a token on the S3 listener, and a real key, what is wrong', async () => {
    const bearer = await send(world.s3Port, {
      target: '/demo/a',
      headers: { Authorization: `Bearer ${localToken}` },
    });
    const path = await send(world.s3Port, { target: `/~${localToken}/api/a` });
    const real = await send(
      world.s3Port,
      await signedLocally(
        world,
        { target: '/demo/a' },
        { accessKeyId: 'AKIAUNKNOWN000000000', secretAccessKey: 'x' },
      ),
    );
    expect([bearer, path, real].map(codeOf)).toEqual([
      'CONNECTION_WRONG_KIND',
      'CONNECTION_WRONG_KIND',
      'REAL_CREDENTIAL_REFUSED',
    ]);
    expect(bearer.body).toMatch(/^<\?xml .*<Error><Code>AccessDenied<\/Code>/s);
    expect(JSON.stringify(world.records)).not.toContain(localToken);
    expect(world.upstream.requests).toEqual([]);
  });
});

describe('an open port', () => {
  it('needs no local credential and ignores the one it is given', async () => {
    const { port } = await world.proxy.openPort('connection-s3', 's3', 0);
    const target = '/demo/upload.bin';
    const reply = await send(port, {
      method: 'PUT',
      target,
      headers: { Authorization: 'AWS4-HMAC-SHA256 nonsense', 'X-Amz-Date': 'yesterday' },
      body: 'unsigned',
    });
    expect(reply.status).toBe(200);
    const seen = world.upstream.only;
    expect(valuesOf(seen, 'authorization')).toEqual([await expectedAuthorization(seen)]);
    expect(valuesOf(seen, 'x-amz-content-sha256')).toEqual(['UNSIGNED-PAYLOAD']);
    expect(seen.body.toString()).toBe('unsigned');
    await world.proxy.closePort('connection-s3');
    await expect(fetch(`http://127.0.0.1:${port}/`)).rejects.toThrow();
  });

  it('still refuses a web page', async () => {
    const { port } = await world.proxy.openPort('connection-s3', 's3', 0);
    const reply = await send(port, { target: '/demo/a', headers: { 'Sec-Fetch-Site': 'cross-site' } });
    expect(valuesOf(reply, 'x-nfyio-vault-error')).toEqual(['BROWSER_REFUSED']);
    expect(world.upstream.requests).toEqual([]);
  });
});
